r"""Removal: what memorized examples are worth, by training without them [FeldmanZhang2020]_.

Above each threshold on memorization the examples are removed and models are retrained, many seeds; and, for comparison,
as many random examples are removed that were not above it and are *matched*: each of the same class as the one that it
stands for, and of the same group where there are groups. Random examples of any class would not do: memorized ones are
not spread evenly over classes, so that their removal shifts the class balance as well. The *marginal utility* of the
memorized examples is the accuracy without matched ones minus the accuracy without them.

Intervals are over retraining (and, for the matched, the draw); test examples are taken as they are. Test examples that
duplicate a removed training example are left out where that is asked: they are leakage, not long tail.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from longtail.analysis.accuracy import mean_over_trials
from longtail.analysis.partitions import comparable_features
from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.estimate import Estimate
from longtail.experiments.retraining import right_after_training
from longtail.learners.any_learner import any_learner
from longtail.randomness import generator
from longtail.scores import MemorizationScores, near_duplicates

__all__ = ["RemovalCurve", "RemovalPoint", "matched_examples", "removal_curve"]

Whole = NDArray[np.int64]

_Q_LEVEL = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalPoint:
    """One threshold.

    Parameters
    ----------
    threshold : float
        On memorization; only examples with a q-value of at most 5 % count.
    n_removed : int
        How many are at or above it.
    n_unmatched : int
        How many had no example of their class (and group) left to stand for them, and got one of their class, or any.
    n_test : int
        Test examples that were counted.
    without_memorized, without_matched : Estimate
        Mean accuracy.
    utility : Estimate
        The second minus the first.
    """

    threshold: float
    n_removed: int
    n_unmatched: int
    n_test: int
    without_memorized: Estimate
    without_matched: Estimate
    utility: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalCurve:
    """The accuracy with all examples, and what is lost without some."""

    n_repeats: int
    everything: Estimate
    points: list[RemovalPoint]

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        points = [
            {name: part.to_json() if isinstance(part, Estimate) else part for name, part in _fields(point)}
            for point in self.points
        ]
        return {"n_repeats": self.n_repeats, "everything": self.everything.to_json(), "points": points}


def removal_curve(
    learner: Any,
    dataset: Dataset,
    scores: MemorizationScores,
    thresholds: Sequence[float] = (0.75, 0.5, 0.25, 0.1),
    *,
    n_repeats: int = 20,
    seed: int = 0,
    leave_out_duplicates: bool = True,
    jobs: int | None = None,
) -> RemovalCurve:
    """Retrain without the examples above each threshold, and without matched ones.

    Parameters
    ----------
    learner, dataset
        Those of the study.
    scores : MemorizationScores
        Of the study.
    thresholds : sequence of float
        In (0, 1], in any order; one above which there is nothing is left out.
    n_repeats : int
        Models an arm.
    seed : int
        Of the models and the matched draws.
    leave_out_duplicates : bool
        Whether test examples that duplicate a removed example are not counted.
    jobs : int, optional
        Models at a time.

    Raises
    ------
    InputError
        If there are no test examples, no threshold in (0, 1], or fewer than two repeats.
    """
    learner = any_learner(learner)
    _check(dataset, thresholds, n_repeats)
    duplicates = near_duplicates(comparable_features(dataset, dataset.X), comparable_features(dataset, dataset.X_test))
    everybody = np.arange(dataset.n_train)

    def right(name: str, kept: list[Whole]) -> NDArray[np.bool_]:
        seeds = [(seed, name, repeat) for repeat in range(n_repeats)]
        return right_after_training(learner, dataset, kept, dataset.X_test, dataset.y_test, seeds, jobs)

    everything = right("everything", [everybody] * n_repeats).mean(axis=1)
    points = []
    for threshold in sorted(set(thresholds), reverse=True):
        removed = np.flatnonzero((scores.value >= threshold) & (scores.q_value <= _Q_LEVEL))
        if not len(removed) or len(removed) > dataset.n_train // 2:
            continue
        draws = [matched_examples(dataset, removed, seed, repeat) for repeat in range(n_repeats)]
        counted = np.ones(dataset.n_test, bool)
        if leave_out_duplicates:
            counted[duplicates.test[np.isin(duplicates.train, removed)]] = False
        if not counted.any():
            continue
        name = f"without {threshold}"
        memorized = right(name, [np.setdiff1d(everybody, removed)] * n_repeats)[:, counted]
        matched = right(f"{name}, matched", [np.setdiff1d(everybody, drawn) for drawn, _ in draws])[:, counted]
        points.append(_point(threshold, len(removed), draws[0][1], memorized, matched, scores.level))
    level = scores.level
    return RemovalCurve(
        n_repeats=n_repeats, everything=mean_over_trials(everything, level, dataset.n_test), points=points
    )


def matched_examples(
    dataset: Dataset, removed: Whole, seed: int, repeat: int, *, not_among: Whole | None = None
) -> tuple[Whole, int]:
    """Draw examples that are neither removed nor in ``not_among``, one for each removed, matched by class and group.

    Returns
    -------
    drawn : (k,) int array
        All different.
    n_unmatched : int
        For how many no example of the same class and group was left; they got one of the class, or else any.
    """
    rng = generator(seed, "matched", repeat)
    group = np.zeros(dataset.n_train, np.int64) if dataset.group is None else dataset.group
    free = np.ones(dataset.n_train, bool)
    free[removed if not_among is None else np.union1d(removed, not_among)] = False
    drawn, n_unmatched = [], 0
    for i in rng.permutation(removed).tolist():
        same_class = free & (dataset.y == dataset.y[i])
        alike = same_class & (group == group[i])
        n_unmatched += not alike.any()
        pool = next(pool for pool in (alike, same_class, free) if pool.any())
        chosen = int(rng.choice(np.flatnonzero(pool)))
        free[chosen] = False
        drawn.append(chosen)
    return np.array(drawn), n_unmatched


def _point(
    threshold: float,
    n_removed: int,
    n_unmatched: int,
    memorized: NDArray[np.bool_],
    matched: NDArray[np.bool_],
    level: float,
) -> RemovalPoint:
    n_test = memorized.shape[1]
    a, b = memorized.mean(axis=1), matched.mean(axis=1)
    return RemovalPoint(
        threshold=threshold,
        n_removed=n_removed,
        n_unmatched=n_unmatched,
        n_test=n_test,
        without_memorized=mean_over_trials(a, level, n_test),
        without_matched=mean_over_trials(b, level, n_test),
        utility=_welch(a, b, level, n_test),
    )


def _welch(a: NDArray[np.float64], b: NDArray[np.float64], level: float, n_test: int) -> Estimate:
    """Mean of b minus mean of a; where nothing varies, half a test example either way stands for what was not seen."""
    parts = np.array([np.var(x, ddof=1) / len(x) for x in (a, b)])
    value, variance = float(b.mean() - a.mean()), float(parts.sum())
    if variance == 0:
        half = 0.5 / n_test
    else:
        freedom = variance**2 / (parts**2 / (np.array([len(a), len(b)]) - 1)).sum()
        half = float(student.isf((1 - level) / 2, freedom)) * variance**0.5
    method = "Welch's interval over retrained models"
    return Estimate(value=value, low=value - half, high=value + half, level=level, method=method)


def _fields(point: RemovalPoint) -> list[tuple[str, Any]]:
    return [(name, getattr(point, name)) for name in asdict(point)]


def _check(dataset: Dataset, thresholds: Sequence[float], n_repeats: int) -> None:
    if not dataset.n_test:
        raise InputError("data", "have test examples to measure accuracy on", 0)
    if not thresholds or not all(0 < threshold <= 1 for threshold in thresholds):
        raise InputError("thresholds", "lie in (0, 1]", list(thresholds))
    if n_repeats < 2:
        raise InputError("repeats", "be at least 2", n_repeats)
