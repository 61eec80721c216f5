"""The tail where subpopulations had to be found: the same questions at every radius, and whether predictions come true.

The answer depends on the radius, and no radius is the right one, so it is shown as a range. At each radius half of the
data predict what the other half shows (:mod:`longtail.tail.held_out`); where they disagree, the radius is not to be
used.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from longtail.arguments import checked
from longtail.errors import InputError
from longtail.estimate import Estimate
from longtail.tail.frequency_counts import FrequencyCounts
from longtail.tail.good_turing import TailEstimate, estimate_tail
from longtail.tail.held_out import HeldOutCheck, check_on_held_out
from longtail.tail.near_lists import class_lists
from longtail.tail.prior_estimation import estimate_prior
from longtail.tail.rank_frequency import RankFrequency, rank_frequency
from longtail.tail.subpopulations import checked_examples, choose_radii, found_subpopulations

__all__ = ["ResolutionRange", "TailAtRadius", "resolution_range"]

_NEARLY_THE_SAME = 0.05
"""Of the middle radius: how near is a near duplicate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TailAtRadius:
    """The tail at one radius."""

    radius: float
    stability: float
    tail: TailEstimate
    cost_of_not_fitting: Estimate
    check: HeldOutCheck

    def to_json(self) -> dict[str, Any]:
        """Return a plain dictionary."""
        return {
            "radius": self.radius,
            "stability": self.stability,
            **self.tail.to_json(),
            "cost_of_not_fitting": self.cost_of_not_fitting.to_json(),
            "held_out": self.check.to_json(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionRange:
    """Result of :func:`resolution_range`: the tail over a range of radii, from fine to coarse."""

    n_samples: int
    n_near_duplicates: int
    resolutions: list[TailAtRadius]
    figure: list[RankFrequency]
    notes: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """The answer in two sentences, the second of which says what it depends on."""
        unseen = [100 * each.tail.unseen_mass.value for each in self.resolutions]
        cost = [100 * each.cost_of_not_fitting.value for each in self.resolutions]
        hypothetical = "hypothetical" in self.resolutions[0].cost_of_not_fitting.method
        agree = sum(each.check.unseen_agrees and each.check.singleton_agrees for each in self.resolutions)
        return (
            f"Not fitting what was seen once costs {min(cost):.2g} % to {max(cost):.2g} % in error"
            + (" if labels were unguessable" if hypothetical else "")
            + f"; {min(unseen):.2g} % to {max(unseen):.2g} % of what comes next is unlike anything of its class. "
            "The range is over how near examples must be to belong together; predictions came true on held-out "
            f"examples at {agree} of {len(self.resolutions)} radii."
        )

    def to_json(self) -> dict[str, Any]:
        """Return all of it as plain data."""
        return {
            "verdict": self.verdict,
            "notes": list(self.notes),
            "n_samples": self.n_samples,
            "n_near_duplicates": self.n_near_duplicates,
            "resolutions": [each.to_json() for each in self.resolutions],
            "rank_frequency": [curve.to_json() for curve in self.figure],
        }


@checked
def resolution_range(
    X: ArrayLike,
    y: ArrayLike,
    *,
    radii: Sequence[float] | None = None,
    guess_probability: float | Estimate | None = None,
    n_classes: int | None = None,
    level: float = 0.95,
    seed: int = 0,
) -> ResolutionRange:
    """Find subpopulations at every radius, and estimate the cost of their tail.

    Parameters
    ----------
    X, y, radii
        As for :func:`~longtail.tail.subpopulations.found_subpopulations`.
    guess_probability, n_classes
        How well a label is guessed without its examples; see
        :meth:`~longtail.tail.good_turing.TailEstimate.cost_of_not_fitting`.
    level : float
        Of every interval.
    seed : int
        Of the held-out half.
    """
    # One search for all radii, for both halves and for all of the data, since it takes most of the time.
    features, classes = checked_examples(X, y)
    lists = class_lists(features, classes)
    usual = choose_radii(features, classes, lists=lists) if radii is None else radii
    chosen = np.unique(np.asarray(usual, dtype=np.float64))
    if not (chosen.size and np.all(np.isfinite(chosen)) and chosen[0] >= 0):
        raise InputError("radii", "be finite numbers of at least 0, at least one", radii)
    nearly_the_same = min(_NEARLY_THE_SAME * float(np.median(chosen)), float(chosen[0]))
    found = found_subpopulations(features, classes, radii=[nearly_the_same, *chosen], lists=lists)
    checks = check_on_held_out(features, classes, chosen, seed=seed, level=level, lists=lists)
    resolutions = []
    figure = [rank_frequency(FrequencyCounts.from_labels(found.y), "classes")]
    for place, check in enumerate(checks, start=len(found) - len(chosen)):
        counts = found.counts(place)
        tail = estimate_tail(counts, level)
        cost = tail.cost_of_not_fitting(guess_probability=guess_probability, n_classes=n_classes)
        prior = estimate_prior(counts, level) if place == len(found) // 2 else None
        figure.append(rank_frequency(counts, f"radius {found.radii[place]:.4g}", prior))
        resolutions.append(
            TailAtRadius(
                radius=float(found.radii[place]),
                stability=float(found.stability[place]),
                tail=tail,
                cost_of_not_fitting=cost,
                check=check,
            )
        )
    sizes = np.bincount(found.ids[0])
    return ResolutionRange(
        n_samples=len(found.y),
        n_near_duplicates=int(sizes[sizes > 1].sum()),
        resolutions=resolutions,
        figure=figure,
    )
