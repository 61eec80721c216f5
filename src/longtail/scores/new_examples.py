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
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.errors import InputError, Said
from longtail.estimate import Estimate
from longtail.outcomes import Outcomes
from longtail.sampling_laws import normal_half_width, normal_sf
from longtail.scores.subgroup_cost import exact_interval

__all__ = ["NewExamples", "mutual_effects"]

Bits = NDArray[np.bool_]
Reals = NDArray[np.float64]

_FEW = 30
_MOST_JUDGED = 4000  # Left-out examples from which the effects on all are told.
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
    """

    plain: Outcomes
    limited: Outcomes
    level: float
    left_out: bool = True
    warning: str = ""

    @classmethod
    def of(cls, plain: Outcomes, limited: Outcomes, level: float, *, tied: bool = False) -> "NewExamples":
        """Make them, with left-out training examples where these are valid witnesses.

        Parameters
        ----------
        plain, limited, level
            See the class.
        tied : bool
            Whether some training examples are in or out together.

        Raises
        ------
        InputError
            If the two tables are of other trials or examples.
        """
        if plain.correct.shape != limited.correct.shape or plain.test_correct.shape != limited.test_correct.shape:
            raise InputError("limited", f"have the shape of plain, {plain.correct.shape}", limited.correct.shape)
        both = cls(plain=plain, limited=limited, level=level)
        if tied or not (~plain.inclusion).any():
            return cls(plain=plain, limited=limited, level=level, left_out=False)
        if not plain.n_test:
            return both
        test, out = both._parts(_LOST, None, None)
        spread = math.sqrt(test.variance() + out.variance())
        if spread and 2 * normal_sf(abs(test.mean - out.mean) / spread) < _DIFFERENT:
            warning = (
                f"left-out training examples would say {100 * out.mean:.1f} points: they are no new examples like "
                "these test examples, which alone count"
            )
            return cls(plain=plain, limited=limited, level=level, left_out=False, warning=warning)
        return both

    @property
    def witnesses(self) -> str:
        """The new examples, in words, with their numbers."""
        test = f"{self.plain.n_test:,} test examples"
        if not self.left_out:
            return test
        out = f"{self.n_witnesses(None, None) - self.plain.n_test:,} training examples, where left out"
        return f"{test} and {out}" if self.plain.n_test else out

    def n_witnesses(self, train: Bits | None, test: Bits | None) -> int:
        """Return how many examples are new to some model, of those that the masks name, or of all."""
        return sum(part.size for part in self._parts(_LOST, train, test))

    def cost(self, train: Bits | None = None, test: Bits | None = None) -> Estimate:
        """Return the accuracy that the limited learner loses on new examples.

        Parameters
        ----------
        train, test : bool arrays, optional
            The training and test examples of a group; all of them if not given.
        """
        parts = self._parts(_LOST, train, test)
        value, half, n = _pooled(parts, self.level)
        low, high = value - half, value + half
        if n < _FEW:
            before, after = (_pooled(self._parts(which, train, test), self.level)[0] for which in (_PLAIN, _LIMITED))
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
        value, half, n = _pooled(self._parts(_LOST, None, None, (train, test)), self.level)
        half = max(half, -math.log((1 - self.level) / 2) / n)
        return self._estimate("accuracy lost, ", value, max(-1.0, value - half), min(1.0, value + half), n)

    def accuracies(self, train: Bits | None = None, test: Bits | None = None) -> tuple[Estimate, Estimate]:
        """Return the accuracies of the two learners on new examples, whose difference is the cost."""
        found = []
        for which in (_PLAIN, _LIMITED):
            mean, half, n = _pooled(self._parts(which, train, test), self.level)
            low, high = exact_interval(mean, n, self.level)
            ends = max(0.0, min(low, mean - half)), min(1.0, max(high, mean + half))
            found.append(self._estimate("mean ", mean, *ends, n))
        return found[0], found[1]

    def _estimate(self, what: str, value: float, low: float, high: float, n: int) -> Estimate:
        few = "" if n >= _FEW else f"only {n} example{'' if n == 1 else 's'}: the interval is what is known"
        method = what + (_METHOD if self.left_out else _TEST_METHOD)
        return Estimate(value=value, low=low, high=high, level=self.level, method=method, warning=few or self.warning)

    def _parts(
        self,
        which: tuple[int, int],
        train: Bits | None,
        test: Bits | None,
        counted: tuple[Bits, Bits] | None = None,
    ) -> "list[_Part]":
        plain, limited = self.plain, self.limited
        parts = []
        asked = np.ones(plain.n_test, bool) if test is None else test
        if asked.any():
            table = _weighted(which, plain.test_correct[:, asked], limited.test_correct[:, asked])
            table = table if counted is None else table * counted[1]
            parts.append(_part(table, np.ones(table.shape, bool)))
        asked = np.ones(plain.n_train, bool) if train is None else train
        asked = asked & ~plain.inclusion.all(axis=0)
        if self.left_out and asked.any():
            table = _weighted(which, plain.correct[:, asked], limited.correct[:, asked])
            table = table if counted is None else table * counted[0][:, asked]
            parts.append(_part(table, ~plain.inclusion[:, asked], plain.inclusion))
        if not parts:
            raise InputError("group", "have an example that is new to some model", Said("none"))
        return parts


_LOST, _PLAIN, _LIMITED = (1, -1), (1, 0), (0, 1)


def _weighted(which: tuple[int, int], plain: Bits, limited: Bits) -> NDArray[np.float32]:
    table: NDArray[np.float32] = which[0] * plain.astype(np.float32) + which[1] * limited.astype(np.float32)
    return table


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """The mean of one pool, and what rows, columns and single cells add to its error."""

    mean: float
    rows: Reals
    columns: Reals
    squares: float
    pairs: float

    @property
    def size(self) -> int:
        return len(self.columns)

    def variance(self) -> float:
        return _variance(self.rows, [self], [1.0])


def _part(table: NDArray[np.floating], counted: Bits, inclusion: Bits | None = None) -> _Part:
    total = int(counted.sum())
    mean = float(table[counted].sum(dtype=np.float64)) / total
    residuals = np.where(counted, table - mean, 0.0) / total
    pairs = 0.0 if inclusion is None else mutual_effects(table, counted, inclusion) / table.shape[1] ** 2
    return _Part(
        mean=mean,
        rows=residuals.sum(axis=1),
        columns=residuals.sum(axis=0),
        squares=float((residuals**2).sum()),
        pairs=pairs,
    )


def _pooled(parts: list[_Part], level: float) -> tuple[float, float, int]:
    """Return the mean, half the width of its interval, and the number of witnesses."""
    n = sum(part.size for part in parts)
    shares = [part.size / n for part in parts]
    mean = sum(share * part.mean for share, part in zip(shares, parts, strict=True))
    rows = np.sum([share * part.rows for share, part in zip(shares, parts, strict=True)], axis=0)
    return mean, normal_half_width(level) * math.sqrt(_variance(rows, parts, shares)), n


def _variance(rows: Reals, parts: list[_Part], shares: list[float]) -> float:
    by_row = float((rows**2).sum()) * len(rows) / max(len(rows) - 1, 1)
    by_column = sum(
        share**2 * float((part.columns**2).sum()) * part.size / max(part.size - 1, 1)
        for share, part in zip(shares, parts, strict=True)
    )
    squares, pairs = (
        sum(share**2 * amount for share, amount in zip(shares, amounts, strict=True))
        for amounts in ([part.squares for part in parts], [part.pairs for part in parts])
    )
    return max(by_row + by_column - squares, by_row, by_column) + pairs


@checked
def mutual_effects(table: NDArray[np.floating], counted: Bits, inclusion: Bits) -> float:
    r"""Return :math:`\sum_i \sum_j a_{ij}^2`, what training examples change in what left-out ones say.

    See the module.

    Parameters
    ----------
    table : (trials, k) float array
        Outcomes on k left-out examples.
    counted : (trials, k) bool array
        Where they were left out.
    inclusion : (trials, n) bool array
        Who was in, of all training examples.

    Returns
    -------
    float
        Unbiased but for being at least 0.
    """
    step = -(-table.shape[1] // _MOST_JUDGED)
    if step > 1:
        some = mutual_effects(table[:, ::step], counted[:, ::step], inclusion)
        return float(some * table.shape[1] / len(range(0, table.shape[1], step)))
    together = inclusion.astype(np.float32) @ inclusion.T.astype(np.float32)  # examples that two subsets share
    out = counted.astype(np.float32)
    count = out.sum(axis=0)
    usable = count > 1
    out, count = out[:, usable], count[usable]
    values = table[:, usable].astype(np.float32)
    centered = np.where(out > 0, values - (values * out).sum(axis=0) / count, 0.0).astype(np.float32)
    squared = ((together @ centered) * centered).sum(axis=0, dtype=np.float64) / (count - 1) ** 2
    own = (centered**2).sum(axis=0) / (count - 1)
    subsets = (np.diag(together) @ out - ((together @ out) * out).sum(axis=0) / count) / (count - 1)
    by_chance = own * subsets / (count - 1)
    left = 1 - float(inclusion.mean())
    return max(float((squared - by_chance).sum()) / left**2, 0.0)
