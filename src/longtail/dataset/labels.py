"""Labels to class codes. What is no class, a real number or several labels an example, is refused by name."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.dataset.names import Named, named, number_of
from longtail.errors import InputError, Said

__all__ = ["encode_labels", "label_names", "looks_like_quantity", "quantity_note"]

_MOST_CLASSES = 30  # Letters and digits have fewer. More different whole numbers are mostly ages, counts or prices.


@checked
def encode_labels(argument: str, y: Any, least_classes: int = 2) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Class codes and class names.

    Parameters
    ----------
    argument : str
        The name to use in an error.
    y : (n,) array
        Whole numbers, strings or booleans; floats that are whole are whole numbers.
    least_classes : int
        How many different labels there must be.

    Returns
    -------
    codes : (n,) int64 array
        Position of each label in ``names``.
    names : tuple of str
        The different labels in sorted order (numbers by size, in text as well), as text.

    Raises
    ------
    InputError
        If there are several labels an example, missing labels, a regression target, nearly as many classes as
        examples, or fewer classes than ``least_classes``.

    Examples
    --------
    >>> encode_labels("y", [3, 10, 3])
    (array([0, 1, 0]), ('3', '10'))
    """
    found = label_names(argument, y)
    if len(found.codes) == 0:
        raise InputError(argument, "hold at least one label", Said("none"))
    if found.missing.any():
        count, first = int(found.missing.sum()), int(found.missing.argmax())
        what = Said(f"{count} missing labels, the first in row {first}")
        raise InputError(argument, "have a label for every example", what, "Drop those rows first.")
    n_names = len(found.names)
    if n_names < least_classes:
        raise InputError(argument, f"have at least {least_classes} classes", Said(f"only {found.names[0]!r}"))
    if n_names > max(2, len(found.codes) / 2) and least_classes > 1:
        what = Said(f"{n_names} different labels among {len(found.codes)} examples")
        remedy = "There are fewer examples than classes need; is it an identifier or a regression target?"
        raise InputError(argument, "have at least two examples a class on average", what, remedy)
    return found.codes, found.names


@checked
def quantity_note(target: str, names: Sequence[str]) -> list[str]:
    """Remark on classes that look like a quantity: more than 30, all of them numbers.

    Examples
    --------
    >>> quantity_note("age", [str(age) for age in range(17, 90)])[0][:58]
    '73 numbers of age are taken for as many classes: 17 and 18'
    >>> quantity_note("digit", list("0123456789"))
    []
    """
    if not looks_like_quantity(names):
        return []
    return [
        f"{len(names)} numbers of {target} are taken for as many classes: {names[0]} and {names[1]} are told apart as "
        f"{names[0]} and {names[-1]} are, and near is wrong. If they are a quantity, bin them into a few classes first"
    ]


def looks_like_quantity(names: Sequence[str]) -> bool:
    """Return whether these are more than 30 different numbers."""
    return len(names) > _MOST_CLASSES and all(number_of(name) is not None for name in names)


def label_names(argument: str, y: Any) -> Named:
    """Return codes and names of labels, some of which may be missing. Real numbers are refused."""
    found = named(argument, y, by_size=True)
    if found.fraction is not None:
        if len(found.names) == 1:
            raise InputError(argument, "vary, to be predicted", Said(f"{found.names[0]} everywhere"))
        remedy = "For numbers ask for a regression; or bin them into classes first."
        raise InputError(argument, "hold classes, not real numbers", found.fraction, remedy)
    return found
