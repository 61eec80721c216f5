r"""What a limit costs a subgroup: accuracy lost against the unlimited learner, averaged over models, with an interval.

Model t of either learner is trained on the same subset, so models are paired. With :math:`c_{tj}` and
:math:`c^*_{tj}` for whether the limited and the unlimited model t is right on test example j, the cost to a group G is

.. math:: \frac{1}{T\,|G|} \sum_{t} \sum_{j \in G} \left( c^*_{tj} - c_{tj} \right).

Both models and examples are a sample. The variance of the mean is that of the models' means plus that of the examples'
means, less that of single cells, which both contain; the two-way bootstrap [Owen2007]_ resamples for nearly the same
and is a little wider. Where a group has few test examples a variance says little: the average over models of each of n
examples stands for one draw then, and the interval is the exact one [ClopperPearson1934]_ of as many draws, or
Newcombe's combination [Newcombe1998]_ of two such for a difference: ten right out of ten is [0.69, 1], never [1, 1].
The wider of the two is given. Where examples belong to units, see :mod:`longtail.scores.unit_draws`.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from longtail.arguments import checked
from longtail.array_types import Bits, Reals
from longtail.errors import InputError, Said
from longtail.estimate import Estimate
from longtail.sampling_laws import normal_half_width
from longtail.scores.witness_pools import Pool, interval_of_share

__all__ = [
    "GroupCost",
    "exact_interval",
    "group_accuracy",
    "group_cost",
    "subgroup_costs",
    "two_way_half_width",
]

_FEW = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCost:
    """Cost of a limit for one group.

    Parameters
    ----------
    name : str
        Of the group.
    n_test : int
        Its test examples.
    unlimited, limited : Estimate
        Accuracy of the two learners on the group.
    cost : Estimate
        Accuracy lost: unlimited less limited.
    """

    name: str
    n_test: int
    unlimited: Estimate
    limited: Estimate
    cost: Estimate


@checked
def subgroup_costs(unlimited: Bits, limited: Bits, groups: dict[str, Bits], level: float = 0.95) -> list[GroupCost]:
    """Return the cost of a limit to each group.

    Parameters
    ----------
    unlimited, limited : (trials, n_test) bool arrays
        Whether each model is right on each test example; row t of both is trained on the same subset.
    groups : dict
        Name -> (n_test,) mask of the group's test examples.
    level : float
        Of every interval.

    Raises
    ------
    InputError
        If the tables differ in shape, or a group has no test example.
    """
    if unlimited.shape != limited.shape:
        raise InputError("limited", f"have the shape of unlimited, {unlimited.shape}", limited.shape)
    for name, mask in groups.items():
        if not mask.any():
            raise InputError("group", "have a test example, to say anything of it", name)
    return [
        GroupCost(
            name=name,
            n_test=int(mask.sum()),
            unlimited=group_accuracy(unlimited[:, mask], level),
            limited=group_accuracy(limited[:, mask], level),
            cost=group_cost(unlimited[:, mask], limited[:, mask], level),
        )
        for name, mask in groups.items()
    ]


@checked
def group_accuracy(
    correct: Bits, level: float, counted: Bits | None = None, unit: NDArray[np.int64] | None = None
) -> Estimate:
    """Mean accuracy over models and examples of one group, both being a sample of more.

    Parameters
    ----------
    correct : (trials, n) bool array
        Whether each model is right on each example.
    level : float
        Of the interval.
    counted : (trials, n) bool array, optional
        Which entries count, where not all do: those of examples that a model was not trained on, for one.
    unit : (n,) int array, optional
        The unit of each example, where examples belong to units: these are the draws then.

    Raises
    ------
    InputError
        If ``counted`` has another shape, or nothing counts.

    Examples
    --------
    >>> ten_of_ten = group_accuracy(np.ones((20, 10), bool), 0.95)
    >>> print(ten_of_ten)
    1 [0.692, 1]
    """
    if counted is not None and counted.shape != correct.shape:
        raise InputError("counted", f"have the shape of correct, {correct.shape}", counted.shape)
    counts = np.broadcast_to(np.True_, correct.shape) if counted is None else counted
    sizes = [counts.sum(axis=axis, dtype=np.int64) for axis in (1, 0)]
    total, n_examples = int(sizes[0].sum()), int((sizes[1] > 0).sum())
    if not total:
        raise InputError("counted", "hold an entry that counts", Said("none"))
    right = correct & counts
    mean = int(right.sum()) / total
    if unit is not None:
        pool = Pool.of(correct.astype(np.float32), np.asarray(counts), unit=unit)
        low, high = interval_of_share([pool], level)
        return Estimate(
            value=mean,
            low=low,
            high=high,
            level=level,
            method="mean over models and units, by the draws that their variance is worth",
            warning=_warning(pool.draws, "units"),
        )
    sums = [(right.sum(axis=axis) - mean * size)[size > 0] for axis, size in zip((1, 0), sizes, strict=True)]
    half = _half_width(sums[0], sums[1], total * mean * (1 - mean), total, level)
    low, high = exact_interval(mean, n_examples, level)
    return Estimate(
        value=mean,
        low=max(0.0, min(low, mean - half)),
        high=min(1.0, max(high, mean + half)),
        level=level,
        method="mean over models and examples, exact or two-way interval, the wider",
        warning=_warning(n_examples),
    )


def group_cost(unlimited: Bits, limited: Bits, level: float) -> Estimate:
    """Mean accuracy lost by one group, over paired models and test examples."""
    lost = unlimited.astype(float) - limited
    value, n_test = float(lost.mean()), lost.shape[1]
    half = two_way_half_width(lost, level)
    low, high = value - half, value + half
    if n_test < _FEW:
        exact_low, exact_high = _exact_difference(float(unlimited.mean()), float(limited.mean()), n_test, level)
        low, high = min(low, exact_low), max(high, exact_high)
    else:  # Losses lie in [-1, 1]. Even if none of n was lost, some can be.
        rule_of_three = -math.log((1 - level) / 2) / n_test
        low, high = min(low, value - rule_of_three), max(high, value + rule_of_three)
    return Estimate(
        value=value,
        low=max(-1.0, low),
        high=min(1.0, high),
        level=level,
        method="accuracy lost, over paired models and test examples, two-way interval; exact for small groups",
        warning=_warning(n_test),
    )


@checked
def exact_interval(mean: float, n: int, level: float) -> tuple[float, float]:
    """Return Clopper and Pearson's interval of n draws, a share ``mean`` of which (not always a whole number)
    succeeded.

    Examples
    --------
    >>> [round(end, 3) for end in exact_interval(1.0, 10, 0.95)]
    [0.692, 1.0]
    """
    tail, right = (1 - level) / 2, mean * n
    low = 0.0 if right <= 0 else float(betaincinv(right, n - right + 1, tail))
    high = 1.0 if right >= n else float(betaincinv(right + 1, n - right, 1 - tail))
    return low, high


def _exact_difference(first: float, second: float, n: int, level: float) -> tuple[float, float]:
    """Return Newcombe's combination of the two exact intervals."""
    (low_1, high_1), (low_2, high_2) = exact_interval(first, n, level), exact_interval(second, n, level)
    value = first - second
    return value - math.hypot(first - low_1, high_2 - second), value + math.hypot(high_1 - first, second - low_2)


def two_way_half_width(table: NDArray[np.floating], level: float) -> float:
    """Return half the width of the interval of the mean of a table whose rows and columns are both a sample.

    Parameters
    ----------
    table : (rows, columns) float array
    level : float
        Of the interval, which is normal.
    """
    residuals = table - table.mean()
    return _half_width(residuals.sum(axis=1), residuals.sum(axis=0), float((residuals**2).sum()), residuals.size, level)


def _half_width(rows: Reals, columns: Reals, squares: float, total: int, level: float) -> float:
    """Return half the width from residuals of ``total`` entries: their sums by row and by column, and the sum of their
    squares.
    """
    by_row, by_column = (
        float((sums**2).sum()) / total**2 * len(sums) / (len(sums) - 1) if len(sums) > 1 else 0.0
        for sums in (rows, columns)
    )
    variance = max(by_row + by_column - squares / total**2, by_row, by_column)
    return float(normal_half_width(level) * math.sqrt(variance))


def _warning(n: int, drawn: str = "examples") -> str:
    if n >= _FEW:
        return ""
    return f"only {n} {drawn[:-1] if n == 1 else drawn}: the interval is what is known"
