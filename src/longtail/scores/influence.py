r"""Influence of a training example on a test example: what being right there owes to its presence.

.. math:: \mathrm{infl}(i \to j) = \Pr[h(x'_j) = y'_j \mid i \in S] - \Pr[h(x'_j) = y'_j \mid i \notin S]

[FeldmanZhang2020]_. The counts of all pairs are two matrix products, computed for a block of training examples at a
time; only each training example's strongest pairs are kept.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.errors import InputError
from longtail.outcomes import Outcomes
from longtail.scores.proportions import difference_of_proportions
from longtail.scores.significance import fisher_p_value, q_values

__all__ = ["InfluenceScores", "influence"]

_BLOCK = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class InfluenceScores:
    """Pairs of a training and a test example, ordered by training example, then by falling influence.

    Parameters
    ----------
    train, test : (pairs,) int arrays
        Positions of the examples.
    value, low, high : (pairs,) float arrays
        Point estimate and two-sided interval.
    q_value : (pairs,) float array
        Of the one-sided test of influence <= 0, adjusted for *all* pairs that were looked at, kept or not.
    level : float
        Nominal coverage of each interval.
    n_pairs : int
        How many pairs were looked at.
    """

    train: NDArray[np.int64]
    test: NDArray[np.int64]
    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    q_value: NDArray[np.float64]
    level: float
    n_pairs: int


def influence(
    outcomes: Outcomes, level: float = 0.95, *, train: ArrayLike | None = None, strongest: int = 5
) -> InfluenceScores:
    """The strongest influences of training examples on test examples.

    Parameters
    ----------
    outcomes : Outcomes
        The table of trials; with no test examples there are no pairs.
    level : float
        Nominal coverage of each pair's interval, in (0, 1).
    train : array of int, optional
        Positions of the training examples to look at; all of them where it is not given.
    strongest : int
        How many test examples to keep for each, at most.

    Raises
    ------
    InputError
        If ``level`` is outside (0, 1), ``strongest`` is below 1 or a position is out of range.
    """
    looked_at = np.arange(outcomes.n_train) if train is None else np.asarray(train, np.int64)
    _check(level, strongest, looked_at, outcomes.n_train)
    right = outcomes.test_correct.astype(np.float32)
    starts = range(0, max(len(looked_at), 1), _BLOCK)
    blocks = [_strongest_pairs(outcomes, right, looked_at[start : start + _BLOCK], strongest) for start in starts]
    pairs = np.concatenate([block.pairs for block in blocks], axis=1)
    q_of_all = q_values(np.concatenate([block.p_values for block in blocks]))
    train_of, test_of, k_in, n_in, k_out, n_out = pairs
    difference = difference_of_proportions(k_in, n_in, k_out, n_out, level)
    rows = np.repeat(np.arange(len(looked_at)), min(strongest, outcomes.n_test))
    return InfluenceScores(
        train=train_of,
        test=test_of,
        value=difference.value,
        low=difference.low,
        high=difference.high,
        q_value=q_of_all[rows * outcomes.n_test + test_of],
        level=level,
        n_pairs=len(q_of_all),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """A block of training examples: p-values of all its pairs, row by row, and the counts of those that are kept."""

    p_values: NDArray[np.float64]
    pairs: NDArray[np.int64]


def _strongest_pairs(
    outcomes: Outcomes, right: NDArray[np.float32], block: NDArray[np.int64], strongest: int
) -> _Block:
    included = outcomes.inclusion[:, block].astype(np.float32)
    k_in = np.rint(included.T @ right).astype(np.int64)  # exact: counts are below 2**24
    k_out = np.rint(right.sum(axis=0)).astype(np.int64) - k_in
    n_in = np.rint(included.sum(axis=0)).astype(np.int64)[:, None]
    n_out = outcomes.n_trials - n_in
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.nan_to_num(k_in / n_in - k_out / n_out, nan=-np.inf)
    chosen = np.argsort(-value, axis=1, kind="stable")[:, :strongest]
    rows = np.arange(len(block))[:, None]
    columns = (block[:, None], chosen, k_in[rows, chosen], n_in, k_out[rows, chosen], n_out)
    return _Block(
        p_values=fisher_p_value(k_in, n_in, k_out, n_out).ravel(),
        pairs=np.stack([np.broadcast_to(column, chosen.shape).ravel() for column in columns]),
    )


def _check(level: float, strongest: int, train: NDArray[np.int64], n_train: int) -> None:
    if not 0 < level < 1:
        raise InputError("level", "lie strictly between 0 and 1", level)
    if strongest < 1:
        raise InputError("strongest", "be at least 1", strongest)
    if train.ndim != 1 or (len(train) and not 0 <= train.min() <= train.max() < n_train):
        raise InputError("train", f"hold positions in 0..{n_train - 1}", train.tolist())
