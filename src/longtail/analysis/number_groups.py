"""Groups of the examples of a study of numbers: the given ones, or quarters of the target from low to high."""

import numpy as np
from numpy.typing import NDArray

from longtail.analysis.groups import Group
from longtail.dataset import Dataset

__all__ = ["number_groups"]

_MOST = 12
"""Most groups that are told; of more, the largest."""


def number_groups(dataset: Dataset) -> tuple[str, list[Group]]:
    """Return what groups are, in words, and those that have a training example.

    Quarters are those of the training targets; test examples fall where their own target does.
    """
    if dataset.group is not None:
        codes, names = dataset.group, dataset.group_names
        held = dataset.group_test if dataset.group_test is not None else np.full(dataset.n_test, -1)
        largest = np.argsort(-np.bincount(codes, minlength=len(names)), kind="stable")[:_MOST]
        groups = [Group(name=names[code], train=codes == code, test=held == code) for code in sorted(largest.tolist())]
        return "given groups", [each for each in groups if each.train.any()]
    if dataset.target is None or dataset.target_test is None:
        return "", []
    edges = np.unique(np.quantile(dataset.target, [0.25, 0.5, 0.75]))
    place, held = np.searchsorted(edges, dataset.target), np.searchsorted(edges, dataset.target_test)
    groups = [
        Group(name=_between(edges, code), train=place == code, test=held == code) for code in range(len(edges) + 1)
    ]
    return "quarters of the target", [each for each in groups if each.train.any()]


def _between(edges: NDArray[np.float64], code: int) -> str:
    """Say between which numbers a quarter lies."""
    if code == 0:
        return f"at most {edges[0]:.4g}"
    if code == len(edges):
        return f"above {edges[-1]:.4g}"
    return f"{edges[code - 1]:.4g} to {edges[code]:.4g}"
