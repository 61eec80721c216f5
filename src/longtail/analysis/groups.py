"""Whose cost is counted: groups of test examples, and the subpopulations that predictions are made of."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from longtail.analysis.analysis import Analysis
from longtail.analysis.partitions import Partition, Partitioned, comparable_features
from longtail.array_types import Bits
from longtail.dataset import Dataset
from longtail.errors import InputError, Said
from longtail.neighbours import nearest_neighbours

__all__ = [
    "Group",
    "Subpopulations",
    "classes_of",
    "comparable_groups",
    "groups_of",
    "require_subpopulations",
    "subpopulations_of",
    "untested_groups",
    "untested_note",
]

Subpopulations = Literal["found", "given", "none"]
_MOST_GROUPS, _NAMES_SHOWN = 60, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group of examples: masks over training and over test examples."""

    name: str
    train: Bits
    test: Bits


def groups_of(dataset: Dataset) -> list[Group]:
    """Return the given groups that have a test example, or the classes where none are given.

    Raises
    ------
    InputError
        If there are no test examples, or fewer than two groups have one.
    """
    codes, codes_test, names = _partition(dataset)
    groups = [Group(name=name, train=codes == code, test=codes_test == code) for code, name in enumerate(names)]
    tested = [group for group in groups if group.test.any()]
    if len(tested) < 2:
        remedy = "Join groups, or give test examples of another one."
        raise InputError("group", "have test examples of two values at least", Said(f"only {tested[0].name!r}"), remedy)
    return tested


def untested_groups(dataset: Dataset) -> list[str]:
    """Return names of the groups without a test example: their cost cannot be seen.

    Where no groups are given, classes are groups.
    """
    _, codes_test, names = _partition(dataset)
    return [name for code, name in enumerate(names) if not (codes_test == code).any()]


def untested_note(dataset: Dataset) -> str:
    """Return a sentence that names the groups whose cost cannot be seen. Empty where there are none."""
    names = untested_groups(dataset)
    if not names:
        return ""
    kind = "class" if dataset.group is None else "group"
    shown = ", ".join(repr(name) for name in names[:_NAMES_SHOWN])
    more = f" and {len(names) - _NAMES_SHOWN:,} more" if len(names) > _NAMES_SHOWN else ""
    return (
        f"No test example is of {kind} {shown}{more}: what a limit costs there cannot be seen. The others are compared."
    )


def _partition(dataset: Dataset) -> tuple[NDArray[np.int64], NDArray[np.int64], tuple[str, ...]]:
    """Return codes of training and of test examples, and their names."""
    if not dataset.n_test:
        raise InputError("data", "have test examples, on which a cost can be seen", Said("none"))
    if dataset.group is None:
        codes, codes_test, names = dataset.y, dataset.y_test, dataset.class_names
    elif dataset.group_test is None:
        remedy = "Add the array group_test."
        raise InputError("group", "be given for test examples, too", Said("training examples alone"), remedy)
    else:
        codes, codes_test, names = dataset.group, dataset.group_test, dataset.group_names
    if len(names) < 2:
        raise InputError("group", "have at least two values, to compare", Said(f"only {names[0]!r}"))
    return codes, codes_test, tuple(names)


def classes_of(dataset: Dataset) -> list[Group]:
    """Return the classes that have a test example, whatever groups are given."""
    classes = [
        Group(name=name, train=dataset.y == code, test=dataset.y_test == code)
        for code, name in enumerate(dataset.class_names)
    ]
    return [each for each in classes if each.test.any()]


def comparable_groups(dataset: Dataset) -> tuple[Dataset, list[Group], list[str]]:
    """Return the data set with groups that can be compared, the groups, and notes on what became of the others.

    Groups without a test example are left out, of very many the largest are kept, and where fewer than two groups
    remain the classes stand in for them.

    Raises
    ------
    InputError
        If not even classes can be compared.
    """
    without = replace(dataset, group=None, group_test=None)
    if dataset.group is None or dataset.group_test is None:
        return without, groups_of(without), list(filter(None, [untested_note(without)]))
    sizes = np.bincount(dataset.group_test, minlength=len(dataset.group_names))
    largest = np.argsort(-sizes, kind="stable")[:_MOST_GROUPS]
    kept = np.sort(largest[sizes[largest] > 0]).tolist()
    if len(kept) < 2:
        said = ["Fewer than two groups have a test example; costs are told by class.", untested_note(without)]
        return without, groups_of(without), list(filter(None, said))
    groups = [
        Group(name=dataset.group_names[code], train=dataset.group == code, test=dataset.group_test == code)
        for code in kept
    ]
    small, notes = int((sizes > 0).sum()) - len(kept), list(filter(None, [untested_note(dataset)]))
    return dataset, groups, notes + ([f"Smaller than those that are listed are {_groups(small)}."] if small else [])


def subpopulations_of(analysis: Analysis, kind: Subpopulations) -> tuple[list[Partitioned], list[str]]:
    """Partitions of the training examples with their test examples, and notes: the reason where there is none.

    Parameters
    ----------
    analysis : Analysis
        Of the data set, with its groups.
    kind : {"found", "given", "none"}
        Found within classes, over a range of radii; or each group within each class.

    Raises
    ------
    InputError
        If subpopulations are to be given, and are not.
    """
    dataset = analysis.dataset
    if kind == "none":
        return [], ["No subpopulations were asked for, so there is no prediction."]
    require_subpopulations(dataset, kind)
    if kind == "given":
        (partition,) = analysis.partitions
        return [Partitioned(partition=partition, ids_test=_by_group(dataset, partition))], []
    if not analysis.found_partitions:
        return [], [f"No subpopulations were found, so there is no prediction: {analysis.why_none_found}"]
    near, distance = _nearest_of_class(dataset)
    return [
        Partitioned(
            partition=partition, ids_test=np.where(distance <= (partition.radius or 0), partition.ids[near], -1)
        )
        for partition in analysis.found_partitions
    ], []


def require_subpopulations(dataset: Dataset, kind: Subpopulations) -> None:
    """Refuse subpopulations that the data set cannot have.

    Raises
    ------
    InputError
        If they are to be given, and are not; or by a kind that there is not.
    """
    if kind not in ("found", "given", "none"):
        raise InputError("subpopulations", "be found, given or none", kind)
    if kind == "given" and (dataset.group is None or dataset.group_test is None):
        raise InputError("subpopulations", "be found where no group is given", kind)


def _groups(number: int) -> str:
    return f"{number:,} group{'s' if number != 1 else ''}"


def _by_group(dataset: Dataset, partition: Partition) -> NDArray[np.int64]:
    assert dataset.group is not None
    assert dataset.group_test is not None
    keys, first = np.unique(dataset.group * dataset.n_classes + dataset.y, return_index=True)
    wanted = dataset.group_test * dataset.n_classes + dataset.y_test
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, partition.ids[first[place]], -1)


def _nearest_of_class(dataset: Dataset) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Find for each test example the nearest training example of its class, and its distance."""
    near, distance = np.zeros(dataset.n_test, np.int64), np.full(dataset.n_test, np.inf)
    for label in range(dataset.n_classes):
        members, asked = np.flatnonzero(dataset.y == label), np.flatnonzero(dataset.y_test == label)
        if len(asked):
            found, apart = nearest_neighbours(
                comparable_features(dataset, dataset.X[members]),
                1,
                comparable_features(dataset, dataset.X_test[asked]),
            )
            near[asked], distance[asked] = members[found[:, 0]], apart[:, 0]
    return near, distance
