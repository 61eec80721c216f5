r"""How far a proxy can be believed: does it order examples, and does it find the top, as measured memorization does?

* *rank correlation*: Spearman's [Spearman1904]_, ties at their mean rank;
* *precision at the top q*: of the :math:`k = \lceil q n \rceil` examples that the proxy ranks highest, the share whose
  memorization is among the k highest, ties with the k-th included; where the proxy itself ties at its own k-th place,
  the mean over the orders of those that tie.

Intervals are percentiles of a bootstrap over examples [Efron1979]_: they say how much the answer depends on which
examples there are, with the measured memorization taken as it stands. Its sampling noise pulls every correlation
towards zero, and every proxy's alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import ArrayLike

from longtail.arguments import checked
from longtail.array_types import Reals
from longtail.errors import InputError
from longtail.estimate import Estimate, require_level
from longtail.randomness import generator
from longtail.scores.resampled_agreement import ResampledOrder, drawn, precisions_at_top, rank_correlations

__all__ = ["ProxyQuality", "precision_at_top", "proxy_qualities", "rank_correlation"]


_METHOD = "percentile bootstrap over examples"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyQuality:
    """Agreement of one proxy with measured memorization.

    Parameters
    ----------
    rank_correlation : Estimate
        Spearman's; NaN for a proxy that is constant.
    precision_at_1, precision_at_5 : Estimate
        At the top 1 % and 5 %.
    """

    rank_correlation: Estimate
    precision_at_1: Estimate
    precision_at_5: Estimate


def proxy_qualities(
    proxies: Mapping[str, ArrayLike],
    memorization: ArrayLike,
    *,
    level: float = 0.95,
    n_resamples: int = 1000,
    seed: int = 0,
) -> dict[str, ProxyQuality]:
    """Compute the quality of each proxy, on the examples that have all of them and a memorization.

    Parameters
    ----------
    proxies : mapping of name to (n,) array
        Larger where more is memorized; infinite is allowed, NaN leaves the example out for all.
    memorization : (n,) array
        Measured; NaN where undetermined.
    level : float
        Nominal coverage of each interval.
    n_resamples, seed : int
        Of the bootstrap; all proxies see the same resamples.

    Raises
    ------
    InputError
        If a shape does not fit, fewer than two examples are left, or ``level`` is outside (0, 1).
    """
    names, table, truth = list(proxies), *_common(proxies, memorization)
    _check(truth, level, n_resamples)
    draws = generator(seed, "proxies")
    samples = [np.arange(len(truth)), *(draws.integers(len(truth), size=len(truth)) for _ in range(n_resamples))]
    order, orders = ResampledOrder.of(truth), [ResampledOrder.of(proxy) for proxy in table]
    measures = np.concatenate([_measures(orders, order, counts) for counts in drawn(samples, len(truth))], axis=-1)
    tail = 50 * (1 - level)
    return {
        name: ProxyQuality(
            rank_correlation=_estimate(measures[place, 0], tail, level),
            precision_at_1=_estimate(measures[place, 1], tail, level),
            precision_at_5=_estimate(measures[place, 2], tail, level),
        )
        for place, name in enumerate(names)
    }


@checked
def rank_correlation(proxy: Reals, truth: Reals) -> float:
    """Spearman's rank correlation, NaN where either is constant.

    Examples
    --------
    >>> rank_correlation(np.array([1.0, 5.0, 9.0]), np.array([0.0, 0.1, 0.5]))
    1.0
    """
    from scipy.stats import rankdata  # Imported here, because the import takes most of a second.

    ranks = [rankdata(np.asarray(values, np.float64)) - (len(values) + 1) / 2 for values in (proxy, truth)]
    squares = float(ranks[0] @ ranks[0]) * float(ranks[1] @ ranks[1])
    return float(ranks[0] @ ranks[1]) / squares**0.5 if squares else float("nan")


@checked
def precision_at_top(proxy: Reals, truth: Reals, share: float) -> float:
    """Share of the examples with the highest proxy that also have the highest truth, see the module.

    Examples
    --------
    >>> precision_at_top(np.array([9.0, 8.0, 1.0, 0.0]), np.array([0.9, 0.1, 0.8, 0.0]), 0.5)
    0.5
    """
    k = ceil(share * len(truth) - 1e-9)
    hit = truth >= np.partition(truth, -k)[-k]
    edge = np.partition(proxy, -k)[-k]
    above, tied = proxy > edge, proxy == edge
    return float(hit[above].sum() + (k - above.sum()) * hit[tied].mean()) / k


def _measures(proxies: list[ResampledOrder], truth: ResampledOrder, counts: Reals) -> Reals:
    """Return the three qualities of each proxy on every resample: (n_proxies, 3, n_resamples)."""
    true_ranks = truth.ranks(counts)
    return np.array(
        [
            [
                rank_correlations(proxy.ranks(counts), true_ranks, counts),
                *(precisions_at_top(proxy, truth, counts, share) for share in (0.01, 0.05)),
            ]
            for proxy in proxies
        ]
    )


def _estimate(values: Reals, tail: float, level: float) -> Estimate:
    """Make an estimate from the value on all examples and then those on the resamples."""
    known = values[1:][~np.isnan(values[1:])]
    low, high = np.percentile(known, (tail, 100 - tail)) if len(known) else (np.nan, np.nan)
    return Estimate(value=float(values[0]), low=float(low), high=float(high), level=level, method=_METHOD)


def _common(proxies: Mapping[str, ArrayLike], memorization: ArrayLike) -> tuple[Reals, Reals]:
    truth = np.asarray(memorization, float)
    for name, values in proxies.items():
        if truth.ndim != 1 or np.shape(values) != truth.shape:
            raise InputError(name, f"hold one number for each of {truth.size} examples", np.shape(values))
    table = np.array([np.asarray(values, float) for values in proxies.values()]).reshape(len(proxies), len(truth))
    known = ~np.isnan(truth) & ~np.isnan(table).any(axis=0)
    return table[:, known], truth[known]


def _check(truth: Reals, level: float, n_resamples: int) -> None:
    if len(truth) < 2:
        raise InputError("memorization", "be known for at least two examples", len(truth))
    require_level(level)
    if n_resamples < 1:
        raise InputError("n_resamples", "be at least 1", n_resamples)
