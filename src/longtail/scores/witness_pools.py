r"""Pools of examples that are new to models, and the variance of a weighted mean of several pools.

A pool is a table: rows are trials, columns are examples of one sort (test examples, or training examples where they
were left out). A mean over several pools gives each a share; its variance is two-way, as
:mod:`longtail.scores.new_examples` says, with what left-out examples owe one another added.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.array_types import Bits, Reals
from longtail.scores.unit_draws import UnitSpread, difference_interval, half_width, share_interval, unit_spread

__all__ = [
    "Pool",
    "effective_draws",
    "interval_of_difference",
    "interval_of_share",
    "mutual_effects",
    "pooled",
    "weighted",
]


_BYTES = 2048  # Of the bits of each subset, at a time.
_MOST_JUDGED = 4000  # Left-out examples from which the effects on all are told.


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """The mean of one pool, and what rows, columns and single cells add to its error.

    Parameters
    ----------
    mean : float
        Over all entries that count.
    rows, columns : arrays
        Sums of residuals by trial and by example, each over the number of entries.
    squares : float
        Sum of their squares, entry by entry.
    pairs : float
        What left-out examples owe one another; 0 for test examples.
    size : int
        The number of examples.
    unit : (k,) int array or None
        The unit that each of ``columns`` is, where examples belong to units: they are no independent draws then.
    weights : (k,) array or None
        The share of the entries that each unit has.
    spread : float
        Variance of what examples say on average over trials, where examples belong to units.
    """

    mean: float
    rows: Reals
    columns: Reals
    squares: float
    pairs: float
    size: int
    unit: NDArray[np.int64] | None = None
    weights: Reals | None = None
    spread: float = 0.0

    @classmethod
    def of(
        cls,
        table: NDArray[np.floating],
        counted: Bits,
        inclusion: Bits | None = None,
        unit: NDArray[np.int64] | None = None,
    ) -> "Pool":
        """Make one from outcomes.

        Parameters
        ----------
        table : (trials, k) float array
            Outcomes on k examples.
        counted : (trials, k) bool array
            Which of them count.
        inclusion : (trials, n) bool array, optional
            Who was in, of all training examples, where the k are left-out ones.
        unit : (k,) int array, optional
            The unit of each example, whose rows are one draw together.
        """
        total = int(counted.sum())
        mean = float(table[counted].sum(dtype=np.float64)) / total
        residuals = np.where(counted, table - mean, 0.0) / total
        units: NDArray[np.int64] | None = None
        weights, spread = None, 0.0
        if unit is not None:
            units, place = np.unique(unit, return_inverse=True)
            share = counted.sum(axis=0) / total
            weights = np.bincount(place, share, len(units)).astype(float)
            own = residuals.sum(axis=0)
            spread = float((own[share > 0] ** 2 / share[share > 0]).sum())
            residuals = np.array([np.bincount(place, row, len(units)) for row in residuals])
        pairs = 0.0 if inclusion is None else mutual_effects(table, counted, inclusion) / table.shape[1] ** 2
        return cls(
            mean=mean,
            rows=residuals.sum(axis=1),
            columns=residuals.sum(axis=0),
            squares=float((residuals**2).sum()),
            pairs=pairs,
            size=table.shape[1],
            unit=units,
            weights=weights,
            spread=spread,
        )

    @property
    def draws(self) -> int:
        """The number of examples, or of units where examples belong to units."""
        return len(self.columns)

    def variance(self) -> float:
        """Return the variance of the mean."""
        return _variance(self.rows, [self], [1.0])[0]

    def half_width(self, level: float) -> float:
        """Return half the width of the interval of the mean."""
        return half_width(level, *_variance(self.rows, [self], [1.0]))


def pooled(pools: list[Pool], level: float) -> tuple[float, float, int]:
    """Return the mean over all examples of several pools, half the width of its interval, and how many draws it is of.

    These are the examples, or units where examples belong to units.
    """
    return *weighted(pools, _shares(pools), level), sum(pool.draws for pool in pools)


def weighted(pools: list[Pool], shares: list[float], level: float) -> tuple[float, float]:
    """Return the sum of the means of several pools, each times its share, and half the width of its interval."""
    mean, variance, freedom = _moments(pools, shares)
    return mean, half_width(level, variance, freedom)


def interval_of_share(pools: list[Pool], level: float) -> tuple[float, float]:
    """Return the interval of a mean of zeros and ones over all examples of several pools, which belong to units."""
    return share_interval(*_moments(pools, _shares(pools)), effective_draws(pools), level)


def interval_of_difference(
    first: list[Pool], second: list[Pool], apart: list[Pool], level: float
) -> tuple[float, float]:
    """Return the interval of a difference of two such means, given the pools of either and of their difference."""
    (one, *_), (other, *_) = of = [_moments(pools, _shares(pools)) for pools in (first, second)]
    variances = [variance for _, variance, _ in (*of, _moments(apart, _shares(apart)))]
    scale = math.sqrt(variances[0] * variances[1])
    correlation = (variances[0] + variances[1] - variances[2]) / 2 / scale if scale else 0.0
    ends = [interval_of_share(pools, level) for pools in (first, second)]
    return difference_interval((one, *ends[0]), (other, *ends[1]), min(max(correlation, -1.0), 1.0))


def effective_draws(pools: list[Pool]) -> float:
    """Return of how many draws the mean over several pools is: examples, or as many units of equal sizes as say so
    much.
    """
    units = _of_units(pools, _shares(pools))
    return float(sum(pool.size for pool in pools)) if units is None else units.effective


def _shares(pools: list[Pool]) -> list[float]:
    n = sum(pool.size for pool in pools)
    return [pool.size / n for pool in pools]


def _moments(pools: list[Pool], shares: list[float]) -> tuple[float, float, float]:
    """Return the weighted mean, its variance, and the degrees of freedom of that."""
    mean = sum(share * pool.mean for share, pool in zip(shares, pools, strict=True))
    rows = np.sum([share * pool.rows for share, pool in zip(shares, pools, strict=True)], axis=0)
    return mean, *_variance(rows, pools, shares)


def _variance(rows: Reals, pools: list[Pool], shares: list[float]) -> tuple[float, float]:
    """Return the variance of a weighted mean, and its degrees of freedom: infinitely many where there are no units."""
    by_row = float((rows**2).sum()) * len(rows) / max(len(rows) - 1, 1)
    alone = [share * pool.columns for share, pool in zip(shares, pools, strict=True) if pool.unit is None]
    by_column = sum(float((columns**2).sum()) * len(columns) / max(len(columns) - 1, 1) for columns in alone)
    units = _of_units(pools, shares)
    by_column += units.variance if units else 0.0
    squares, pairs = (
        sum(share**2 * amount for share, amount in zip(shares, amounts, strict=True))
        for amounts in ([pool.squares for pool in pools], [pool.pairs for pool in pools])
    )
    variance = max(by_row + by_column - squares, by_row, by_column) + pairs
    if units is None:
        return variance, math.inf
    doubt = by_row**2 / max(len(rows) - 1, 1) + units.variance**2 / units.freedom
    return variance, max((by_row + units.variance) ** 2 / doubt if doubt else math.inf, 1.0)


def _of_units(pools: list[Pool], shares: list[float]) -> UnitSpread | None:
    """Return what units add to the error, with all pools of units as one, for a unit may be in several."""
    tied = [
        (pool.unit, share * pool.columns, share * pool.weights, share * pool.weights * math.sqrt(pool.spread))
        for share, pool in zip(shares, pools, strict=True)
        if pool.unit is not None and pool.weights is not None
    ]
    if not tied:
        return None
    place = np.unique(np.concatenate([unit for unit, *_ in tied]), return_inverse=True)[1]
    sums, weights, rough = (
        np.bincount(place, np.concatenate([each[k] for each in tied])).astype(float) for k in (1, 2, 3)
    )
    total, q = float(weights.sum()), float((weights**2).sum())
    return unit_spread(sums, weights / total, float((rough**2).sum()) / q * total**2)


@checked
def mutual_effects(table: NDArray[np.floating], counted: Bits, inclusion: Bits) -> float:
    r"""Return :math:`\sum_i \sum_j a_{ij}^2`, what training examples change in what left-out ones say.

    See :mod:`longtail.scores.new_examples`.

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
    together = _shared(np.packbits(inclusion, axis=1).tobytes(), *inclusion.shape)
    out = counted.astype(np.float32)
    count = out.sum(axis=0)
    usable = count > 1
    out, count = out[:, usable], count[usable]
    values = table[:, usable].astype(np.float32)
    centered = np.where(out > 0, values - (values * out).sum(axis=0) / count, 0.0).astype(np.float32)
    squared = ((together @ centered) * centered).sum(axis=0, dtype=np.float64) / (count - 1) ** 2
    own = (centered**2).sum(axis=0) / (count - 1)
    # A product of matrices for the first term was seen to warn of invalid values that it does not have.
    sizes = (inclusion.sum(axis=1, dtype=np.float32)[:, None] * out).sum(axis=0)
    subsets = (sizes - ((together @ out) * out).sum(axis=0) / count) / (count - 1)
    by_chance = own * subsets / (count - 1)
    left = 1 - float(inclusion.mean())
    return max(float((squared - by_chance).sum()) / left**2, 0.0)


@lru_cache(maxsize=1)
def _shared(packed: bytes, n_trials: int, n: int) -> NDArray[np.float32]:
    """Return how many examples two subsets share, from their bits: every class of a study asks the same subsets."""
    rows = np.frombuffer(packed, np.uint8).reshape(n_trials, -1)
    together = np.zeros((n_trials, n_trials), np.float32)
    for start in range(0, rows.shape[1], _BYTES):  # Whole numbers, so that the order of the sums does not matter.
        some = np.unpackbits(rows[:, start : start + _BYTES], axis=1, count=min(8 * _BYTES, n - 8 * start))
        bits = some.astype(np.float32)
        together += bits @ bits.T
    together.flags.writeable = False  # It is kept.
    return together
