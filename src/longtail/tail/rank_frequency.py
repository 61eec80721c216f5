"""The numbers of the paper's first figure: frequencies against their rank, and where a frequency is too low to learn.

What weighs between 1/(3n) and 2/n is the tail that costs ([Feldman2020]_, Lemma 2.5): likely to be seen about once, and
heavy enough to matter. The fitted tail continues a curve below 1/n, where a sample shows nothing but 1/n.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.tail.frequency_counts import FrequencyCounts
from longtail.tail.poisson_mixture import LARGEST_COUNT
from longtail.tail.prior_estimation import PriorEstimate

__all__ = ["RankFrequency", "rank_frequency"]

_POINTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RankFrequency:
    """Frequencies by rank, as one curve.

    Parameters
    ----------
    name : str
        Of what is ranked.
    n_samples : int
        n.
    ranks, frequencies : arrays
        The observed curve, thinned for drawing; its ends are kept.
    fitted_ranks, fitted_frequencies : arrays
        The fitted prior's; empty if there is none.
    """

    name: str
    n_samples: int
    ranks: NDArray[np.int64]
    frequencies: NDArray[np.float64]
    fitted_ranks: NDArray[np.float64]
    fitted_frequencies: NDArray[np.float64]

    def to_json(self) -> dict[str, Any]:
        """Return plain numbers, with the line 1/n and the band [1/(3n), 2/n]."""
        n = self.n_samples
        return {
            "name": self.name,
            "n_samples": n,
            "ranks": self.ranks.tolist(),
            "frequencies": self.frequencies.tolist(),
            "fitted_ranks": self.fitted_ranks.tolist(),
            "fitted_frequencies": self.fitted_frequencies.tolist(),
            "seen_once": 1 / n,
            "costly_band": [1 / (3 * n), 2 / n],
        }


@checked
def rank_frequency(counts: FrequencyCounts, name: str, prior: PriorEstimate | None = None) -> RankFrequency:
    """Return the curve of these counts, with the fitted prior's if one is given."""
    places = np.unique(np.geomspace(1, counts.n_distinct, _POINTS).round().astype(np.int64))
    n = counts.n_samples
    fitted_ranks, fitted = np.zeros(0), np.zeros(0)
    if prior is not None:
        order = np.argsort(-prior.rates)
        upper = np.cumsum(prior.expected_numbers[order])
        steps = np.stack([np.concatenate([[0.0], upper[:-1]]), upper], axis=1)
        tail = prior.rates[order] <= LARGEST_COUNT  # above, the fitted curve is the observed one
        fitted_ranks = np.maximum(steps[tail], 1.0).ravel()
        fitted = np.repeat(prior.rates[order][tail] / n, 2)
    return RankFrequency(
        name=name,
        n_samples=n,
        ranks=places,
        frequencies=counts.counts[places - 1] / n,
        fitted_ranks=fitted_ranks,
        fitted_frequencies=fitted,
    )
