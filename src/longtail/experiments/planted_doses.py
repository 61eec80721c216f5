r"""Copies of training examples at known multiplicity, each example with a fresh sibling.

Of a training example drawn at random, the nearest other one of its class is its *sibling*: it leaves the training set,
and is judged by the models as a test example. So the copies are what the training set knows of their kind, and the
sibling is a new example of it, as far as near examples of a class are of one kind; for how many siblings a copy is the
nearest training example is counted. The example itself then stands in the training set as often as its dose says.

Copies may be *canaries*: with ``wrong_labels`` those of one example share a label that is wrong, drawn at random.
``label_noise`` is the share of all training labels, those of copies each by itself, that are replaced by another one;
siblings keep their own labels.

Where the target is a number, the sibling is the nearest other example of all, a canary's number is that of another
training example, and label noise replaces a number by another example's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.analysis.partitions import comparable_features
from longtail.array_types import Bits, Floats, Whole
from longtail.dataset import Dataset
from longtail.errors import InputError, Said
from longtail.experiments.canaries import wrong_labels as draw_wrong_labels
from longtail.randomness import generator

__all__ = ["PlantedDoses", "plant_doses"]

_MOST_COPIES = 20
"""Times the training examples: of more, the copies are the data, and memory runs out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedDoses:
    """Result of :func:`plant_doses`.

    Parameters
    ----------
    data : Dataset
        The training set with the copies; its test examples are the siblings, one for each planted example.
    dose : (n,) int array
        Copies of each training example; 0 where it was not planted.
    planted : (n,) int array
        Number of the planted example that a training example is a copy of; -1 where it is none.
    doses, rows, siblings : (k,) int arrays
        Of each planted example: its dose, its place and its sibling's among the training examples as given.
    at_random : (k,) bool array
        Which were drawn among all training examples; the others fill up their group.
    groups : tuple of int
        The codes of the groups that have every dose.
    is_nearest : (k,) bool array
        Whether a copy is the nearest training example of the sibling, whatever its class.
    """

    data: Dataset
    dose: Whole
    planted: Whole
    doses: Whole
    rows: Whole
    siblings: Whole
    at_random: Bits
    groups: tuple[int, ...]
    is_nearest: Bits


def plant_doses(
    dataset: Dataset,
    copies: Sequence[int],
    n_examples: int,
    *,
    wrong_labels: bool = False,
    label_noise: float = 0.0,
    seed: int = 0,
) -> PlantedDoses:
    """Draw examples and siblings, and plant the copies.

    Parameters
    ----------
    dataset : Dataset
        Of classes, or with a number as its target. Where it has groups, those that are large enough get ``n_examples``
        at each dose as well.
    copies : sequence of int
        The doses.
    n_examples : int
        Examples at each dose.
    wrong_labels, label_noise
        See the module.
    seed : int
        Of all that is drawn.

    Raises
    ------
    InputError
        If a dose is below 1 or given twice, there are too few training examples, or rows of the data stay together.
    """
    _check(dataset, copies, n_examples, label_noise)
    rng = generator(seed, "doses")
    draw = _Draw(dataset, rng.permutation(dataset.n_train))
    doses: list[int] = []
    for dose in copies:
        doses += [dose] * draw.pairs(n_examples, np.ones(dataset.n_train, bool))
    n_random = len(doses)
    if n_random < len(copies) * n_examples:
        law = "have another example of its class for each of those drawn"
        raise InputError("n_examples", law, Said(f"{n_random} such pairs of {len(copies) * n_examples} in the data"))
    groups = _large_groups(dataset, len(copies) * n_examples)
    if dataset.group is not None:
        for group in groups:
            mine = dataset.group == group
            for dose in copies:
                there = np.count_nonzero(mine[draw.rows] & (np.array(doses) == dose))
                doses += [dose] * draw.pairs(max(n_examples - int(there), 0), mine)
    rows, siblings, of_dose = (np.array(each, np.int64) for each in (draw.rows, draw.siblings, doses))
    rest = np.setdiff1d(np.arange(dataset.n_train), np.concatenate([rows, siblings]))
    taken = np.concatenate([rest, np.repeat(rows, of_dose)])
    labels = _labels(dataset, rows, taken, wrong_labels, label_noise, rng)
    changed = wrong_labels or label_noise > 0
    data = replace(
        dataset.restricted_to(taken),
        y=labels if dataset.target is None else dataset.y[taken],
        target=None if dataset.target is None else labels,
        target_test=None if dataset.target is None else dataset.target[siblings],
        X_test=dataset.X[siblings],
        y_test=dataset.y[siblings],
        position_test=dataset.position[siblings],
        group_test=None if dataset.group is None else dataset.group[siblings],
        together_test=None
        if dataset.together is None
        else np.unique(dataset.together[siblings], return_inverse=True)[1],
        name=f"{dataset.name}, doses" if changed else dataset.name,
    )
    return PlantedDoses(
        data=data,
        dose=np.concatenate([np.zeros(len(rest), np.int64), np.repeat(of_dose, of_dose)]),
        planted=np.concatenate([np.full(len(rest), -1), np.repeat(np.arange(len(rows)), of_dose)]),
        doses=of_dose,
        rows=rows,
        siblings=siblings,
        at_random=np.arange(len(rows)) < n_random,
        groups=groups,
        is_nearest=_nearer(comparable_features(dataset, dataset.X), siblings, rows, rest),
    )


