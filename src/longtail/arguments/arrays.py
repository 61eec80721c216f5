"""Laws of arrays: numbers of the right kind, and no mask that would be lost.

NumPy drops the mask of a masked array on the way to a plain one, so that what was hidden would be taken for data: a
mask that hides anything is refused.
"""

from typing import Any, get_args

import numpy as np
from numpy.typing import ArrayLike

from longtail.arguments.refusal import Law, RefusalError
from longtail.errors import InputError, Said

__all__ = ["ARRAY_LIKE_PARTS", "array_law", "array_like", "require_unmasked"]

_EXACT = 2.0**53
_NO_MASK, _FILL = "hold no masked value", "Fill or drop what is masked first."

ARRAY_LIKE_PARTS = frozenset(get_args(ArrayLike))
"""What a union that contains ``ArrayLike`` holds in its place before Python 3.12; empty from there on."""


def require_unmasked(argument: str, *values: Any) -> None:
    """Refuse masked arrays that hide something, where what is given may be anything.

    Parameters
    ----------
    argument : str
        Its name, or that of who gave it, for the error.
    values : objects
        As given.

    Raises
    ------
    InputError
        If one hides a value.
    """
    for value in values:
        if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
            hidden = f"{int(np.ma.getmaskarray(value).sum()):,} masked values"
            raise InputError(argument, _NO_MASK, Said(hidden), _FILL)


def array_like(value: Any) -> Any:
    """Accept whatever makes an array, and return it as it is."""
    if isinstance(value, list | tuple) and any(isinstance(item, str | bytes) for item in value):
        return value  # An array of text would give each item the room of the longest one.
    made = _made(value)
    if made.dtype == object and made.ndim == 0:
        raise RefusalError("be an array or a list")
    return value


def array_law(dtype: Any) -> Law:
    """Return the law of ``NDArray[...]``. Lists become arrays."""
    scalar = (get_args(dtype) or (Any,))[0]
    scalar = getattr(scalar, "__origin__", scalar)
    if not (isinstance(scalar, type) and issubclass(scalar, np.generic)):
        return _any_array
    if issubclass(scalar, np.bool_):
        return _truths
    if issubclass(scalar, np.integer):
        return _wholes
    if issubclass(scalar, np.floating):
        return _numbers("fiub")
    return _numbers("fiubc") if issubclass(scalar, np.complexfloating) else _any_array


def _any_array(value: Any) -> Any:
    return value if isinstance(value, np.ndarray) and type(value) is np.ndarray else _made(array_like(value))


def _truths(value: Any) -> Any:
    made = _made(value)
    if made.dtype.kind == "b":
        return made
    if made.dtype.kind not in "iuf" or not np.isin(made, (0, 1)).all():
        raise RefusalError("be an array of True and False")
    return made.astype(bool)


def _wholes(value: Any) -> Any:
    made = _made(value)
    if made.dtype.kind in "iu" or (made.dtype.kind == "f" and made.size == 0):
        return made if made.size else made.astype(np.int64)
    if made.dtype.kind == "b":
        raise RefusalError("be an array of whole numbers", "Of a boolean mask, give numpy.flatnonzero(mask).")
    if made.dtype.kind != "f" or not (np.abs(made) <= _EXACT).all() or not (made == np.floor(made)).all():
        raise RefusalError("be an array of whole numbers of at most 64 bits")
    return made.astype(np.int64)


def _numbers(kinds: str) -> Law:
    def law(value: Any) -> Any:
        made = _made(value)
        if made.dtype.kind in kinds:
            return made
        if made.dtype.kind == "O" and not any(item is None for item in made.flat):  # None would become NaN
            try:
                return made.astype(float)
            except (TypeError, ValueError, OverflowError):
                pass
        raise RefusalError("be an array of numbers")

    return law


def _made(value: Any) -> Any:
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        raise RefusalError(_NO_MASK, _FILL)
    try:
        return np.asarray(value)
    except (TypeError, ValueError, OverflowError):
        raise RefusalError("be an array, with rows of equal length") from None
