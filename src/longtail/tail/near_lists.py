"""The nearest examples of the same class, searched for once, whatever is then asked of them.

A search compares all pairs of a class, and is most of the time of everything that follows. From one that lists a few
neighbors of each example come the radii, most of what single linkage joins, and, since a part of the data keeps the
lists of its examples but for what it lacks, the same of that part.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.array_types import Reals, Whole

__all__ = ["LISTED", "ClassLists", "class_lists", "near_list"]

LISTED = 8
"""Neighbors in a list."""


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class ClassLists:
    """The lists of the examples of a class.

    Parameters
    ----------
    members : (m,) int array
        Rows of the data, rising.
    near : (m, k) int array
        Positions among ``members``, the nearest first; -1 where there is none, or it was left out.
    distance : (m, k) float array
        Infinite where the class has no such example. Nobody who is not listed is nearer than the last of a row.
    """

    members: Whole
    near: Whole
    distance: Reals

    def among(self, kept: Whole, n: int) -> "ClassLists":
        """Return the lists of those among ``kept``, some of the ``n`` rows of the data, as rows of these.

        Examples
        --------
        >>> lists = class_lists(np.array([[0.0], [1.0], [3.0]]), np.zeros(3))[0].among(np.array([2, 0]), 3)
        >>> lists.members.tolist(), lists.near[:, :2].tolist(), lists.distance[:, :2].tolist()
        ([0, 1], [[-1, 1], [-1, 0]], [[2.0, 3.0], [1.0, 3.0]])
        """
        places = np.full(n, -1)
        places[kept] = np.arange(len(kept))
        place = places[self.members]
        stays = np.flatnonzero(place >= 0)
        stays = stays[np.argsort(place[stays])]
        position = np.full(len(place) + 1, -1)  # The last is that of nobody, -1.
        position[stays] = np.arange(len(stays))
        return ClassLists(members=place[stays], near=position[self.near[stays]], distance=self.distance[stays])


def class_lists(X: NDArray[Any], classes: NDArray[Any]) -> list[ClassLists]:
    """List the nearest examples of its class for each example."""
    _, codes = np.unique(classes, return_inverse=True)
    members = [np.flatnonzero(codes == code) for code in range(int(codes.max()) + 1)]
    found = []
    for mine in members:
        near, distance = near_list(X[mine])
        found.append(ClassLists(members=mine, near=near, distance=distance))
    return found


def near_list(X: NDArray[Any]) -> tuple[Whole, Reals]:
    """List the nearest other rows of each row and their distances: -1 and infinite where there are no more.

    Examples
    --------
    >>> near, distance = near_list(np.array([[0.0], [1.0], [3.0]]))
    >>> near[0, :3].tolist(), distance[0, :3].tolist()
    ([1, 2, -1], [1.0, 3.0, inf])
    """
    near, distance = np.full((len(X), LISTED), -1), np.full((len(X), LISTED), np.inf)
    k = min(LISTED, len(X) - 1)
    if k:
        # Imported here, because the compiler's import takes a third of a second.
        from longtail.neighbours import nearest_neighbours

        near[:, :k], distance[:, :k] = nearest_neighbours(X, k)
    return near, distance
