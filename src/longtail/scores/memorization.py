r"""Memorization of each training example: what its label's fit owes to its own presence.

.. math:: \mathrm{mem}_i = \Pr[h(x_i) = y_i \mid i \in S] - \Pr[h(x_i) = y_i \mid i \notin S],

over random subsets S of a stated fraction and the learner's own randomness [FeldmanZhang2020]_. It is 1 for an example
whose label nobody guesses without it and every model that has seen it knows; 0 for one that is learnt from others.

This is *subsampled* memorization at the study's fraction: not the leave-one-out quantity of [Feldman2020]_, which is
smaller, since a model that lacks one example still has all its likes.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.errors import InputError
from longtail.outcomes import Outcomes
from longtail.scores.proportions import INTERVAL, difference_of_proportions
from longtail.scores.significance import fisher_p_value, q_values

__all__ = ["MemorizationScores", "memorization"]

ESTIMAND = "subsampled memorization of 0/1 correctness: P(correct | in) - P(correct | out)"
METHOD = f"difference of proportions over trials, {INTERVAL}, Fisher's exact test"


@dataclass(frozen=True, slots=True, kw_only=True)
class MemorizationScores:
    """Memorization of every training example; entries are NaN where an example was never in, or never out.

    Parameters
    ----------
    value, low, high : (n,) float arrays
        Point estimate and two-sided interval.
    n_in, n_out : (n,) int arrays
        Trials that had the example in, and out.
    correct_in, correct_out : (n,) int arrays
        How many of those were right on it.
    q_value : (n,) float array
        Of the one-sided test of mem <= 0, adjusted for the n tests (false-discovery rate).
    level : float
        Nominal coverage of each interval.
    estimand, method : str
        In words.
    """

    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    n_in: NDArray[np.int64]
    n_out: NDArray[np.int64]
    correct_in: NDArray[np.int64]
    correct_out: NDArray[np.int64]
    q_value: NDArray[np.float64]
    level: float
    estimand: str = ESTIMAND
    method: str = METHOD


def memorization(outcomes: Outcomes, level: float = 0.95) -> MemorizationScores:
    """Memorization of each training example, as the plain difference of two proportions over trials.

    Parameters
    ----------
    outcomes : Outcomes
        The table of trials.
    level : float
        Nominal coverage of each example's interval, in (0, 1).

    Raises
    ------
    InputError
        If ``level`` is outside (0, 1).

    Examples
    --------
    >>> inclusion = np.array([[1, 0], [1, 0], [0, 1], [0, 1]])
    >>> correct = np.array([[1, 1], [1, 1], [0, 1], [0, 1]])
    >>> memorization(Outcomes.from_arrays(inclusion, correct)).value.tolist()
    [1.0, 0.0]
    """
    if not 0 < level < 1:
        raise InputError("level", "lie strictly between 0 and 1", level)
    n_in = outcomes.inclusion.sum(axis=0, dtype=np.int64)
    n_out = outcomes.n_trials - n_in
    correct_in = (outcomes.correct & outcomes.inclusion).sum(axis=0, dtype=np.int64)
    correct_out = outcomes.correct.sum(axis=0, dtype=np.int64) - correct_in
    difference = difference_of_proportions(correct_in, n_in, correct_out, n_out, level)
    return MemorizationScores(
        value=difference.value,
        low=difference.low,
        high=difference.high,
        n_in=n_in,
        n_out=n_out,
        correct_in=correct_in,
        correct_out=correct_out,
        q_value=q_values(fisher_p_value(correct_in, n_in, correct_out, n_out)),
        level=level,
    )
