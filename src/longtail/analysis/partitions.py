"""Partitions of the training examples into subpopulations: as given, or found within classes over a range of radii."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.dataset import Dataset
from longtail.neighbours import in_units
from longtail.tail import found_subpopulations

__all__ = [
    "MOST_PRODUCTS",
    "Partition",
    "Partitioned",
    "comparable_features",
    "comparable_units",
    "found_partitions",
    "given_partition",
    "partitions_of",
    "too_many_to_find",
]

MOST_PRODUCTS = 4e12
"""Multiplications that an audit or a report may spend on finding subpopulations: some minutes of one core."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """The training examples in subpopulations.

    Parameters
    ----------
    name : str
        For people.
    radius : float or None
        Where it was found.
    ids : (n,) int array
        The subpopulation of each training example.
    units : (n,) int array or None
        The unit of each training example, where rows stay together; None where each row is on its own.
    """

    name: str
    radius: float | None
    ids: NDArray[np.int64]
    units: NDArray[np.int64] | None = None

    @property
    def counts(self) -> NDArray[np.int64]:
        """The number of draws of each subpopulation: of examples, or of units, which count once whatever their rows.

        Examples
        --------
        >>> ids, units = np.array([0, 0, 0, 1, 1]), np.array([0, 0, 1, 1, 2])
        >>> Partition(name="by hand", radius=None, ids=ids, units=units).counts.tolist()
        [2, 2]
        """
        if self.units is None:
            return np.bincount(self.ids)
        pairs = np.unique(np.column_stack([self.ids, self.units]), axis=0)
        return np.bincount(pairs[:, 0])

    @property
    def alone(self) -> NDArray[np.bool_]:
        """The examples whose subpopulation has no other draw: no other example, or no other unit's."""
        lonely: NDArray[np.bool_] = (self.counts == 1)[self.ids]
        return lonely

    @property
    def sizes(self) -> NDArray[np.int64]:
        """The size of each example's subpopulation."""
        return np.bincount(self.ids)[self.ids]


@dataclass(frozen=True, slots=True, kw_only=True)
class Partitioned:
    """A partition of the training examples, and the subpopulation of each test example.

    It is -1 where there is none.
    """

    partition: Partition
    ids_test: NDArray[np.int64]


def partitions_of(dataset: Dataset) -> list[Partition]:
    """Return the given partition where there is one, otherwise the found ones.

    See :func:`given_partition` and :func:`found_partitions`.
    """
    return found_partitions(dataset) if dataset.group is None else [given_partition(dataset)]


def given_partition(dataset: Dataset) -> Partition:
    """Return the partition by the given groups, each within each class."""
    assert dataset.group is not None
    _, ids = np.unique(dataset.group * dataset.n_classes + dataset.y, return_inverse=True)
    return Partition(name="given groups within classes", radius=None, ids=ids.astype(np.int64), units=dataset.together)


def too_many_to_find(dataset: Dataset) -> str:
    """Return why an audit or a report looks for no subpopulations: a sentence, empty where it does.

    Each example is compared with all of its class.
    """
    pairs = float((np.bincount(dataset.y).astype(float) ** 2).sum())
    if pairs * dataset.X.shape[1] <= MOST_PRODUCTS:
        return ""
    return (
        f"each of {dataset.n_train:,} examples would be compared with all of its class, which takes more than minutes; "
        "name groups, or study fewer rows."
    )


def found_partitions(dataset: Dataset) -> list[Partition]:
    """Return the partitions found within classes, from fine to coarse, whatever groups are given.

    Features of tables are brought to unit variance first, so that no column's unit decides; pictures are taken as
    they are.

    Raises
    ------
    InputError
        If no class has two examples that differ.
    """
    found = found_subpopulations(comparable_features(dataset, dataset.X), dataset.y)
    return [
        Partition(name=f"radius {radius:.3g}", radius=float(radius), ids=found.ids[place], units=dataset.together)
        for place, radius in enumerate(found.radii)
    ]


def comparable_features(dataset: Dataset, X: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return features in which distances are compared.

    Pictures stay as they are, columns of tables are in units of their spread.
    """
    units = comparable_units(dataset)
    return X if units is None else in_units(X, units)


def comparable_units(dataset: Dataset) -> NDArray[np.float64] | None:
    """Return the unit of each feature in which distances are compared, None for pictures, which stay as they are."""
    if dataset.image_shape is not None:
        return None
    spread = dataset.feature_moments[1]
    return np.where(spread > 0, spread, 1.0)
