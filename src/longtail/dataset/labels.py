"""Labels to class codes. What is not classification, regression or several labels an example, is refused by name."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.dataset.names import Named, named
from longtail.errors import InputError, Said

__all__ = ["encode_labels", "label_names"]


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


def label_names(argument: str, y: Any) -> Named:
    """Return codes and names of labels, some of which may be missing. Real numbers are refused."""
    found = named(argument, y, by_size=True)
    if found.fraction is not None:
        remedy = "Regression targets are not handled: bin them into classes first."
        raise InputError(argument, "hold classes, not real numbers", found.fraction, remedy)
    return found
