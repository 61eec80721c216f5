r"""Agreement of two orders on many resamples at once, without sorting any of them.

A resample is how often each example was drawn, :math:`c_i`. Examples are sorted once; what a resample does to the
order is in sums over it. Where :math:`C_g` draws have the g-th of the different values, their mean rank is
:math:`\sum_{h<g} C_h + (C_g + 1) / 2`, and the highest k are those of the groups from the top that hold k.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from longtail.array_types import Reals

__all__ = ["ResampledOrder", "drawn", "precisions_at_top", "rank_correlations"]

_CELLS_PER_BLOCK = 2_000_000


@dataclass(frozen=True, slots=True, eq=False)
class ResampledOrder:
    """The order of examples by their values.

    Parameters
    ----------
    group : (n,) int array
        Number of each example's value among the different ones, ascending.
    order : (n,) int array
        Examples, ascending.
    start : (n_groups,) int array
        Where each group starts in ``order``.
    """

    group: NDArray[np.intp]
    order: NDArray[np.intp]
    start: NDArray[np.intp]

    @classmethod
    def of(cls, values: Reals) -> "ResampledOrder":
        """Sort values, which may be infinite but not NaN."""
        _, group, count = np.unique(values, return_inverse=True, return_counts=True)
        return cls(group, np.argsort(group, kind="stable"), np.r_[0, count.cumsum()[:-1]])

    def totals(self, weights: Reals) -> Reals:
        """Sum weights (n_resamples, n) over each group: (n_resamples, n_groups)."""
        return np.add.reduceat(weights[:, self.order], self.start, axis=1)

    def ranks(self, counts: Reals) -> Reals:
        """Return each example's mean rank less the mean of all: (n_resamples, n)."""
        totals = self.totals(counts)
        middle = totals.cumsum(axis=1) - totals / 2 - counts.sum(axis=1, keepdims=True) / 2
        ranks: Reals = middle[:, self.group]
        return ranks

    def edge(self, counts: Reals, k: int) -> NDArray[np.intp]:
        """Return the group that holds the k-th highest draw: (n_resamples,)."""
        from_top = self.totals(counts)[:, ::-1].cumsum(axis=1)
        edge: NDArray[np.intp] = len(self.start) - 1 - (from_top >= k).argmax(axis=1)
        return edge


def drawn(samples: Sequence[NDArray[np.integer]], n: int) -> Iterator[Reals]:
    """Yield how often each of ``n`` examples is in each sample, (n_samples, n), block by block."""
    size = max(1, _CELLS_PER_BLOCK // n)
    for first in range(0, len(samples), size):
        yield np.array([np.bincount(chosen, minlength=n) for chosen in samples[first : first + size]], float)


def rank_correlations(one: Reals, other: Reals, counts: Reals) -> Reals:
    """Spearman's rank correlation of two :meth:`ResampledOrder.ranks` of the same resamples: (n_resamples,).

    NaN where either is constant.
    """
    squares = (counts * one * one).sum(axis=1) * (counts * other * other).sum(axis=1)
    product = (counts * one * other).sum(axis=1)
    found: Reals = np.divide(product, np.sqrt(squares), out=np.full(len(counts), np.nan), where=squares > 0)
    return found


def precisions_at_top(proxy: ResampledOrder, truth: ResampledOrder, counts: Reals, share: float) -> Reals:
    """Share of the draws with the highest proxy that also have the highest truth: (n_resamples,).

    Draws that tie with the k-th highest truth are among the highest; where the proxy ties at its own k-th place, it is
    the mean over the orders of those that tie.
    """
    k = ceil(share * counts.shape[1] - 1e-9)
    hits = counts * (truth.group >= truth.edge(counts, k)[:, None])
    edge = proxy.edge(counts, k)[:, None]
    above, tied = proxy.group > edge, proxy.group == edge
    left = k - (counts * above).sum(axis=1)
    found: Reals = ((hits * above).sum(axis=1) + left * (hits * tied).sum(axis=1) / (counts * tied).sum(axis=1)) / k
    return found
