"""q-values of all pairs from counts of their p-values, so that no pair is kept for its q-value alone."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["PairRanking"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRanking:
    """Different p-values among all pairs, rising, with their q-values and how many pairs have at most each."""

    p: NDArray[np.float64]
    q: NDArray[np.float64]
    n_at_most_p: NDArray[np.int64]

    @classmethod
    def of(cls, p: NDArray[np.float64], counts: NDArray[np.int64]) -> "PairRanking":
        """Rank p-values that ``counts`` pairs have each [BenjaminiHochberg1995]_."""
        different, where = np.unique(p, return_inverse=True)
        at_most = np.cumsum(np.bincount(where, weights=counts, minlength=len(different))).astype(np.int64)
        total: Any = at_most[-1] if len(at_most) else 0
        step_up: Any = different * total / np.maximum(at_most, 1)
        q = np.minimum(np.minimum.accumulate(step_up[::-1])[::-1], 1.0)
        return cls(p=different, q=q, n_at_most_p=at_most)

    @classmethod
    def of_nothing(cls) -> "PairRanking":
        """Return the ranking of no pair."""
        return cls.of(np.zeros(0), np.zeros(0, np.int64))

    def q_value(self, p: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the q-value of each p-value. NaN stays NaN, since it is no test."""
        if not len(self.p):
            return np.full(p.shape, np.nan)
        place = np.minimum(np.searchsorted(self.p, np.nan_to_num(p)), len(self.p) - 1)
        return np.where(np.isnan(p), np.nan, self.q[place])

    def n_at_most(self, q: float) -> int:
        """Return how many pairs have at most this q-value."""
        passing = np.flatnonzero(self.q <= q)
        return int(self.n_at_most_p[passing[-1]]) if len(passing) else 0

    def largest_p_value(self, q: float) -> float:
        """Return the largest p-value that has at most this q-value, or -1."""
        passing = np.flatnonzero(self.q <= q)
        return float(self.p[passing[-1]]) if len(passing) else -1.0
