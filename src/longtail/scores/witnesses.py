r"""Witnesses of a learning curve: examples that a model did not train on, and how wrong models are on them.

Two pools can witness the error after m training examples: test examples, in every trial, and training examples, in the
trials that left them out. With :math:`w_i(p)` the share of models wrong on witness i at fraction p, a pool says
:math:`e(p) = \sum_i x_i / \sum_i c_i`, wrong answers over answers: never the mean of the shares, which is biased where
few trials left an example out.

**The error of a linear combination** :math:`\theta = \sum_k a_k e(p_k)` against models trained on subsets of the same
examples and judged on fresh ones, with :math:`f_i = \sum_k a_k w_i(p_k)`:

- over N test witnesses, :math:`\sum_i (f_i - \theta)^2 / N^2`;
- over N left-out witnesses, which also train the models that the others witness,

.. math:: \frac1{N^2} \sum_i \Big[ (f_i - \theta)^2 + \sum_{j \ne i} a_{ij}^2 \Big],

with :math:`a_{ij}` what j's presence changes in :math:`f_i`. For subpopulations with Poisson counts this is exact; for
:math:`\theta` the unseen mass it is :math:`(\Phi_1 + 2 \Phi_2) / N^2`, Good and Turing's known variance. The second sum
is read from moments. If i is right as soon as one of its s supporters was trained on, then
:math:`w_i(p) = (1 - p)^s`, and :math:`\sum_i w_i(p)`, :math:`\sum_i w_i(p) w_i(p')` are power sums of s, from which the
number of examples with s supporters follows (non-negative least squares). Squares are unbiased: two different trials
stand for the two factors. Derivation: ``docs/derivations/learner-tail.md``.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import scipy

from longtail.arguments import checked
from longtail.array_types import Reals, Whole
from longtail.outcomes import Outcomes
from longtail.scores.unit_draws import UnitSpread, unit_spread

__all__ = ["Pool", "left_out_pool", "mutual_support", "pool_of_test_examples", "units_of"]


_MOST_SUPPORTERS = 2000
_EVERY_COUNT = 40  # Largest number of supporters for which each number is told apart.
_SURE = 10.0  # Weight of the equation that each example has some number of supporters.
# Variance, in witnesses, where no witness was wrong: the rule of three, written as a variance.
_UNSEEN = (3 / 1.96) ** 2


@dataclass(frozen=True, kw_only=True)
class Pool:
    """Wrong answers of witnesses at several fractions.

    Parameters
    ----------
    name : str
        What the witnesses are.
    fractions : (K,) float array
        Ascending.
    wrong, asked : (K, N) int arrays
        Wrong answers of each witness and how many models were asked.
    trains : bool
        Whether the witnesses train the models that others witness.
    units : (N,) int array or None
        Which witnesses belong together; None where each is on its own.
    """

    name: str
    fractions: Reals
    wrong: Whole
    asked: Whole
    trains: bool
    units: Whole | None = None

    @property
    def size(self) -> int:
        """Number of witnesses that were asked at every fraction."""
        return int((self.asked > 0).all(axis=0).sum())

    @cached_property
    def errors(self) -> Reals:
        """Share of wrong answers at each fraction, (K,)."""
        shares: Reals = self.wrong.sum(axis=1) / self.asked.sum(axis=1)
        return shares

    def variance(self, coefficients: Reals) -> float:
        """Return the variance of ``coefficients @ errors`` that is due to the witnesses, see the module.

        Parameters
        ----------
        coefficients : (K,) float array

        Returns
        -------
        float
            Never less than a few wrong witnesses would make it, so that an error that no witness made is not called
            impossible.
        """
        spread = self._spread(coefficients)
        least = _UNSEEN * float((coefficients**2).max()) * self._mean_unit**2
        pairs = self._pairs(coefficients) if self.trains else 0.0
        return (max(spread, least) + pairs) / self.size**2

    def freedom(self, coefficients: Reals) -> float:
        """Return the degrees of freedom of that variance, infinitely many where witnesses have no units."""
        return math.inf if self.units is None else self._by_unit(coefficients).freedom

    def _spread(self, coefficients: Reals) -> float:
        """Sum of squared deviations of the witnesses, by unit where they have units."""
        if self.units is None:
            own = coefficients @ self._moments @ coefficients - self.size * (coefficients @ self.errors) ** 2
            return max(float(own), 0.0)
        return self._by_unit(coefficients).variance * self.size**2

    def _by_unit(self, coefficients: Reals) -> UnitSpread:
        assert self.units is not None
        there = (self.asked > 0).all(axis=0)
        shares = self.wrong[:, there] / self.asked[:, there]
        apart = coefficients @ (shares - self.errors[:, None])
        place = np.unique(self.units[there], return_inverse=True)[1]
        sums, sizes = np.bincount(place, apart), np.bincount(place)
        return unit_spread(sums / self.size, sizes / self.size, float((apart**2).mean()))

    def _pairs(self, coefficients: Reals) -> float:
        """Sum of squared effects of witnesses on one another."""
        return mutual_support(coefficients, self.fractions, *self._supporters) * self._mean_unit

    @property
    def _mean_unit(self) -> float:
        """Witnesses of a unit, averaged over witnesses."""
        return 1.0 if self.units is None else float((np.bincount(self.units) ** 2).sum() / len(self.units))

    @cached_property
    def _moments(self) -> Reals:
        """Return unbiased sums of ``w_i(p_k) w_i(p_l)`` over witnesses, (K, K)."""
        share = np.divide(self.wrong, self.asked, out=np.full(self.wrong.shape, np.nan), where=self.asked > 0)
        twice = self.asked * (self.asked - 1)
        square = np.divide(self.wrong * (self.wrong - 1), twice, out=np.full(self.wrong.shape, np.nan), where=twice > 0)
        moments = np.empty((len(share), len(share)))
        for k, at_k in enumerate(share):
            for other, at_other in enumerate(share):
                product = square[k] if k == other else at_k * at_other
                known = product[~np.isnan(product)]
                moments[k, other] = known.mean() * self.size if len(known) else np.square(at_k).mean() * self.size
        return moments

    @cached_property
    def _supporters(self) -> tuple[Reals, Reals]:
        """Return numbers of supporters, and how many witnesses have each."""
        many = np.unique(np.geomspace(_EVERY_COUNT, _MOST_SUPPORTERS, 20).round())
        counts = np.concatenate([np.arange(_EVERY_COUNT, dtype=float), many])
        left = 1 - self.fractions
        upper = np.triu_indices(len(left))
        bases = np.concatenate([left, np.outer(left, left)[upper], [1.0]])
        sums = np.concatenate([self.size * self.errors, self._moments[upper], [self.size]])
        weights = 1 / np.sqrt(np.maximum(sums, 1.0))
        weights[-1] = _SURE
        found, _ = scipy.optimize.nnls(bases[:, None] ** counts * weights[:, None], sums * weights)
        return counts, found


@checked
def mutual_support(coefficients: Reals, fractions: Reals, supporters: Reals, examples: Reals) -> float:
    r"""Return the sum of squared effects of witnesses on one another, :math:`\sum_i \sum_j a_{ij}^2`.

    Parameters
    ----------
    coefficients, fractions : (K,) float arrays
    supporters, examples : (S,) float arrays
        Numbers of supporters, and how many witnesses have each.

    Examples
    --------
    Of the unseen mass itself (every example is trained on), it is one for each example of a pair:

    >>> mutual_support(np.ones(1), np.ones(1), np.arange(3.0), np.array([30.0, 40.0, 30.0]))
    40.0
    """
    left = 1 - fractions[:, None]
    now = coefficients @ left**supporters
    without_one = coefficients @ left ** np.maximum(supporters - 1, 0)
    return float(np.sum(examples * supporters * (now - without_one) ** 2))


def pool_of_test_examples(outcomes: dict[float, Outcomes], units: Whole | None = None) -> Pool | None:
    """Return the test examples as witnesses, by unit where units are given, or None where there are none."""
    if not all(table.n_test for table in outcomes.values()):
        return None
    wrong = np.array([table.n_trials - table.test_correct.sum(axis=0) for table in outcomes.values()])
    asked = np.array([np.full(table.n_test, table.n_trials) for table in outcomes.values()])
    return Pool(
        name="test examples", fractions=_fractions(outcomes), wrong=wrong, asked=asked, trains=False, units=units
    )


def left_out_pool(outcomes: dict[float, Outcomes], units: Whole | None = None) -> Pool:
    """Return the training examples as witnesses, each in the trials that left it out."""
    wrong = np.array([(~(table.inclusion | table.correct)).sum(axis=0) for table in outcomes.values()])
    asked = np.array([table.n_trials - table.inclusion.sum(axis=0) for table in outcomes.values()])
    return Pool(
        name="training examples, where left out",
        fractions=_fractions(outcomes),
        wrong=wrong,
        asked=asked,
        trains=True,
        units=units,
    )


def units_of(together: Any, n_train: int) -> Whole | None:
    """Return the units of tied examples as codes from 0, or None where none are tied."""
    if together is None:
        return None
    return np.unique(np.asarray(together).reshape(n_train), return_inverse=True)[1].astype(np.int64)


def _fractions(outcomes: dict[float, Outcomes]) -> Reals:
    return np.array([float(table.inclusion.mean()) for table in outcomes.values()])