def _labels(
    dataset: Dataset, rows: Whole, taken: Whole, wrong_labels: bool, label_noise: float, rng: np.random.Generator
) -> NDArray[Any]:
    """Return the classes or numbers of the training examples ``taken``, those planted from ``rows`` among them."""

    def others(labels: NDArray[Any]) -> NDArray[Any]:
        if dataset.target is None:
            return draw_wrong_labels(labels, dataset.n_classes, rng)
        return _other_numbers(labels, dataset.target, rng)

    labels = (dataset.y if dataset.target is None else dataset.target).copy()
    if wrong_labels:
        labels[rows] = others(labels[rows])
    labels = labels[taken]
    noisy = rng.random(len(labels)) < label_noise
    labels[noisy] = others(labels[noisy])
    return labels


def _other_numbers(labels: Floats, among: Floats, rng: np.random.Generator) -> Floats:
    """Draw for each number one of the data's that differs from it."""
    found = labels.copy()
    while (same := found == labels).any():
        found[same] = rng.choice(among, int(same.sum()))
    return found


class _Draw:
    """Pairs of an example and its nearest other one, of its class where there are classes, none of them drawn twice."""

    def __init__(self, dataset: Dataset, order: NDArray[np.int64]) -> None:
        self.y, self.order = dataset.y, order
        self.X = comparable_features(dataset, dataset.X)
        self.free = np.ones(dataset.n_train, bool)
        self.rows: list[int] = []
        self.siblings: list[int] = []

    def pairs(self, number: int, among: Bits) -> int:
        """Draw so many pairs whose example is among some, or as many as there are."""
        before = len(self.rows)
        for row in self.order[among[self.order]].tolist():
            if len(self.rows) - before == number:
                break
            if not self.free[row]:
                continue
            others = np.flatnonzero(self.free & (self.y == self.y[row]))
            others = others[others != row]
            if len(others):
                sibling = int(others[_squares(self.X[others], self.X[row]).argmin()])
                self.free[[row, sibling]] = False
                self.rows.append(row)
                self.siblings.append(sibling)
        return len(self.rows) - before


def _squares(X: Floats, point: Floats) -> Floats:
    away = X - point
    squares: Floats = np.einsum("ij,ij->i", away, away)
    return squares


def _nearer(X: Floats, siblings: Whole, rows: Whole, rest: Whole) -> Bits:
    """Mark the siblings to which their planted example is nearer than every other training example."""
    others = np.concatenate([rest, rows])
    found = []
    for sibling, row in zip(siblings.tolist(), rows.tolist(), strict=True):
        own = float(_squares(X[[row]], X[sibling])[0])
        found.append(own <= float(_squares(X[others], X[sibling]).min()))
    return np.array(found, bool)


def _large_groups(dataset: Dataset, n_planted: int) -> tuple[int, ...]:
    """Return the codes of the groups of which half stays as it is."""
    if dataset.group is None:
        return ()
    return tuple(np.flatnonzero(np.bincount(dataset.group) >= 4 * n_planted).tolist())


def _check(dataset: Dataset, copies: Sequence[int], n_examples: int, label_noise: float) -> None:
    if not copies or min(copies) < 1 or len(set(copies)) < len(copies):
        raise InputError("copies", "be different whole numbers of at least 1", list(copies))
    if n_examples < 2:
        raise InputError("n_examples", "be at least 2 at each dose", n_examples)
    if not 0 <= label_noise < 1:
        raise InputError("label_noise", "be a share of at least 0 and below 1", label_noise)
    if dataset.together is not None:
        raise InputError("together", "be left out: each copy is in or out by itself", Said("rows that stay together"))
    if dataset.task == "language":
        remedy = "Copies of documents stand in an audit of texts: what near copies leave of memorization."
        raise InputError("dataset", "be of classes or of a number", Said("texts, which have no fresh sibling"), remedy)
    if dataset.task == "classification" and dataset.n_classes < 2:
        raise InputError("dataset", "have at least two classes", dataset.n_classes)
    if 4 * len(copies) * n_examples > dataset.n_train:
        law = f"leave half of the {dataset.n_train} training examples as they are"
        said = Said(f"{n_examples} with their siblings at each of {len(copies)} doses")
        raise InputError("n_examples", law, said)
    if sum(copies) * n_examples > _MOST_COPIES * dataset.n_train:
        law = f"plant at most {_MOST_COPIES} times as many copies as there are training examples ({dataset.n_train})"
        raise InputError("copies", law, Said(f"{sum(copies) * n_examples:,}"))
