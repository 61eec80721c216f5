"""Mean accuracies and mean memorization of the models of a study.

Accuracies, on new data or on the study's, are judged as means over models and examples that are both a sample of more.
Mean memorization is of these very training examples, and its interval speaks of other models alone.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import checked
from longtail.estimate import Estimate
from longtail.findings import FitFindings
from longtail.outcomes import Outcomes
from longtail.sampling_laws import student_half_width
from longtail.scores.proportions import wilson_interval
from longtail.scores.subgroup_cost import group_accuracy
from longtail.scores.units import units_of

__all__ = ["fit_of", "mean_memorization", "mean_over_examples", "mean_over_trials"]

_FITS = 0.999


def mean_over_trials(values: ArrayLike, level: float, examples: int, lowest: float = 0.0) -> Estimate:
    """Return the mean over trials of one number for each, with Student's interval.

    Each number is an average over some examples.

    Where all trials agree there is no spread to learn from. The interval is then Wilson's over trials times examples,
    as if they were independent, so that it never shrinks to a point.

    Parameters
    ----------
    values : (trials,) array
        In [``lowest``, 1].
    level : float
        Of the interval.
    examples : int
        How many examples each value is an average of.
    lowest : float
        The least possible value.
    """
    x = np.asarray(values, float)
    mean, spread = float(x.mean()), float(x.std())
    if spread == 0:
        draws, width = len(x) * examples, 1 - lowest
        low, high = (
            lowest + width * float(end) for end in wilson_interval((mean - lowest) / width * draws, draws, level)
        )
        return Estimate(value=mean, low=low, high=high, level=level, method="Wilson interval, all trials being equal")
    half = float(student_half_width(level, len(x) - 1)) * spread / math.sqrt(len(x) - 1)
    low, high = max(mean - half, lowest), min(mean + half, 1.0)
    return Estimate(value=mean, low=low, high=high, level=level, method="Student's interval over trials")


@checked
def mean_memorization(outcomes: Outcomes, level: float, together: NDArray[np.int64] | None = None) -> Estimate:
    """Return mean memorization as a mean over trials.

    It is the accuracy on the examples that are in minus that on those that are out.

    With every example out equally often this is the mean of the scores, and trials are its independent draws. With
    ``together``, the unit of each row, units count alike, however many rows they have: the accuracy on a unit is the
    share of its rows that a model is right on.
    """
    if together is not None and not outcomes.of_numbers:
        units = units_of(outcomes, together)
        share, inside = units.total(outcomes.correct) / units.size, units.inclusion
        each = (share * inside).sum(axis=1) / inside.sum(axis=1) - (share * ~inside).sum(axis=1) / (~inside).sum(axis=1)
        return mean_over_trials(each, level, int((~inside[0]).sum()), lowest=-1.0)
    inside = outcomes.inclusion
    if outcomes.of_numbers:
        return _mean_gain(outcomes, level)
    right = outcomes.correct
    each = (right & inside).sum(axis=1) / inside.sum(axis=1) - (right & ~inside).sum(axis=1) / (~inside).sum(axis=1)
    return mean_over_trials(each, level, int((~inside[0]).sum()), lowest=-1.0)


def _mean_gain(outcomes: Outcomes, level: float) -> Estimate:
    """Return mean memorization of a performance that is a number, with Student's interval over trials."""
    gain, inside = outcomes.kind.sign * outcomes.numbers()[0].astype(np.float64), outcomes.inclusion
    each = (gain * inside).sum(axis=1) / inside.sum(axis=1) - (gain * ~inside).sum(axis=1) / (~inside).sum(axis=1)
    mean, error = float(each.mean()), float(each.std()) / math.sqrt(max(len(each) - 1, 1))
    half = float(student_half_width(level, max(len(each) - 1, 1))) * error
    method = "Student's interval over trials"
    return Estimate(value=mean, low=mean - half, high=mean + half, level=level, method=method)


def mean_over_examples(values: ArrayLike, level: float) -> Estimate:
    """Return the mean of one probability for each example, for the population that the examples are a sample of.

    The interval is Wilson's with as many draws as examples: numbers in [0, 1] vary at most as zeros and ones do, so it
    is on the wide side, and it is [0, 1] when there is no example.
    """
    x = np.asarray(values, float)
    x = x[~np.isnan(x)]
    if not len(x):
        return Estimate(value=math.nan, low=0.0, high=1.0, level=level, method="no example")
    low, high = (float(end) for end in wilson_interval(x.sum(), len(x), level))
    return Estimate(value=float(x.mean()), low=low, high=high, level=level, method="Wilson interval over examples")


def fit_of(outcomes: Outcomes, level: float, test_unit: NDArray[np.int64] | None = None) -> FitFindings:
    """Measure how often models are right on what they saw, on what was left out, and on test examples.

    Every interval speaks of other models and of other examples: two-way over both, exact for few examples. Where test
    examples belong to units, these are the draws.
    """
    inside, right = outcomes.inclusion, outcomes.correct
    included = group_accuracy(right, level, inside)
    return FitFindings(
        included_accuracy=included,
        left_out_accuracy=group_accuracy(right, level, ~inside),
        test_accuracy=group_accuracy(outcomes.test_correct, level, unit=test_unit) if outcomes.n_test else None,
        fits=included.value >= _FITS,
    )
