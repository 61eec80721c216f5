r"""Influence of a training example on a test example's performance, where that is a number.

.. math:: \mathrm{infl}(i \to j) = s\,\big(E[M(h, x'_j) \mid i \in S] - E[M(h, x'_j) \mid i \notin S]\big)

[Zhang2021]_, with the sign s that makes a gain positive. Moments of all pairs are products of two matrices, block by
block, and the interval and the test are those of memorization (:mod:`longtail.scores.means`). q-values allow for all
pairs: p-values are counted in steps of a thousandth of a decade, each taken for the upper end of its step. Those above
a tenth are not computed one by one, so that q-values above a tenth are at least what they should be.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from longtail.array_types import Reals
from longtail.errors import InputError
from longtail.outcomes import Outcomes
from longtail.scores.influence_scores import InfluenceScores
from longtail.scores.means import INTERVAL, DifferenceOfMeans, Moments, difference_of_means
from longtail.scores.pair_ranking import PairRanking

__all__ = ["number_influence"]

_CELLS = 4_000_000
_STEP, _DECADES = 1e-3, 320
_TOLD = 1.2
"""Pairs below so many standard errors are no candidates: their p-values are above a tenth."""
_MOST_PAIRS = 20_000_000


def number_influence(
    outcomes: Outcomes,
    level: float,
    *,
    train: NDArray[np.int64],
    strongest: int | None,
    both_ways: bool = False,
    false_discovery_rate: float = 0.05,
) -> InfluenceScores:
    """Return the strongest pairs of each training example, or all significant ones.

    Parameters
    ----------
    outcomes : Outcomes
        Of numbers.
    level : float
        Nominal coverage of each pair's interval.
    train : int array
        Training examples to look at.
    strongest : int or None
        Test examples to keep for each; None for all pairs that are significant.
    both_ways : bool
        Whether to keep the strongest training examples of each test example as well.
    false_discovery_rate : float
        Where ``strongest`` is None.

    Raises
    ------
    InputError
        If more than twenty million pairs are significant.
    """
    values, n_test = outcomes.numbers()[1], outcomes.n_test
    kept = min(strongest or 0, n_test)
    counts = np.zeros(round(_DECADES / _STEP) + 1, np.int64)
    rows: list[NDArray[np.int64]] = [np.zeros(0, np.int64)]
    shape = (min(strongest or 0, len(train)), n_test)
    best = np.full(shape, -np.inf), np.zeros(shape, np.int64)
    found: list[tuple[NDArray[np.int64], Reals]] = []
    for start, block in _blocks(outcomes, values, train, level):
        p, gain = block.p_value.ravel(), np.nan_to_num(block.value, nan=-np.inf)
        told = np.flatnonzero(~np.isnan(p))
        counts += np.bincount(_steps(p[told]), minlength=len(counts))
        if strongest is None:
            found.append((start * n_test + told[p[told] < 0.1], p[told][p[told] < 0.1]))
        elif kept:
            chosen = np.argpartition(-gain, kept - 1, axis=1)[:, :kept]
            rows.append(((start + np.arange(len(gain)))[:, None] * n_test + chosen).ravel())
            best = _merged(best, gain, start) if both_ways else best
    # Pairs that are not told are counted at 1, so that the others' ranks allow for them.
    counts[0] += len(train) * n_test - counts.sum()
    steps: Reals = 10.0 ** (-_STEP * np.arange(len(counts), dtype=np.float64))
    ranking = PairRanking.of(steps[counts > 0], counts[counts > 0])
    if strongest is None:
        places = np.concatenate([rows[0], *(each for each, _ in found)])
        p_values = np.concatenate([np.zeros(0), *(each for _, each in found)])
        places = places[ranking.q_value(_rounded_up(p_values)) <= false_discovery_rate]
        if len(places) > _MOST_PAIRS:
            raise InputError("outcomes", f"have at most {_MOST_PAIRS:,} significant pairs", len(places))
    else:
        places = np.concatenate(rows)
        if both_ways and n_test:
            both = best[1] * n_test + np.arange(n_test)
            places = np.union1d(places, both[np.isfinite(best[0])])
    return _scores(outcomes, values, train, places, ranking, level)


def _blocks(
    outcomes: Outcomes, values: NDArray[np.floating], train: NDArray[np.int64], level: float
) -> Iterator[tuple[int, DifferenceOfMeans]]:
    """Yield the estimates of all pairs, some training examples at a time. P-values above a tenth are NaN."""
    size = max(_CELLS // max(outcomes.n_test, 1), 1)
    powers = _powers(values)
    for start in range(0, len(train) if outcomes.n_test else 0, size):
        inside = outcomes.inclusion[:, train[start : start + size]].astype(np.float64)
        sides = _moments(inside, powers)
        yield start, _candidates(sides, outcomes, level)


def _powers(values: NDArray[np.floating]) -> tuple[Reals, ...]:
    """Return means of the columns, and powers of the deviations from them."""
    x = values.astype(np.float64)
    mean = x.mean(axis=0)
    apart = x - mean
    return mean, apart, apart**2, apart**3


def _moments(inside: Reals, powers: tuple[Reals, ...]) -> tuple[Moments, Moments]:
    """Return moments of every column of values over the trials of every column of ``inside``, and over the others."""
    mean, *apart = powers
    totals = [power.sum(axis=0) for power in apart]
    n = inside.sum(axis=0)[:, None]
    scale = np.sqrt(mean**2 + totals[1] / max(len(inside), 1))  # Of the numbers that are taken from one another.
    sums = [inside.T @ power for power in apart]
    both = []
    for size, (first, second, third) in (
        (n, sums),
        (len(inside) - n, [total - part for total, part in zip(totals, sums, strict=True)]),
    ):
        with np.errstate(divide="ignore", invalid="ignore"):
            middle = np.where(size > 0, first / size, np.nan)
        squares = np.maximum(second - size * middle**2, 0.0)
        cubes = third - 3 * middle * second + 2 * size * middle**3
        full = np.broadcast_to(size, middle.shape)
        both.append(Moments.of_sums(full, mean + middle, np.nan_to_num(squares), np.nan_to_num(cubes), scale))
    return both[0], both[1]


def _candidates(sides: tuple[Moments, Moments], outcomes: Outcomes, level: float) -> DifferenceOfMeans:
    """Return estimates of which only those that may be significant have an interval and a p-value."""
    inside, outside = sides
    value = outcomes.kind.sign * (inside.mean - outside.mean)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt(inside.variance / inside.n + outside.variance / outside.n)
    told = np.nonzero((value > _TOLD * error) & (value > 0))
    flat = tuple(np.full(value.shape, np.nan) for _ in range(3))
    if len(told[0]):
        of_told = difference_of_means(_taken(inside, told), _taken(outside, told), outcomes.kind, level)
        for table, part in zip(flat, of_told[1:], strict=True):
            table[told] = part
    return DifferenceOfMeans(value, *flat)


def _taken(side: Moments, places: tuple[NDArray[np.intp], ...]) -> Moments:
    return Moments(n=side.n[places], mean=side.mean[places], variance=side.variance[places], third=side.third[places])


def _merged(best: tuple[Reals, NDArray[np.int64]], gain: Reals, start: int) -> tuple[Reals, NDArray[np.int64]]:
    """Return the strongest rows of each column so far."""
    rows = np.broadcast_to((start + np.arange(len(gain)))[:, None], gain.shape)
    gains, rows = np.concatenate([best[0], gain]), np.concatenate([best[1], rows])
    order = np.argsort(-gains, axis=0, kind="stable")[: len(best[0])]
    return np.take_along_axis(gains, order, axis=0), np.take_along_axis(rows, order, axis=0)


def _steps(p: Reals) -> NDArray[np.int64]:
    """Return the step of each p-value: its upper end is 10 to the minus this many steps."""
    decades = -np.log10(np.maximum(p, 10.0**-_DECADES))
    steps: NDArray[np.int64] = np.clip(np.floor(decades / _STEP + 1e-9), 0, round(_DECADES / _STEP)).astype(np.int64)
    return steps


def _rounded_up(p: Reals) -> Reals:
    rounded: Reals = np.where(np.isnan(p), np.nan, 10.0 ** (-_STEP * _steps(np.nan_to_num(p, nan=1.0))))
    return rounded


def _scores(
    outcomes: Outcomes,
    values: NDArray[np.floating],
    train: NDArray[np.int64],
    places: NDArray[np.int64],
    ranking: PairRanking,
    level: float,
) -> InfluenceScores:
    places = np.sort(places)
    rows, tests = np.divmod(places, max(outcomes.n_test, 1))
    parts, powers = [np.zeros((4, 0))], _powers(values)
    for row in np.unique(rows).tolist():
        here = tests[rows == row]
        inside = outcomes.inclusion[:, train[row] : train[row] + 1].astype(np.float64)
        sides = _moments(inside, (powers[0][here], *(power[:, here] for power in powers[1:])))
        parts.append(np.stack([part[0] for part in difference_of_means(*sides, outcomes.kind, level)]))
    value, low, high, p = np.concatenate(parts, axis=1)
    q = ranking.q_value(_rounded_up(p))
    refused = outcomes.refused[train[rows]]
    value, low, high, q = (np.where(refused, np.nan, part) for part in (value, low, high, q))
    falling = np.lexsort((tests, -np.nan_to_num(value, nan=-np.inf), rows))
    return InfluenceScores(
        train=train[rows[falling]],
        test=tests[falling],
        value=value[falling],
        low=low[falling],
        high=high[falling],
        q_value=q[falling],
        level=level,
        n_pairs=len(train) * outcomes.n_test,
        method=f"difference of means over trials, {INTERVAL}",
        test_of="test of the same intervals",
    )
