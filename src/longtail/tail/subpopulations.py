r"""Subpopulations found in features, where none were named.

Within a class, two examples belong together at radius :math:`r` if a chain of examples of that class joins them by
steps of at most :math:`r`. A lone example is a subpopulation of one, which a long tail consists of; density clustering
calls it noise and cannot count it. How many there are depends on the radius, so the answer is a range over radii, each
with

- how stable it is: the adjusted Rand index [HubertArabie1985]_ between neighboring radii;
- whether what it predicts comes true: the unseen mass predicted from part of the data beside the share of held-out
  examples that have no neighbor of their class within the radius (see :mod:`longtail.tail.held_out`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import checked
from longtail.errors import InputError, Said
from longtail.tail.frequency_counts import FrequencyCounts
from longtail.tail.near_lists import ClassLists, class_lists
from longtail.tail.single_linkage import connected_at

__all__ = ["FoundSubpopulations", "checked_examples", "choose_radii", "found_subpopulations", "near_duplicates"]

_LOWEST_QUANTILE, _HIGHEST_QUANTILE = 0.1, 0.9


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSubpopulations:
    """Partitions of the examples into subpopulations, one for each radius.

    Parameters
    ----------
    radii : array, shape (n_radii,)
        Ascending, in the unit of the features.
    ids : array of int, shape (n_radii, n)
        The subpopulation of each example, numbered from 0; those of a class have consecutive numbers.
    y : array, shape (n,)
        The class of each example.
    stability : array, shape (n_radii,)
        The adjusted Rand index between this partition and the next coarser one, in which 1 is the same partition; the
        last one is compared with the one before it. NaN when there is one radius.

    Notes
    -----
    No radius is the right one: report the range.
    """

    radii: NDArray[np.float64]
    ids: NDArray[np.int64]
    y: NDArray[Any]
    stability: NDArray[np.float64]

    def __post_init__(self) -> None:
        for array in (self.radii, self.ids, self.y, self.stability):
            array.setflags(write=False)

    def __len__(self) -> int:
        return len(self.radii)

    def counts(self, place: int) -> FrequencyCounts:
        """Return the number of examples of each subpopulation at the radius number ``place``, with its class."""
        return FrequencyCounts.from_labels(self.ids[place], self.y)

    @property
    def n_distinct(self) -> NDArray[np.int64]:
        """The number of subpopulations at each radius."""
        numbers: NDArray[np.int64] = self.ids.max(axis=1) + 1
        return numbers


@checked
def found_subpopulations(
    X: ArrayLike,
    y: ArrayLike,
    *,
    radii: Sequence[float] | None = None,
    n_radii: int = 5,
    lists: Sequence[ClassLists] | None = None,
) -> FoundSubpopulations:
    """Find subpopulations within classes, the components of the graph that joins near examples, over a range of radii.

    Parameters
    ----------
    X : array, shape (n, d)
        Features or embeddings; any further axes are flattened.
    y : array, shape (n,)
        The class of each example.
    radii : sequence of float, optional
        In the unit of the features; else chosen from the data, see :func:`choose_radii`.
    n_radii : int
        How many are chosen.
    lists : sequence of ClassLists, optional
        The nearest examples of each class, where they were searched for before.

    Returns
    -------
    FoundSubpopulations
        For each radius, from fine to coarse.

    Raises
    ------
    InputError
        If the shapes disagree, a feature is not a finite number, or a radius is negative.

    Examples
    --------
    >>> found = found_subpopulations([[0.0], [0.1], [5.0], [5.1]], [0, 0, 0, 1], radii=[0.2, 9.0])
    >>> found.ids.tolist()
    [[0, 0, 1, 2], [0, 0, 0, 1]]
    """
    features, classes = checked_examples(X, y)
    near = class_lists(features, classes) if lists is None else lists
    chosen = _usual_radii(near, n_radii) if radii is None else _checked_radii(radii)
    ids = np.empty((len(chosen), len(features)), dtype=np.int64)
    first_free = np.zeros(len(chosen), dtype=np.int64)
    for own in near:
        component = connected_at(features[own.members], chosen, (own.near, own.distance))
        ids[:, own.members] = first_free[:, None] + component
        first_free += component.max(axis=1) + 1
    return FoundSubpopulations(radii=chosen, ids=ids, y=classes.copy(), stability=_stability(ids))


@checked
def choose_radii(
    X: ArrayLike, y: ArrayLike, *, n_radii: int = 5, lists: Sequence[ClassLists] | None = None
) -> NDArray[np.float64]:
    """Choose radii that leave from nine tenths to one tenth of the examples alone.

    They are quantiles, from 0.1 to 0.9, of the distance to the nearest example of the same class: at the q-quantile a
    share 1 - q of all examples are subpopulations of one. Equal quantiles are one radius.
    """
    features, classes = checked_examples(X, y)
    return _usual_radii(class_lists(features, classes) if lists is None else lists, n_radii)


@checked
def near_duplicates(X: ArrayLike, y: ArrayLike, *, radius: float | None = None) -> NDArray[np.int64]:
    """Find groups of examples of a class that are (nearly) the same.

    Parameters
    ----------
    X, y : arrays
        As for :func:`found_subpopulations`.
    radius : float, optional
        How near is nearly the same; by default a twentieth of the median distance to the nearest example of the class.

    Returns
    -------
    array of int, shape (n,)
        The group of each example, numbered from 0; -1 for an example without a near duplicate.
    """
    lists = class_lists(*checked_examples(X, y))
    if radius is None:
        radius = 0.05 * float(_usual_radii(lists, 1)[0])
    ids = found_subpopulations(X, y, radii=[radius], lists=lists).ids[0]
    sizes = np.bincount(ids)
    number = np.where(sizes > 1, np.cumsum(sizes > 1) - 1, -1)
    groups: NDArray[np.int64] = number[ids]
    return groups


def _usual_radii(lists: Sequence[ClassLists], n_radii: int) -> NDArray[np.float64]:
    if n_radii < 1:
        raise InputError("n_radii", "be at least 1", n_radii)
    distances = np.concatenate([own.distance[:, 0] for own in lists])
    finite = distances[np.isfinite(distances)]
    if not len(finite):
        raise InputError("y", "have a class with two examples", Said("every class has one"))
    levels = np.linspace(_LOWEST_QUANTILE, _HIGHEST_QUANTILE, n_radii) if n_radii > 1 else np.array([0.5])
    return np.unique(np.quantile(finite, levels))


def _stability(ids: NDArray[np.int64]) -> NDArray[np.float64]:
    if len(ids) == 1:
        return np.array([np.nan])
    to_next = [_adjusted_rand_index(fine, coarse) for fine, coarse in pairwise(ids)]
    return np.array([*to_next, to_next[-1]], dtype=np.float64)


def _adjusted_rand_index(first: NDArray[np.int64], second: NDArray[np.int64]) -> float:
    """Measure how far two partitions agree on pairs of examples: 1 is all, 0 what chance gives [HubertArabie1985]_.

    The bits of scikit-learn's ``adjusted_rand_score``, whose import takes a second.
    """
    _, cells = np.unique(first * (int(second.max()) + 1) + second, return_counts=True)
    sizes = (np.bincount(first), np.bincount(second), cells)
    in_first, in_second, in_both = (int((n.astype(np.int64) ** 2).sum()) for n in sizes)
    together, only_first, only_second = in_both - len(first), in_first - in_both, in_second - in_both
    apart = len(first) ** 2 - in_first - in_second + in_both
    if only_first == only_second == 0:
        return 1.0
    agreed = 2.0 * (together * apart - only_first * only_second)
    either = (together + only_second) * (only_second + apart) + (together + only_first) * (only_first + apart)
    return agreed / either


def checked_examples(X: ArrayLike, y: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return features, flattened, and classes, or refuse them."""
    try:
        features = np.asarray(X)
        features = features if features.dtype.kind == "f" else features.astype(np.float32)
    except (TypeError, ValueError):
        raise InputError("X", "hold numbers", Said("text")) from None
    classes = np.asarray(y)
    if features.ndim < 2 or not features.size:
        raise InputError("X", "be a table with one row an example", Said(f"shape {features.shape}"))
    if classes.shape != (len(features),):
        raise InputError("y", f"have one entry an example ({len(features)})", Said(f"shape {classes.shape}"))
    features = features.reshape(len(features), -1)
    if not np.isfinite(features).all():
        raise InputError("X", "be finite", Said("NaN or an infinity"), "Drop those rows or fill them in first.")
    return features, classes


def _checked_radii(radii: Sequence[float]) -> NDArray[np.float64]:
    chosen = np.unique(np.asarray(radii, dtype=np.float64))
    if not len(chosen) or not (np.isfinite(chosen) & (chosen >= 0)).all():
        raise InputError("radii", "be finite numbers of at least 0", radii)
    return chosen
