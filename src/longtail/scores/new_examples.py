r"""Accuracy on new examples, and what a limit costs there, of paired trials: all that models were not trained on.

Test examples witness in every trial, training examples in the trials that left them out, so that 1,797 digits witness
and not 360. Pools are weighted by how many witnesses they hold. Rows (trials) and columns (witnesses) are both a
sample, as in :mod:`longtail.scores.subgroup_cost`; besides, a left-out example also trains the models that others
witness. With :math:`f_i` what witness i says, averaged over trials, this adds
:math:`\sum_i \sum_{j \ne i} a_{ij}^2 / n^2` to the variance of n of them (:mod:`longtail.scores.witnesses`), where
:math:`a_{ij}` is what j's presence changes in :math:`f_i`. A present example is in a subset with chance p, so that

.. math:: a_{ij} = p \left( E[d_i \mid j \text{ in}] - E[d_i \mid j \text{ out}] \right)
          = \frac{\mathrm{Cov}(d_i, x_j)}{1 - p}

over the trials that left out i, with :math:`d_i` the outcome on i and :math:`x_j` whether j was in. No law of who
supports whom is assumed. The sum over j of squared sample covariances has, if there is no effect, exactly the mean
:math:`\hat v_i \sum_j s_j^2 / (c_i - 1)` over permutations of the :math:`c_i` trials, with :math:`\hat v_i` and
:math:`s_j^2` sample variances; it is subtracted.

Left-out examples are no new ones where they have copies in the training set, or were not drawn as test examples were.
So where the two pools differ surely (1 % level), and where examples are tied, test examples alone count.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.array_types import Bits
from longtail.errors import InputError, Said
from longtail.estimate import Estimate
from longtail.outcomes import Outcomes
from longtail.percent import share
from longtail.sampling_laws import normal_sf
from longtail.scores.subgroup_cost import exact_interval
from longtail.scores.witness_pools import Pool, effective_draws, interval_of_difference, interval_of_share, pooled

__all__ = ["LIMITED", "LOST", "PLAIN", "NewExamples"]


LOST, PLAIN, LIMITED = (1, -1), (1, 0), (0, 1)
"""Outcomes of paired models, as multiples of those without and with the limit: what is lost, and either."""

ONLY_PLAIN, ONLY_LIMITED = "only plain", "only limited"
"""Outcomes of paired models: where the one without the limit alone is right, and where the other alone is."""

_FEW = 30
_DIFFERENT = 0.01  # Level of the test that the two pools agree.
_METHOD = "over paired models and the examples that they were not trained on, two-way interval; exact for small groups"
_TEST_METHOD = "over paired models and test examples, two-way interval; exact for small groups"


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class NewExamples:
    """Paired trials of two learners, and the examples that are new to them.

    Parameters
    ----------
    plain, limited : Outcomes
        Of the same trials, in the same order.
    level : float
        Of every interval.
    left_out : bool
        Whether training examples count where they were left out; see :meth:`of`.
    warning : str
        Why they do not, where they were asked.
    test_unit : (n_test,) int array or None
        The unit of each test example, where they belong to units: these are the draws then, and not the rows.
    """

    plain: Outcomes
    limited: Outcomes
    level: float
    left_out: bool = True
    warning: str = ""
    test_unit: NDArray[np.int64] | None = None

    @classmethod
    def of(
        cls,
        plain: Outcomes,
        limited: Outcomes,
        level: float,
        *,
        tied: bool = False,
        test_unit: NDArray[np.int64] | None = None,
    ) -> "NewExamples":
        """Make them, with left-out training examples where these are valid witnesses.

        Parameters
        ----------
        plain, limited, level
            See the class.
        tied : bool
            Whether some training examples are in or out together.
        test_unit
            See the class.

        Raises
        ------
        InputError
            If the two tables are of other trials or examples.
        """
        if plain.correct.shape != limited.correct.shape or plain.test_correct.shape != limited.test_correct.shape:
            raise InputError("limited", f"have the shape of plain, {plain.correct.shape}", limited.correct.shape)
        both = cls(plain=plain, limited=limited, level=level, test_unit=test_unit)
        if tied or not (~plain.inclusion).any():
            return replace(both, left_out=False)
        if not plain.n_test:
            return both
        test, out = both.pools(LOST, None, None)
        spread = math.sqrt(test.variance() + out.variance())
        if spread and 2 * normal_sf(abs(test.mean - out.mean) / spread) < _DIFFERENT:
            warning = (
                f"left-out training examples would say {share(out.mean, unit='points')}: they are no new examples like "
                "these test examples, which alone count"
            )
            return replace(both, left_out=False, warning=warning)
        return both

    @property
    def witnesses(self) -> str:
        """The new examples, in words, with their numbers."""
        test = f"{self.plain.n_test:,} test examples"
        if self.test_unit is not None:
            test += f" of {len(np.unique(self.test_unit)):,} units"
        if not self.left_out:
            return test
        out = f"{self.n_witnesses(None, None) - self.plain.n_test:,} training examples, where left out"
        return f"{test} and {out}" if self.plain.n_test else out

    def n_witnesses(self, train: Bits | None, test: Bits | None) -> int:
        """Return how many examples are new to some model, of those that the masks name, or of all."""
        return sum(part.size for part in self.pools(LOST, train, test))

    def cost(self, train: Bits | None = None, test: Bits | None = None) -> Estimate:
        """Return the accuracy that the limited learner loses on new examples.

        Parameters
        ----------
        train, test : bool arrays, optional
            The training and test examples of a group; all of them if not given.
        """
        parts = self.pools(LOST, train, test)
        value, half, n = pooled(parts, self.level)
        low, high = value - half, value + half
        if self.test_unit is not None:  # What is lost and what is gained are shares, each with an interval by units.
            lost, gained = (self.pools(which, train, test) for which in (ONLY_PLAIN, ONLY_LIMITED))
            low, high = interval_of_difference(lost, gained, parts, self.level)
        elif n < _FEW:
            before, after = (pooled(self.pools(which, train, test), self.level)[0] for which in (PLAIN, LIMITED))
            (low_1, high_1), (low_2, high_2) = (exact_interval(each, n, self.level) for each in (before, after))
            low = min(low, value - math.hypot(before - low_1, high_2 - after))
            high = max(high, value + math.hypot(high_1 - before, after - low_2))
        else:  # Losses lie in [-1, 1]. Even if none of n was lost, some can be.
            rule_of_three = -math.log((1 - self.level) / 2) / n
            low, high = min(low, value - rule_of_three), max(high, value + rule_of_three)
        return self._estimate("accuracy lost, ", value, max(-1.0, low), min(1.0, high), n)

    def part_of_cost(self, train: Bits, test: Bits) -> Estimate:
        """Return the part of the cost that comes from some outcomes, so that parts add up.

        Parameters
        ----------
        train, test : (trials, n) and (trials, n_test) bool arrays
            Which outcomes on training and test examples count; the others count as no loss.
        """
        parts = self.pools(LOST, None, None, (train, test))
        value, half, n = pooled(parts, self.level)
        half = max(half, -math.log((1 - self.level) / 2) / effective_draws(parts))
        return self._estimate("accuracy lost, ", value, max(-1.0, value - half), min(1.0, value + half), n)

    def accuracies(self, train: Bits | None = None, test: Bits | None = None) -> tuple[Estimate, Estimate]:
        """Return the accuracies of the two learners on new examples, whose difference is the cost."""
        found = []
        for which in (PLAIN,) if self.limited is self.plain else (PLAIN, LIMITED):
            parts = self.pools(which, train, test)
            mean, half, n = pooled(parts, self.level)
            if self.test_unit is not None:
                ends = interval_of_share(parts, self.level)
            else:
                low, high = exact_interval(mean, n, self.level)
                ends = max(0.0, min(low, mean - half)), min(1.0, max(high, mean + half))
            found.append(self._estimate("mean ", mean, *ends, n))
        return found[0], found[-1]

    def _estimate(self, what: str, value: float, low: float, high: float, n: int) -> Estimate:
        drawn = "example" if self.test_unit is None else "unit"
        few = "" if n >= _FEW else f"only {n} {drawn}{'' if n == 1 else 's'}: the interval is what is known"
        method = what + (_METHOD if self.left_out else _TEST_METHOD)
        if self.test_unit is not None:
            method = f"{what}over paired models and units of test examples, by the draws that their variance is worth"
        return Estimate(value=value, low=low, high=high, level=self.level, method=method, warning=few or self.warning)

    def pools(
        self,
        which: tuple[int, int] | str,
        train: Bits | None,
        test: Bits | None,
        counted: tuple[Bits, Bits] | None = None,
    ) -> list[Pool]:
        """Return the pools of new examples.

        Parameters
        ----------
        which : (int, int) or str
            ``LOST``, ``PLAIN``, ``LIMITED``, ``ONLY_PLAIN`` or ``ONLY_LIMITED``.
        train, test : bool arrays, optional
            The training and test examples of a group; all of them if not given.
        counted : pair of bool arrays, optional
            Which outcomes on training and test examples count; the others count as 0.

        Raises
        ------
        InputError
            If no example is new.
        """
        plain, limited = self.plain, self.limited
        parts = []
        asked = np.ones(plain.n_test, bool) if test is None else test
        if asked.any():
            table = _weighted(which, plain.test_correct[:, asked], limited.test_correct[:, asked])
            table = table if counted is None else table * counted[1]
            unit = None if self.test_unit is None else self.test_unit[asked]
            parts.append(Pool.of(table, np.ones(table.shape, bool), unit=unit))
        asked = np.ones(plain.n_train, bool) if train is None else train
        asked = asked & ~plain.inclusion.all(axis=0)
        if self.left_out and asked.any():
            table = _weighted(which, plain.correct[:, asked], limited.correct[:, asked])
            table = table if counted is None else table * counted[0][:, asked]
            parts.append(Pool.of(table, ~plain.inclusion[:, asked], plain.inclusion))
        if not parts:
            raise InputError("group", "have an example that is new to some model", Said("none"))
        return parts


def _weighted(which: tuple[int, int] | str, plain: Bits, limited: Bits) -> NDArray[np.float32]:
    if isinstance(which, str):
        return (plain & ~limited if which == ONLY_PLAIN else limited & ~plain).astype(np.float32)
    table: NDArray[np.float32] = which[0] * plain.astype(np.float32) + which[1] * limited.astype(np.float32)
    return table
