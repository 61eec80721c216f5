r"""Does the predicted tail come true? The check of found subpopulations on held-out examples, radius by radius.

From one part of the data subpopulations are found and their unseen and singleton mass predicted. A held-out example

- is unseen if no kept example of its class is within the radius: it would found a subpopulation of its own;
- belongs to a singleton if exactly one kept example of its class is, and that one is alone.

The prediction is of this sample's mass, so the measured share differs from it by its own sampling error too; ``agrees``
allows for both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import checked
from longtail.errors import InputError
from longtail.estimate import Estimate
from longtail.randomness import generator
from longtail.sampling_laws import beta_isf, beta_ppf
from longtail.tail.good_turing import estimate_tail
from longtail.tail.near_lists import ClassLists, class_lists
from longtail.tail.subpopulations import FoundSubpopulations, checked_examples, found_subpopulations

__all__ = ["HeldOutCheck", "check_on_held_out", "share"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOutCheck:
    """Prediction at a radius, beside what held-out examples showed.

    Parameters
    ----------
    radius : float
        In the unit of the features.
    unseen_predicted, singleton_predicted : Estimate
        From the kept part alone.
    unseen_measured, singleton_measured : Estimate
        The share of the held-out examples, with a Clopper–Pearson interval.
    """

    radius: float
    unseen_predicted: Estimate
    unseen_measured: Estimate
    singleton_predicted: Estimate
    singleton_measured: Estimate

    @property
    def unseen_agrees(self) -> bool:
        """Return whether the two intervals of the unseen mass overlap."""
        return _overlap(self.unseen_predicted, self.unseen_measured)

    @property
    def singleton_agrees(self) -> bool:
        """Return whether the two intervals of the singleton mass overlap."""
        return _overlap(self.singleton_predicted, self.singleton_measured)

    def to_json(self) -> dict[str, Any]:
        """Return a plain dictionary."""
        return {
            "radius": self.radius,
            "unseen_predicted": self.unseen_predicted.to_json(),
            "unseen_measured": self.unseen_measured.to_json(),
            "unseen_agrees": self.unseen_agrees,
            "singleton_predicted": self.singleton_predicted.to_json(),
            "singleton_measured": self.singleton_measured.to_json(),
            "singleton_agrees": self.singleton_agrees,
        }


@checked
def check_on_held_out(
    X: ArrayLike,
    y: ArrayLike,
    radii: ArrayLike,
    *,
    fraction: float = 0.5,
    seed: int = 0,
    level: float = 0.95,
    lists: Sequence[ClassLists] | None = None,
) -> list[HeldOutCheck]:
    """Predict unseen and singleton mass from part of the data and look at the rest.

    Parameters
    ----------
    X, y : arrays
        As for :func:`~longtail.tail.subpopulations.found_subpopulations`.
    radii : array
        Where to check.
    fraction : float
        How much is kept, in (0, 1); drawn from all examples alike.
    seed : int
        Of the split.
    level : float
        Of every interval.
    lists : sequence of ClassLists, optional
        The nearest examples of each class, where they were searched for before.
    """
    if not 0 < fraction < 1:
        raise InputError("fraction", "lie strictly between 0 and 1", fraction)
    features, classes = checked_examples(X, y)
    shuffled = generator(seed, "held-out").permutation(len(features))
    kept, rest = np.split(shuffled, [max(1, round(fraction * len(features)))])
    if not len(rest):
        raise InputError("fraction", "leave at least one example out", fraction)
    near = class_lists(features, classes) if lists is None else lists
    of_kept = [own for own in (each.among(kept, len(features)) for each in near) if len(own.members)]
    at = np.asarray(radii, dtype=np.float64).tolist()
    found = found_subpopulations(features[kept], classes[kept], radii=at, lists=of_kept)
    nearest, second, place = _two_nearest(features, near, kept, rest)
    return [_check(found, number, nearest, second, place, level) for number in range(len(found))]


def share(hits: int, trials: int, level: float) -> Estimate:
    """Return a proportion with its Clopper–Pearson interval [ClopperPearson1934]_."""
    tail = (1 - level) / 2
    low = float(beta_ppf(tail, hits, trials - hits + 1)) if hits else 0.0
    high = float(beta_isf(tail, hits + 1, trials - hits)) if hits < trials else 1.0
    return Estimate(value=hits / trials, low=low, high=high, level=level, method="share of held-out, Clopper–Pearson")


def _check(
    found: FoundSubpopulations,
    number: int,
    nearest: NDArray[np.float64],
    second: NDArray[np.float64],
    place: NDArray[np.int64],
    level: float,
) -> HeldOutCheck:
    radius, ids = float(found.radii[number]), found.ids[number]
    tail = estimate_tail(found.counts(number), level)
    alone = (np.bincount(ids) == 1)[ids]
    is_unseen = nearest > radius
    is_singleton = ~is_unseen & (second > radius)
    is_singleton[is_singleton] = alone[place[is_singleton]]
    return HeldOutCheck(
        radius=radius,
        unseen_predicted=tail.unseen_mass,
        unseen_measured=share(int(is_unseen.sum()), len(nearest), level),
        singleton_predicted=tail.singleton_mass,
        singleton_measured=share(int(is_singleton.sum()), len(nearest), level),
    )


def _two_nearest(
    features: NDArray[Any], lists: Sequence[ClassLists], kept: NDArray[np.int64], rest: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Return the distances from each held-out example to the two nearest kept ones of its class, and the index of the
    nearest.

    Lists name most of them. Where they name fewer, all kept ones of the class are searched.
    """
    # Imported here, because the compiler's import takes a third of a second.
    from longtail.neighbours import nearest_neighbours

    place_of = np.empty(len(features), dtype=np.int64)
    place_of[kept], place_of[rest] = np.arange(len(kept)), -1 - np.arange(len(rest))
    distances = np.full((len(rest), 2), np.inf)
    place = np.zeros(len(rest), dtype=np.int64)
    for own in lists:
        places = place_of[own.members]
        mine, asking = np.sort(places[places >= 0]), np.flatnonzero(places < 0)
        k = min(2, len(mine))
        if not k or not len(asking):
            continue
        near = np.where(own.near[asking] >= 0, places[own.near[asking]], -1)
        first = np.argsort(near < 0, axis=1, kind="stable")[:, :k]
        who = np.take_along_axis(near, first, axis=1)
        of = -1 - places[asking]
        distances[of, :k], place[of] = np.take_along_axis(own.distance[asking], first, axis=1), who[:, 0]
        short = np.flatnonzero((who < 0).any(axis=1))
        if len(short):
            neighbor, distance = nearest_neighbours(features[kept[mine]], k, features[rest[of[short]]])
            distances[of[short], :k], place[of[short]] = distance, mine[neighbor[:, 0]]
    return distances[:, 0], distances[:, 1], place


def _overlap(first: Estimate, second: Estimate) -> bool:
    return first.low <= second.high and second.low <= first.high
