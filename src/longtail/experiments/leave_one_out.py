r"""Towards leave-one-out: memorization as [Feldman2020]_ defines it, not at the fraction of a study.

.. math:: \mathrm{mem}_i = \Pr[h_S(x_i) = y_i] - \Pr[h_{S \setminus i}(x_i) = y_i], \qquad S \text{ all examples}.

Where performance is a number, it is what its mean over seeds gains, as in :mod:`longtail.scores.memorization`.

Subsampling at 70 % overstates it: a model that lacks 30 % of the examples lacks many of the likes of i, too. Two ways
to come closer:

* **the mean in the limit**, from studies at two or more fractions q. Mean memorization falls as q grows, and ever more
  slowly (learning curves fall and are convex). Then the limit at q = 1 lies between the straight line through the two
  largest fractions and the value at the largest. The interval joins these two ends with their sampling errors; the
  estimate is the line in 1/q, which lies between.
* **the top examples, by retraining** with all examples and without each, many seeds: no assumption at all. Where
  rows belong to units, without the whole unit of each: a run's subsets hold all of them or none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.analysis.accuracy import mean_memorization
from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.estimate import Estimate, require_level
from longtail.experiments.retraining import performance_after_training
from longtail.learners.any_learner import any_learner
from longtail.outcomes import ACCURACY, Outcomes, Performance
from longtail.scores.means import DifferenceOfMeans, difference_of_means, moments_of
from longtail.scores.proportions import DifferenceOfProportions, difference_of_proportions

__all__ = ["LeaveOneOut", "leave_one_out", "mean_leave_one_out"]

_FEWEST_OF_NUMBERS = 3
"""Of two numbers on a side no interval is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveOneOut:
    """Leave-one-out memorization of a few examples.

    Parameters
    ----------
    train : (k,) int array
        Their positions.
    value, low, high : (k,) float arrays
        Difference of proportions over seeds, with the interval of :mod:`longtail.scores.proportions`; where performance
        is a number, of means, with that of :mod:`longtail.scores.means`.
    n_models : int
        Models with all examples, and as many without each.
    level : float
        Of each interval.
    kind : Performance
        What is gained.
    """

    train: NDArray[np.int64]
    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    n_models: int
    level: float
    kind: Performance = ACCURACY


def leave_one_out(
    learner: Any,
    dataset: Dataset,
    train: Sequence[int] | NDArray[np.int64],
    *,
    n_models: int = 20,
    seed: int = 0,
    level: float = 0.95,
    jobs: int | None = None,
) -> LeaveOneOut:
    """Retrain with all examples, and without each of a few, ``n_models`` seeds each.

    Of units, the whole unit of each is left out.

    The models with all examples are shared, so the differences of several examples are not independent.

    Raises
    ------
    InputError
        If a position is out of range, ``n_models`` is below 2 (of numbers 3), or ``level`` is outside (0, 1).
    """
    learner = any_learner(learner)
    asked = np.asarray(train, np.int64)
    _check(asked, dataset, n_models, level)
    everybody = np.arange(dataset.n_train)
    own = everybody if dataset.together is None else dataset.together
    kept = [everybody] * n_models + [everybody[own != own[i]] for i in asked for _ in range(n_models)]
    seeds = [(seed, "with all", number) for number in range(n_models)]
    seeds += [(seed, f"without {i}", number) for i in asked for number in range(n_models)]
    found, kind = performance_after_training(learner, dataset, kept, asked, seeds, jobs)
    with_all, blocks = found[:n_models], found[n_models:].reshape(len(asked), n_models, len(asked))
    without = np.stack([blocks[place, :, place] for place in range(len(asked))], axis=1)
    difference: DifferenceOfMeans | DifferenceOfProportions
    if found.dtype == bool:
        difference = difference_of_proportions(with_all.sum(axis=0), n_models, without.sum(axis=0), n_models, level)
    else:
        both = np.concatenate([with_all, without])
        inside = np.broadcast_to((np.arange(2 * n_models) < n_models)[:, None], both.shape)
        difference = difference_of_means(*moments_of(both, inside), kind, level)
    return LeaveOneOut(
        train=asked,
        value=difference.value,
        low=difference.low,
        high=difference.high,
        n_models=n_models,
        level=level,
        kind=kind,
    )


def mean_leave_one_out(studies: Mapping[float, Outcomes], level: float = 0.95) -> Estimate:
    """Estimate the mean leave-one-out memorization from studies at two or more fractions.

    The module's docstring says what is assumed.

    Parameters
    ----------
    studies : mapping
        Fraction -> outcomes.
    level : float
        Of the interval.

    Raises
    ------
    InputError
        If there are fewer than two fractions, or one outside (0, 1).
    """
    fractions = sorted(studies)
    if len(fractions) < 2 or not 0 < fractions[0] <= fractions[-1] < 1:
        raise InputError("studies", "hold two or more fractions in (0, 1)", fractions)
    smaller, larger = fractions[-2:]
    at_smaller, at_larger = (mean_memorization(studies[fraction], level) for fraction in (smaller, larger))
    straight = _extrapolated(at_smaller, at_larger, (1 - larger) / (larger - smaller))
    inverse = _extrapolated(at_smaller, at_larger, (1 / larger - 1) / (1 / smaller - 1 / larger))
    low, high = min(straight.low, inverse.value), max(at_larger.high, inverse.value)
    span = studies[larger].kind.span
    falling = at_smaller.high >= at_larger.low
    return Estimate(
        value=inverse.value,
        low=max(low, -span),
        high=min(high, span),
        level=level,
        method=f"extrapolated from fractions {smaller:g} and {larger:g}, between a straight line and no change",
        warning="" if falling else "Mean memorization grows with the fraction here, so the interval may not hold.",
    )


def _extrapolated(smaller: Estimate, larger: Estimate, step: float) -> Estimate:
    """``larger + step (larger - smaller)``, the two being independent."""
    value = larger.value + step * (larger.value - smaller.value)
    below = np.hypot((1 + step) * (larger.value - larger.low), step * (smaller.high - smaller.value))
    above = np.hypot((1 + step) * (larger.high - larger.value), step * (smaller.value - smaller.low))
    low, high = value - float(below), value + float(above)
    return Estimate(value=value, low=low, high=high, level=larger.level, method="extrapolated")


def _check(asked: NDArray[np.int64], dataset: Dataset, n_models: int, level: float) -> None:
    if asked.ndim != 1 or not len(asked) or not 0 <= asked.min() <= asked.max() < dataset.n_train:
        raise InputError("train", f"hold positions in 0..{dataset.n_train - 1}", asked.tolist())
    least = _FEWEST_OF_NUMBERS if dataset.task != "classification" else 2
    if n_models < least:
        raise InputError("n_models", f"be at least {least}", n_models)
    require_level(level)
