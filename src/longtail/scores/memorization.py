r"""Memorization of each training example: what its label's fit owes to its own presence.

.. math:: \mathrm{mem}_i = \Pr[h(x_i) = y_i \mid i \in S] - \Pr[h(x_i) = y_i \mid i \notin S],

over random subsets S of a stated fraction and the learner's own randomness [FeldmanZhang2020]_. It is 1 for an example
whose label no model guesses without it and every model that has seen it knows; 0 for one that is learnt from others.

This is *subsampled* memorization at the study's fraction: not the leave-one-out quantity of [Feldman2020]_, which is
smaller, since a model that lacks one example still has all its likes.

Where performance is a number (:mod:`longtail.outcomes.performance`), memorization is what its mean gains from the
example's presence, in its own unit: :mod:`longtail.scores.means`.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.errors import InputError, Said
from longtail.estimate import Estimate, require_level
from longtail.outcomes import ACCURACY, Outcomes, Performance
from longtail.scores.efficient import EfficientDifference, efficient_difference
from longtail.scores.means import INTERVAL as MEANS_INTERVAL
from longtail.scores.means import Moments, difference_of_means, moments_of
from longtail.scores.proportions import INTERVAL, DifferenceOfProportions, difference_of_proportions
from longtail.scores.significance import fisher_p_value, q_values
from longtail.scores.soft_memorization import SoftDifference, probability_difference, probit_difference

__all__ = ["MemorizationScores", "memorization"]

ESTIMAND = "subsampled memorization of 0/1 correctness: P(correct | in) - P(correct | out)"
_ESTIMANDS = {
    "correctness": ESTIMAND,
    "probability": "subsampled memorization of the true label's probability: E[p | in] - E[p | out]",
    "probit": "subsampled memorization of the margin's probit: Phi(m/s | in) - Phi(m/s | out)",
}
_EFFICIENT = (
    "cross-fit empirical Bayes on margins and counts, Jeffreys' interval for the trials it is worth (assumes that what "
    "margins mean is alike across examples; measured, not proven), Fisher's exact test"
)
_DIFFERENCE = f"difference of proportions over trials, {INTERVAL}, Fisher's exact test"
_SOFT = "difference of means over trials, Student's interval and test"
_OF_NUMBERS = f"difference of means over trials, {MEANS_INTERVAL}, test of the same"
_TRIALS_AT_A_TIME = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class MemorizationScores:
    """Memorization of every training example. Entries are NaN where an example was never in, never out, or refused.

    Parameters
    ----------
    value, low, high : (n,) float arrays
        Point estimate and two-sided interval.
    n_in, n_out : (n,) int arrays
        Trials that had the example in, and out.
    right_in, right_out : (n,) int arrays or None
        How many of those were right on it: :attr:`correct_in`, :attr:`correct_out`. None where performance is a number.
    q_value : (n,) float array
        Of the one-sided test of mem <= 0, adjusted for the n tests (false-discovery rate).
    level : float
        Nominal coverage of each interval.
    estimand, method : str
        In words.
    failed : str
        Of trials that failed: how many, why, and whose scores are refused for it (NaN). Empty where none failed.
    kind : Performance
        What is gained: accuracy, or another performance in its own unit.
    moments : pair of Moments or None
        Of a performance that is a number, over the trials with the example and over those without it.
    """

    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    n_in: NDArray[np.int64]
    n_out: NDArray[np.int64]
    right_in: NDArray[np.int64] | None
    right_out: NDArray[np.int64] | None
    q_value: NDArray[np.float64]
    level: float
    estimand: str = ESTIMAND
    method: str = _DIFFERENCE
    failed: str = ""
    kind: Performance = ACCURACY
    moments: tuple[Moments, Moments] | None = None

    def __getitem__(self, example: int) -> Estimate:
        """Return the estimate for one training example, NaN where it is undetermined."""
        return Estimate.at(example, self.value, self.low, self.high, level=self.level, method=self.method)

    @property
    def correct_in(self) -> NDArray[np.int64]:
        """(n,) int array: how many of the trials that had each example were right on it."""
        return self._of_right_or_wrong(self.right_in)

    @property
    def correct_out(self) -> NDArray[np.int64]:
        """(n,) int array: how many of the trials that had not each example were right on it."""
        return self._of_right_or_wrong(self.right_out)

    @property
    def mean_in(self) -> NDArray[np.float64]:
        """(n,) float array: mean performance over the trials that had each example, NaN where there is none."""
        return _share(self.correct_in, self.n_in) if self.moments is None else self.moments[0].mean

    @property
    def mean_out(self) -> NDArray[np.float64]:
        """(n,) float array: mean performance over the trials that had not each example, NaN where there is none."""
        return _share(self.correct_out, self.n_out) if self.moments is None else self.moments[1].mean

    def _of_right_or_wrong(self, held: NDArray[np.int64] | None) -> NDArray[np.int64]:
        if held is None:
            said = Said(f"scores of {self.kind.title}, a number for each example")
            raise InputError("scores", "be of right and wrong, for what is asked of them", said)
        return held


@checked
def memorization(
    outcomes: Outcomes,
    level: float = 0.95,
    *,
    estimator: Literal["difference", "efficient"] = "difference",
    estimand: Literal["correctness", "probability", "probit"] = "correctness",
    control: NDArray[Any] | None = None,
) -> MemorizationScores:
    """Memorization of each training example: the plain difference of two proportions, or a sharper estimate.

    Parameters
    ----------
    outcomes : Outcomes
        The table of trials.
    level : float
        Nominal coverage of each example's interval, in (0, 1).
    estimator : {"difference", "efficient"}
        "efficient" estimates the same quantity from margins as well, with fewer models for the same error, and assumes
        more: see :mod:`longtail.scores.efficient`. Counts and q-values are those of the plain difference either way.
    estimand : {"correctness", "probability", "probit"}
        What a model's knowledge of a label is measured by. The last two are other quantities, with q-values of their
        own: see :mod:`longtail.scores.soft_memorization`. Where performance is a number, it is what counts, and neither
        this nor ``estimator`` can be chosen.
    control : (trials, n) array, optional
        For "efficient": a control variate, see :func:`longtail.scores.kernel_ridge_control`.

    Raises
    ------
    InputError
        If ``level`` is outside (0, 1), there is no such estimator, or it lacks what it needs.

    Examples
    --------
    >>> inclusion = np.array([[1, 0], [1, 0], [0, 1], [0, 1]])
    >>> correct = np.array([[1, 1], [1, 1], [0, 1], [0, 1]])
    >>> memorization(Outcomes.from_arrays(inclusion, correct)).value.tolist()
    [1.0, 0.0]
    """
    _check(level, estimator, estimand, control)
    if outcomes.of_numbers:
        if (estimator, estimand) != ("difference", "correctness"):
            argument, given = ("estimand", estimand) if estimator == "difference" else ("estimator", estimator)
            raise InputError(argument, f"be left as it is where performance is {outcomes.kind.title}", given)
        return _of_numbers(outcomes, level)
    n_in = outcomes.inclusion.sum(axis=0, dtype=np.int64)
    n_out = outcomes.n_trials - n_in
    correct_in, correct = _right(outcomes)
    correct_out = correct - correct_in
    difference: DifferenceOfProportions | EfficientDifference | SoftDifference
    q_value = q_values(fisher_p_value(correct_in, n_in, correct_out, n_out))
    method = _EFFICIENT if estimator == "efficient" else _DIFFERENCE
    if estimand != "correctness":
        difference = (probability_difference if estimand == "probability" else probit_difference)(outcomes, level)
        q_value, method = q_values(difference.p_value), _SOFT
    elif estimator == "efficient":
        difference = efficient_difference(outcomes, level, control)
    else:
        difference = difference_of_proportions(correct_in, n_in, correct_out, n_out, level)
    kept = ~outcomes.refused
    return MemorizationScores(
        value=np.where(kept, difference.value, np.nan),
        low=np.where(kept, difference.low, np.nan),
        high=np.where(kept, difference.high, np.nan),
        n_in=n_in,
        n_out=n_out,
        right_in=correct_in,
        right_out=correct_out,
        q_value=np.where(kept, q_value, np.nan),
        failed=outcomes.about_failed,
        level=level,
        estimand=_ESTIMANDS[estimand],
        method=method,
    )


def _of_numbers(outcomes: Outcomes, level: float) -> MemorizationScores:
    """Return what the mean performance on each example gains from its presence."""
    kind, kept = outcomes.kind, ~outcomes.refused
    moments = moments_of(outcomes.numbers()[0], outcomes.inclusion)
    difference = difference_of_means(*moments, kind, level)
    value, low, high, p_value = (np.where(kept, part, np.nan) for part in difference)
    sides = "E[M | in] - E[M | out]" if kind.sign > 0 else "E[M | out] - E[M | in]"
    return MemorizationScores(
        value=value,
        low=low,
        high=high,
        n_in=moments[0].n.astype(np.int64),
        n_out=moments[1].n.astype(np.int64),
        right_in=None,
        right_out=None,
        q_value=q_values(p_value),
        failed=outcomes.about_failed,
        level=level,
        estimand=f"subsampled memorization of {kind.title} M: {sides}",
        method=_OF_NUMBERS,
        kind=kind,
        moments=moments,
    )


def _share(right: NDArray[np.int64], n: NDArray[np.int64]) -> NDArray[np.float64]:
    with np.errstate(divide="ignore", invalid="ignore"):
        share: NDArray[np.float64] = right / n
    return share


def _right(outcomes: Outcomes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count the trials that are right on each example, those that had it and all, a few trials at a time to save
    memory.
    """
    inside, everywhere = np.zeros((2, outcomes.n_train), np.int64)
    for start in range(0, outcomes.n_trials, _TRIALS_AT_A_TIME):
        rows = slice(start, start + _TRIALS_AT_A_TIME)
        right = outcomes.correct[rows]
        everywhere += right.sum(axis=0, dtype=np.uint16)
        inside += (right & outcomes.inclusion[rows]).sum(axis=0, dtype=np.uint16)
    return inside, everywhere


def _check(level: float, estimator: str, estimand: str, control: NDArray[Any] | None) -> None:
    require_level(level)
    if estimator not in ("difference", "efficient"):
        raise InputError("estimator", 'be "difference" or "efficient"', estimator)
    if estimand not in _ESTIMANDS:
        raise InputError("estimand", 'be "correctness", "probability" or "probit"', estimand)
    if estimand != "correctness" and estimator != "difference":
        raise InputError("estimator", f'be "difference" for the estimand "{estimand}"', estimator)
    if control is not None and estimator != "efficient":
        raise InputError("control", 'be given with estimator="efficient" only', estimator)
