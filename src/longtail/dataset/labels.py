"""Labels to class codes. What is not classification, regression or several labels an example, is refused by name."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import checked
from longtail.errors import InputError, Said

__all__ = ["encode_labels"]


@checked
def encode_labels(argument: str, y: ArrayLike, least_classes: int = 2) -> tuple[NDArray[np.int64], tuple[str, ...]]:
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
        The different labels in sorted order (numbers by size), as text.

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
    array = np.asarray(y)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        law = "hold one label an example, shape (n,)"
        raise InputError(
            argument, law, Said(f"shape {array.shape}"), "Multilabel and multi-output targets are not handled."
        )
    if len(array) == 0:
        raise InputError(argument, "hold at least one label", Said("none"))
    values, codes = np.unique(_comparable(argument, array), return_inverse=True)
    if len(values) < least_classes:
        raise InputError(argument, f"have at least {least_classes} classes", Said(f"only {str(values[0])!r}"))
    if len(values) > max(2, len(array) / 2) and least_classes > 1:
        what = Said(f"{len(values)} different labels among {len(array)} examples")
        remedy = "There are fewer examples than classes need; is it an identifier or a regression target?"
        raise InputError(argument, "have at least two examples a class on average", what, remedy)
    return codes.astype(np.int64), tuple(str(value) for value in values.tolist())


def _comparable(argument: str, array: NDArray[Any]) -> NDArray[Any]:
    """An array that ``np.unique`` can sort, without missing labels and without fractions."""
    if array.dtype == object:
        missing = np.array([label is None or label != label for label in array])
        if missing.any():
            raise _missing(argument, missing)
        kinds = {type(label) for label in array.tolist()}
        if kinds == {bytes}:
            return _decoded(argument, np.array(array.tolist()))
        return array.astype(str) if kinds & {str} or len(kinds) > 1 else np.array(array.tolist())
    if np.issubdtype(array.dtype, np.floating):
        if np.isnan(array).any():
            raise _missing(argument, np.isnan(array))
        if not np.isfinite(array).all() or (array != np.floor(array)).any():
            fraction = array[~np.isfinite(array) | (array != np.floor(array))][0]
            remedy = "Regression targets are not handled: bin them into classes first."
            raise InputError(argument, "hold classes, not real numbers", fraction.item(), remedy)
        return array.astype(np.int64)
    if array.dtype.kind not in "iubUS":
        raise InputError(argument, "hold whole numbers, strings or booleans", Said(f"an array of {array.dtype}"))
    return _decoded(argument, array) if array.dtype.kind == "S" else array


def _decoded(argument: str, array: NDArray[Any]) -> NDArray[Any]:
    """Labels that came as bytes, as text."""
    try:
        return np.char.decode(array, "utf-8")
    except UnicodeDecodeError as error:
        raise InputError(argument, "hold labels in UTF-8", error.object, "Store them as text first.") from error


def _missing(argument: str, missing: NDArray[np.bool_]) -> InputError:
    what = Said(f"{int(missing.sum())} missing labels, the first in row {int(missing.argmax())}")
    return InputError(argument, "have a label for every example", what, "Drop those rows first.")
