"""Influences as they are handed over: pairs, each with its interval and its q-value among all pairs."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.estimate import Estimate
from longtail.scores.proportions import INTERVAL

__all__ = ["InfluenceScores"]


@checked
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
        Of the test of no influence that ``test_of`` names, adjusted for *all* pairs that were looked at, kept or not.
    level : float
        Nominal coverage of each interval.
    n_pairs : int
        How many pairs were looked at.
    method : str
        In words.
    unit : {"difference", "margin"}
        Of the values: a difference of proportions, or logits.
    test_of : str
        What the q-values are of: influence at most 0 by Fisher's exact test, or none in either direction.
    """

    train: NDArray[np.int64]
    test: NDArray[np.int64]
    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    q_value: NDArray[np.float64]
    level: float
    n_pairs: int
    method: str = f"difference of proportions over trials, {INTERVAL}"
    unit: Literal["difference", "margin"] = "difference"
    test_of: str = "Fisher's exact test"

    def at(self, place: int) -> Estimate:
        """Return the estimate for the pair at one place."""
        return Estimate.at(place, self.value, self.low, self.high, level=self.level, method=self.method)
