r"""The law of one unnormalized frequency p, as a positive measure with few nodes.

Everything the marginal needs of a prior are averages :math:`\mathbb E[g(p)]` of functions that are smooth in
:math:`\log p`: powers :math:`p^z` and exponentials :math:`e^{-sp}`. On panels of bounded width in :math:`\log p` a
Gauss rule with q nodes integrates :math:`p^z` to rounding as long as :math:`|z|` times half the width is below about
0.4 q. So a list of :math:`10^{12}` frequencies becomes a few hundred nodes, with weights that stay positive.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.polynomial.legendre import leggauss
from numpy.typing import NDArray

from longtail.array_types import Floats
from longtail.errors import AccuracyError
from longtail.frequencies.gauss_rules import equally_spaced_rule, weighted_points_rule
from longtail.frequencies.log_value import ROUNDING
from longtail.frequencies.priors import (
    EstimatedPrior,
    FrequencyList,
    Geometric,
    Lognormal,
    Pareto,
    Prior,
    ScipyPrior,
    TwoPoint,
    Uniform,
    Zipf,
)

__all__ = ["CompressedMeasure", "compress", "distinct_frequencies"]


_NEGLIGIBLE_LOG_FREQUENCY = -150.0  # Below e^-150 of the largest, a frequency counts as 0, for n up to 10^15.
_NEGLECTED_TAIL = 1e-60
_ORDER = 14
_LIST_ORDER = 10
_LEGENDRE = leggauss(_ORDER)
_KEPT_WHOLE = 2_000
_MOST_SUSPECTS = 2_000
_LEAST_HEAD = 0.01


@dataclass(frozen=True, kw_only=True)
class CompressedMeasure:
    """Atoms ``exp(log_values)`` with ``weights``, and an atom at zero. All weights sum to one.

    The largest frequency of a list is 1; it lies above all nodes where a panel stands for it.

    Parameters
    ----------
    log_values, weights : ndarray
        Nodes in the order in which they were made, weights positive.
    zero_fraction : float
        The weight of frequencies that are zero or too small to matter.
    n_subpopulations : int
        N, how many independent draws are normalized.
    tail_exponent : float
        Moments of p of this order and above are infinite (a Pareto law's shape).
    whole : bool
        Whether every frequency of the list is a node, so that nothing limits the resolution.
    subexponential : bool
        Whether exponential moments of p are infinite, so that those of its sum are.
    neglected : float
        A bound on the probability that a draw lies in a tail that was cut off.
    head_exponent : float
        Moments of p of minus this order and below are infinite (a gamma law's shape).
    known_to : float
        How well the weights are known, relative: a law's density is as good as its implementation.
    """

    log_values: Floats
    weights: Floats
    n_subpopulations: int
    zero_fraction: float = 0.0
    tail_exponent: float = np.inf
    neglected: float = 0.0
    whole: bool = False
    subexponential: bool = False
    head_exponent: float = np.inf
    known_to: float = 0.0

    @cached_property
    def largest(self) -> float:
        """The logarithm of the largest node."""
        return float(self.log_values.max())

    @cached_property
    def span(self) -> float:
        """Number of e-folds between the smallest and the largest node."""
        return self.largest - float(self.log_values.min())


def compress(prior: Prior, resolution: float = 28.0, breaks: tuple[float, ...] = ()) -> CompressedMeasure:
    """Return the compressed measure of a prior.

    Parameters
    ----------
    prior : Prior
        A list or a law; not one with a closed form of its own.
    resolution : float
        The largest ``|z|`` for which averages of ``p ** z`` must be right to rounding.
    breaks : tuple of float
        Logarithms of frequencies (of a list: relative to its largest) that no panel may straddle.
    """
    match prior:
        case Zipf():
            return _zipf(prior, resolution, breaks)
        case Geometric():
            return _geometric(prior, resolution, breaks)
        case Uniform():
            return _atoms(np.ones(1), np.ones(1), prior.n_subpopulations, whole=True)
        case TwoPoint():
            values = np.array([prior.outlier_frequency, 1.0])
            numbers = np.array([prior.n_outliers, prior.n_heads], float)
            return _atoms(values, numbers, prior.n_subpopulations, whole=True)
        case FrequencyList():
            return _list(prior, resolution, breaks)
        case EstimatedPrior():
            return _atoms(prior.frequencies, prior.expected_numbers, prior.n_subpopulations, whole=True)
        case Lognormal():
            return _lognormal(prior, resolution, breaks)
        case Pareto():
            return _pareto(prior, resolution, breaks)
        case ScipyPrior():
            return _scipy_law(prior, resolution, breaks)
        case _:
            raise TypeError(f"{prior!r} has a closed form and no measure")


def _zipf(prior: Zipf, resolution: float, breaks: tuple[float, ...]) -> CompressedMeasure:
    width = min(0.4, 0.8 * _ORDER / resolution / max(prior.exponent, 1e-300))
    total = prior.n_subpopulations
    kept = total
    if prior.exponent * np.log(total) > -_NEGLIGIBLE_LOG_FREQUENCY:
        kept = int(np.exp(-_NEGLIGIBLE_LOG_FREQUENCY / prior.exponent))
    cuts = [np.exp(-b / prior.exponent) for b in breaks if prior.exponent > 0 and b / prior.exponent > -40]
    rank, number = _ranks(_broken(_growing_edges(kept, width), cuts))
    return CompressedMeasure(
        log_values=-prior.exponent * np.log(rank),
        weights=number / total,
        zero_fraction=(total - kept) / total,
        n_subpopulations=total,
        whole=len(rank) == kept,
    )


def _geometric(prior: Geometric, resolution: float, breaks: tuple[float, ...]) -> CompressedMeasure:
    total, decay = prior.n_subpopulations, -np.log(prior.ratio)
    kept = total if decay * total <= -_NEGLIGIBLE_LOG_FREQUENCY else int(-_NEGLIGIBLE_LOG_FREQUENCY / decay) + 1
    kept = min(kept, total)
    width = min(0.4, 0.8 * _ORDER / resolution)
    step = max(1, int(min(width / decay, float(kept)))) if decay > 0 else kept
    edges = np.append(np.arange(1, kept + 1, step), kept + 1)
    rank, number = _ranks(_broken(edges, [1 - b / decay for b in breaks if decay > 0]))
    return CompressedMeasure(
        log_values=-decay * (rank - 1),
        weights=number / total,
        zero_fraction=(total - kept) / total,
        n_subpopulations=total,
        whole=len(rank) == kept,
    )


def _growing_edges(last: int, width: float) -> NDArray[np.int64]:
    """Return panels of ranks [edge, next edge) with ends in the ratio exp(width), or of one rank where that is
    finer.
    """
    edges, ratio = [1], float(np.exp(width))
    while edges[-1] <= last:
        edges.append(min(max(edges[-1] + 1, int(edges[-1] * ratio)), last + 1))
    return np.array(edges, dtype=np.int64)


def _broken(edges: NDArray[np.int64], cuts: list[float]) -> NDArray[np.int64]:
    """Add edges around the ranks at which a band ends, so that a rank equal to such a cut has a panel of its own."""
    near = [round(cut) for cut in cuts if edges[0] <= cut <= edges[-1]]
    further = [rank + shift for rank in near for shift in (-1, 0, 1, 2)]
    inside = [edge for edge in further if edges[0] < edge < edges[-1]]
    return np.unique(np.append(edges, np.array(inside, dtype=np.int64)))


def _ranks(edges: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return ranks as nodes, and how many each stands for. Panels of few ranks keep them, others get Gauss rules."""
    sizes = np.diff(edges)
    wide = sizes > _ORDER
    nodes, numbers = equally_spaced_rule(sizes[wide].astype(float), _ORDER)
    narrow_sizes = sizes[~wide]
    offsets = np.arange(narrow_sizes.sum()) - np.repeat(np.cumsum(narrow_sizes) - narrow_sizes, narrow_sizes)
    single = np.repeat(edges[:-1][~wide], narrow_sizes) + offsets
    rank = np.concatenate([single.astype(float), (edges[:-1][wide][:, None] + nodes).ravel()])
    return rank, np.concatenate([np.ones(len(single)), numbers.ravel()])


def _list(prior: FrequencyList, resolution: float, breaks: tuple[float, ...]) -> CompressedMeasure:
    values, numbers = _distinct(prior)
    positive = int(np.searchsorted(values, 0.0, side="right"))
    points, number_of_zeros = values[positive:], float(numbers[:positive].sum())
    numbers = numbers[positive:]
    total = prior.n_subpopulations
    if len(points) <= _KEPT_WHOLE:
        return _atoms(np.append(points, 0.0), np.append(numbers, number_of_zeros), total, whole=True)
    points = points / points[-1]
    logs = np.log(np.maximum(points, 1e-300))
    panel = np.floor((logs - logs[0]) / min(0.25, 0.57 * _LIST_ORDER / resolution))
    for slack in (-2e-13, 2e-13):
        panel += np.searchsorted(np.sort(np.array(breaks)) + slack, logs)
    starts = np.flatnonzero(np.append(True, panel[1:] != panel[:-1]))
    lengths = np.diff(np.append(starts, len(points)))
    crowded = lengths > _LIST_ORDER
    inside = np.repeat(crowded, lengths)
    nodes, weights = points[~inside], numbers[~inside]
    if crowded.any():
        crowded_starts = np.concatenate([[0], np.cumsum(lengths[crowded])[:-1]]).astype(np.intp)
        rule = weighted_points_rule(points[inside], numbers[inside], crowded_starts, _LIST_ORDER)
        nodes, weights = np.append(nodes, rule[0]), np.append(weights, rule[1])
    return _atoms(np.append(nodes, 0.0), np.append(weights, number_of_zeros), total, whole=False)


def distinct_frequencies(prior: Prior) -> tuple[Floats, Floats] | None:
    """Return the different entries of a list, rising, and how many of N equal each, or None for too many."""
    match prior:
        case FrequencyList():
            values, numbers = _distinct(prior)
        case EstimatedPrior():
            values, position = np.unique(prior.frequencies, return_inverse=True)
            expected = np.bincount(position.ravel(), weights=prior.expected_numbers)
            numbers = prior.n_subpopulations * expected / expected.sum()
        case TwoPoint() if prior.outlier_frequency != 1:
            order = np.argsort([prior.outlier_frequency, 1.0])
            values = np.array([prior.outlier_frequency, 1.0])[order]
            numbers = np.array([prior.n_outliers, prior.n_heads], float)[order]
        case Zipf() if prior.n_subpopulations <= _KEPT_WHOLE and prior.exponent > 0:
            values = np.arange(prior.n_subpopulations, 0.0, -1) ** -prior.exponent
            numbers = np.ones(prior.n_subpopulations)
        case Geometric() if prior.n_subpopulations <= _KEPT_WHOLE and prior.ratio < 1:
            values = prior.ratio ** np.arange(prior.n_subpopulations - 1, -1.0, -1)
            numbers = np.ones(prior.n_subpopulations)
        case _:
            return None
    return values[numbers > 0], numbers[numbers > 0]


@lru_cache(maxsize=2)
def _distinct(prior: FrequencyList) -> tuple[Floats, Floats]:
    """Return the different values in increasing order and how often each occurs."""
    if prior.counts is None:
        ordered = np.sort(prior.values)
        starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
        return ordered[starts], np.diff(np.append(starts, len(ordered))).astype(float)
    values, position = np.unique(prior.values, return_inverse=True)
    return values, np.bincount(position.ravel(), weights=prior.counts.astype(float)).astype(float)


def _atoms(values: Floats, numbers: Floats, total: int, *, whole: bool) -> CompressedMeasure:
    if whole:
        values = values / values[numbers > 0].max()
    kept = (values > np.exp(_NEGLIGIBLE_LOG_FREQUENCY)) & (numbers > 0)
    weights = numbers / numbers.sum()
    return CompressedMeasure(
        log_values=np.log(values[kept]),
        weights=weights[kept],
        zero_fraction=float(weights[~kept].sum()),
        n_subpopulations=total,
        whole=whole,
    )


def _lognormal(prior: Lognormal, resolution: float, breaks: tuple[float, ...]) -> CompressedMeasure:
    """Return the trapezoid rule in the normal variable, with error e^(-2 pi^2 / step^2), shifted by sigma |z|."""
    step = min(0.1, 2 * np.pi / (prior.sigma * resolution + 14))
    last = int(16.5 / step)
    x = step * np.arange(-last, last + 1)
    widths: Floats | float = 1.0
    if breaks:
        ends = np.array(breaks) / prior.sigma
        x, widths = _legendre_panels(np.union1d(x[::4], ends[np.abs(ends) < x[-1]]))
    weights = widths * np.exp(-(x**2) / 2)
    return CompressedMeasure(
        log_values=prior.sigma * x,
        weights=weights / weights.sum(),
        n_subpopulations=prior.n_subpopulations,
        subexponential=True,
        neglected=_NEGLECTED_TAIL,
    )


def _pareto(prior: Pareto, resolution: float, breaks: tuple[float, ...]) -> CompressedMeasure:
    top = -np.log(_NEGLECTED_TAIL) / prior.shape
    panels = int(np.ceil(top / min(0.4, 0.7 * _ORDER / resolution, 8 / prior.shape)))
    edges = np.union1d(np.linspace(0, top, panels + 1), [end for end in breaks if 0 < end < top])
    logs, widths = _legendre_panels(edges)
    return CompressedMeasure(
        log_values=logs,
        weights=widths * prior.shape * np.exp(-prior.shape * logs),
        n_subpopulations=prior.n_subpopulations,
        tail_exponent=prior.shape,
        subexponential=True,
        neglected=_NEGLECTED_TAIL,
    )


def _legendre_panels(edges: Floats) -> tuple[Floats, Floats]:
    nodes, weights = _LEGENDRE
    middle, half = (edges[1:] + edges[:-1]) / 2, (edges[1:] - edges[:-1]) / 2
    return (middle[:, None] + half[:, None] * nodes).ravel(), (half[:, None] * weights).ravel()


def _scipy_law(prior: ScipyPrior, resolution: float, breaks: tuple[float, ...]) -> CompressedMeasure:
    """Return panels in log p, halved until each holds the probability that the distribution function gives it."""
    law = prior.distribution
    low = max(float(law.ppf(1e-300)), float(law.ppf(0.5)) * np.exp(_NEGLIGIBLE_LOG_FREQUENCY))
    high = float(law.isf(_NEGLECTED_TAIL))
    high = high if np.isfinite(high) else float(law.isf(1e-40))
    edges = np.linspace(
        np.log(low), np.log(high), int(np.ceil(np.log(high / low) / min(0.4, 0.7 * _ORDER / resolution))) + 1
    )
    logs, weights = _halved_panels(law, np.union1d(edges, [end for end in breaks if np.log(low) < end < np.log(high)]))
    taken_for_zero = float(law.cdf(low))
    missing = abs(1 - taken_for_zero - float(weights.sum()))
    if missing > 1e-11:
        raise AccuracyError(
            f"The density of {law.dist.name} misses {missing:.1g} of its probability on the panels in log p; "
            "give the prior as a FrequencyList of its quantiles instead."
        )
    tail = _exponent(float(law.isf(1e-20)), float(law.isf(1e-40)), 20)
    return CompressedMeasure(
        log_values=logs,
        weights=weights * ((1 - taken_for_zero) / weights.sum()),
        zero_fraction=taken_for_zero,
        n_subpopulations=prior.n_subpopulations,
        tail_exponent=tail,
        subexponential=tail < np.inf,
        neglected=float(law.sf(high)) + _taken_for_zero(law, low, prior.n_subpopulations),
        head_exponent=_head_exponent(law),
        known_to=max(missing, 32 * ROUNDING),
    )


def _taken_for_zero(law: Any, low: float, n_subpopulations: int) -> float:
    """Return the probability that it matters that a draw below ``low`` counts as a zero.

    It does not if another one is e^75 times as large; else all are that small, and this is that event's share.
    """
    all_small = float(law.cdf(low * np.exp(-_NEGLIGIBLE_LOG_FREQUENCY / 2))) ** n_subpopulations
    return min(float(law.cdf(low)), all_small / n_subpopulations)


def _halved_panels(law: Any, edges: Floats) -> tuple[Floats, Floats]:
    """Return nodes and positive weights. A panel is good if it holds its probability to the known accuracy.

    Or if its two halves hold what it does: then it is the distribution function that is known no better.
    """
    left, right = edges[:-1], edges[1:]
    middle = np.log(law.ppf(0.5))
    nodes, node_weights = _LEGENDRE
    logs, weights = [], []
    parents = np.full(len(left), np.nan)
    for _ in range(45):
        half = (right - left) / 2
        x = (left + half)[:, None] + half[:, None] * nodes
        mass = half[:, None] * node_weights * law.pdf(np.exp(x)) * np.exp(x)
        held = mass.sum(axis=1)
        ends = np.exp(np.stack([left, right]))
        tails = np.where(right < middle, law.cdf(ends), law.sf(ends))
        known = 1e-12 * np.abs(tails[1] - tails[0]) + 1e-15 * tails.max(axis=0) + 1e-17
        good = np.abs(held - np.abs(tails[1] - tails[0])) <= known
        halves = held.reshape(2, -1).sum(axis=0) if len(parents) < len(held) else parents
        good |= np.resize(np.abs(halves - parents) <= 1e-13 * parents, len(good))
        good |= len(good) > _MOST_SUSPECTS
        logs.append(x[good].ravel())
        weights.append(mass[good].ravel())
        if good.all():
            break
        left, right, parents = left[~good], right[~good], held[~good]
        cut = (left + right) / 2
        left, right = np.append(left, cut), np.append(cut, right)
    every, positive = np.concatenate(weights), np.concatenate(weights) > 0
    return np.concatenate(logs)[positive], every[positive]


def _exponent(near: float, far: float, decades: float) -> float:
    """Return the fall of a tail on a double logarithmic scale between two quantiles, infinite above 20."""
    if not near < far < np.inf:
        return float(np.inf)
    exponent = decades * np.log(10) / np.log(far / near)
    return float(exponent) if exponent < 20 else float(np.inf)


def _head_exponent(law: Any) -> float:
    """Return the same exponent for the tail at zero, from quantiles as small as floats allow."""
    for decades in (20, 10, 5, 2, 1):
        near, far = float(law.ppf(10.0**-decades)), float(law.ppf(10.0 ** (-2 * decades)))
        if far > 1e-300:
            return _exponent(1 / near, 1 / far, decades)
    return _LEAST_HEAD
