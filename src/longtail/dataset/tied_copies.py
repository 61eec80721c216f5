"""Copies that stay together: ``together="duplicates"``, where no column or array has that name.

A twin hides memorization: an example whose copy is in training is right without itself. Tied together, copies are in or
out of a subset at once, so that what is measured is what the models take from all of them. Test examples that were set
aside here, and have a copy in training, are left out: they would be recalled, not predicted. Those that were given
stay.
"""

from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.dataset.copies import copies_among
from longtail.dataset.dataset import Dataset
from longtail.errors import InputError, Said

__all__ = ["DUPLICATES", "set_aside_here", "with_copies_tied"]

DUPLICATES: Final = "duplicates"
"""What is written in the place of a column's name."""


@checked
def with_copies_tied(dataset: Dataset) -> Dataset:
    """Return the same data with copies of one another together.

    Parameters
    ----------
    dataset : Dataset
        In which nothing stays together yet.

    Raises
    ------
    InputError
        If there are no copies, or all training examples are copies of one another.
    """
    n = dataset.n_train
    found = copies_among(dataset.X, dataset.X_test, one_unit=dataset.image_shape is not None)
    units = np.unique(found.unit[:n], return_inverse=True)[1].astype(np.int64)
    sizes = np.bincount(units)
    in_training = np.isin(found.unit[n:], found.unit[:n])
    remedy = "Leave it out."
    if len(sizes) == n and not in_training.any():
        raise InputError("together", "be asked where examples have copies", Said("none with one"), remedy)
    if len(sizes) < 2:
        raise InputError("together", "tell two training examples apart", Said("copies of one example alone"), remedy)
    tied = int(sizes[sizes > 1].sum())
    kinds = "exact and near copies" if found.sought else "exact copies (near ones are not sought among so many)"
    said = [f"Stay together as {kinds}: {tied:,} training rows in {int((sizes > 1).sum()):,} groups."]
    held = np.unique(found.unit[n:], return_inverse=True)[1].astype(np.int64)
    dataset = replace(dataset, together=_frozen(units), together_test=_frozen(held))
    if in_training.any() and set_aside_here(dataset):
        said.append(
            f"Test rows with a copy in training are left out of those set aside: {int(in_training.sum()):,} of "
            f"{dataset.n_test:,}."
        )
        dataset = _tested_on(dataset, np.flatnonzero(~in_training))
    return replace(dataset, notes=(*dataset.notes, *said))


def set_aside_here(dataset: Dataset) -> bool:
    """Return whether the test examples were drawn from the rows that the training examples are from."""
    return bool(dataset.n_test) and int(dataset.position_test.min()) < int(dataset.position.max())


def _tested_on(dataset: Dataset, rows: NDArray[np.intp]) -> Dataset:
    """Return the same data with only some of its test examples."""
    return replace(
        dataset,
        X_test=_frozen(dataset.X_test[rows]),
        y_test=_frozen(dataset.y_test[rows]),
        position_test=_frozen(dataset.position_test[rows]),
        group_test=None if dataset.group_test is None else _frozen(dataset.group_test[rows]),
        together_test=None if dataset.together_test is None else _frozen(dataset.together_test[rows]),
    )


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    array.flags.writeable = False
    return array
