"""Features that come as arrays: numbers of any type, checked as they are given, then brought to single precision.

Two examples that differ must not become rows that are equal (:mod:`longtail.dataset.narrowing`); where they do all the
same, it is said how many, and in which columns they differed.
"""

import math
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Annotated, Any

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import Axes, checked
from longtail.dataset.gaps import is_missing
from longtail.dataset.narrowing import centered_columns, is_exact, tell_apart
from longtail.errors import InputError, Said

__all__ = [
    "check_same_length",
    "column_names",
    "exact_features",
    "require_alike",
    "require_finite",
    "require_same_rows",
    "single_precision",
    "together_exactly",
]

_MOST_NAMED = 3
_BYTES_OF_A_TABLE = 100  # A table of bytes with larger ones holds pixels.
_EXACT_INTEGERS = 2.0**53
_LARGEST = float(np.finfo(np.float32).max)


def exact_features(
    argument: str, X: ArrayLike, allow_empty: bool = False
) -> tuple[NDArray[Any], tuple[int, int, int] | None]:
    """Return a row of numbers for each example, in the precision in which they came.

    The second part is the shape of pictures, or None.

    Raises
    ------
    InputError
        If they are no real numbers, or have another number of dimensions.
    """
    array = _numbers(argument, X)
    if array.ndim not in (2, 3, 4) or (array.ndim == 4 and array.shape[3] not in (1, 3)):
        law = "have shape (n, d), or (n, height, width) or (n, height, width, 1 or 3) for images"
        raise InputError(argument, law, array.shape)
    if (len(array) == 0 and not allow_empty) or 0 in array.shape[1:]:
        raise InputError(argument, "have at least one example and one column", array.shape)
    image_shape = None if array.ndim == 2 else (*array.shape[1:3], array.shape[3] if array.ndim == 4 else 1)
    return array.reshape(len(array), math.prod(array.shape[1:])), image_shape


def require_finite(argument: str, features: NDArray[Any], names: Sequence[str]) -> None:
    """Refuse NaN, infinity, and what is beyond single precision, by its place."""
    if features.dtype.kind != "f":
        return
    largest = min(_LARGEST, float(np.finfo(features.dtype).max))  # Half precision cannot even hold the bound.
    if features.size and -largest <= features.min() and features.max() <= largest:
        return  # Nothing is NaN, as it would be the least, and no copy was made to see it.

    def refuse(bad: NDArray[np.bool_], law: str, what: str, remedy: str) -> None:
        if bad.any():
            row, column = (int(i) for i in np.argwhere(bad)[0])
            said = f"{int(bad.sum()):,} {what}, the first in row {row}, column {names[column]!r}"
            raise InputError(argument, law, Said(said), remedy)

    refuse(~np.isfinite(features), "be finite", "NaN or infinite values", "Fill or drop them first.")
    beyond, remedy = abs(features) > largest, "Scale that column, or take its logarithm."
    refuse(beyond, "hold numbers of single precision, at most 3.4e38", "beyond it", remedy)


@checked
def single_precision(
    exact: Annotated[NDArray[Any], Axes(2)], training: NDArray[np.intp], names: Sequence[str]
) -> tuple[NDArray[np.float32], list[str]]:
    """Return features in single precision, and the sentences to say of it.

    Examples
    --------
    >>> found, said = single_precision(np.array([[2.0**40], [2.0**40 + 1], [2.0**60]]), np.arange(3), ["size"])
    >>> len(np.unique(found)), said[0]
    (2, "Single precision makes rows equal that differ: 1, by column 'size'.")
    """
    features, moved = centered_columns(exact, training)
    said = []
    if centers := [(names[column], each.center) for column, each in moved.items() if each.center is not None]:
        listed = ", ".join(f"{center:.10g} from {name!r}" for name, center in centers[:_MOST_NAMED])
        more = f" and so of {len(centers) - _MOST_NAMED:,} more" if len(centers) > _MOST_NAMED else ""
        said.append(f"Subtracted, so that single precision tells values far from zero apart: {listed}{more}.")
    if not is_exact(exact):
        n_equal, columns = _rows_made_equal(exact, features)
        if n_equal:
            by = ", ".join(repr(names[column]) for column in columns[:_MOST_NAMED])
            by += ", …" if len(columns) > _MOST_NAMED else ""
            said.append(f"Single precision makes rows equal that differ: {n_equal:,}, by column {by}.")
    return features, said


def together_exactly(X: NDArray[Any], X_test: NDArray[Any]) -> NDArray[Any]:
    """Both, one below the other, in a type that holds either."""
    if X.dtype == X_test.dtype or (is_exact(X) and is_exact(X_test)):
        return np.concatenate([X, X_test])
    if X.dtype.kind in "iub" and X_test.dtype.kind in "iub" and "u8" not in (X.dtype.str[1:], X_test.dtype.str[1:]):
        return np.concatenate([X.astype(np.int64), X_test.astype(np.int64)])
    return np.concatenate([X.astype(np.float64), X_test.astype(np.float64)])


def column_names(
    X: ArrayLike, given: Sequence[str] | None, n_columns: int, image_shape: tuple[int, int, int] | None
) -> tuple[str, ...]:
    """Return one name for each column.

    These are the names given, those of a frame, or ``x0``, ``x1``, …, ``pixel 0,0``, ….
    """
    given = given if given is not None else _names_of_columns(X)
    names = tuple(given) if given is not None else tuple(_default_names(n_columns, image_shape))
    if len(names) != n_columns:
        raise InputError("feature_names", f"have one name for each of {n_columns} columns", len(names))
    return names


def check_same_length(argument: str, values: NDArray[Any], other: str, others: NDArray[Any]) -> None:
    """Refuse two arrays of different lengths."""
    if len(values) != len(others):
        raise InputError(argument, f"have as many rows as {other}, {len(others)}", len(values))


def require_alike(X: ArrayLike, X_test: ArrayLike) -> None:
    """Refuse test examples whose columns stand in another order, or whose pixels are on another scale."""
    names, others = _names_of_columns(X), _names_of_columns(X_test)
    if names is not None and others is not None and names != others and len(names) == len(others):
        here, there = next(pair for pair in zip(names, others, strict=True) if pair[0] != pair[1])
        what = Said(f"{there!r} where X has {here!r}")
        raise InputError("X_test", "have the columns of X in X's order", what, "Take X_test[list(X.columns)].")
    pixels, held = np.asarray(X), np.asarray(X_test)
    as_bytes = pixels.dtype == np.uint8 and (pixels.ndim > 2 or (pixels.size > 0 and pixels.max() > _BYTES_OF_A_TABLE))
    if as_bytes and held.dtype.kind == "f" and held.size and 0 < held.max() <= 1:
        what = Said(f"bytes in X, real numbers up to {held.max():.3g} in X_test")
        raise InputError("X_test", "have pixels on the scale of X's", what, "Multiply it by 255, or divide X by 255.")


def require_same_rows(X: Any, argument: str, values: Any) -> None:
    """Refuse a column whose values are in no order, or of pandas in another than the rows of X.

    Rows are taken by their place.
    """
    if isinstance(values, AbstractSet):
        raise InputError(argument, "be in the order of the rows of X", Said("a set, which has none"))
    index: Any = getattr(X, "index", None)
    other: Any = getattr(values, "index", None)
    if not (hasattr(index, "sort_values") and hasattr(other, "sort_values")) or len(index) != len(other):
        return
    if index.equals(other) or not (index.is_unique and other.is_unique and len(index.difference(other)) == 0):
        return
    place = next(place for place, pair in enumerate(zip(index, other, strict=True)) if pair[0] != pair[1])
    what = Said(f"{other[place]!r} in place {place}, where X has {index[place]!r}")
    remedy = f"Take {argument}.loc[X.index], or {argument}.to_numpy() if rows are meant by their place."
    raise InputError(argument, "have the index of X in X's order", what, remedy)


def _numbers(argument: str, X: Any) -> NDArray[Any]:
    """Return an array of real numbers, none of them masked."""
    array = X if isinstance(X, np.ma.MaskedArray) else np.asarray(X)
    if isinstance(array, np.ma.MaskedArray):
        gone = np.argwhere(np.ma.getmaskarray(array))
        if len(gone):
            what = Said(f"{len(gone):,} masked values, the first at {tuple(gone[0].tolist())}")
            raise InputError(argument, "be finite", what, "Fill or drop them first.")
        array = array.data
    if array.dtype == object:
        array = _of_objects(argument, array, X)
    elif array.dtype == np.float64 and array.ndim == 2 and not isinstance(X, np.ndarray):
        _require_told_apart(argument, X, array)
    if not (np.issubdtype(array.dtype, np.number) or array.dtype == bool) or array.dtype.kind == "m":
        raise _no_numbers(argument, array, X)
    if np.iscomplexobj(array):
        raise InputError(argument, "hold real numbers", Said("complex numbers"))
    return array.astype(np.float64) if array.dtype.itemsize > 8 else array


def _of_objects(argument: str, array: NDArray[Any], X: Any) -> NDArray[Any]:
    """Convert numbers that came as objects, as pandas hands over what may be missing. Missing values become NaN."""
    gone = np.fromiter((is_missing(value) for value in array.flat), bool, array.size).reshape(array.shape)
    known = array[~gone].tolist()
    if not all(isinstance(value, int | float) or hasattr(value, "__float__") for value in known):
        raise _no_numbers(argument, array, X)
    try:
        if not gone.any() and all(isinstance(value, int) and abs(value) < 2**63 for value in known):
            return array.astype(np.int64)
        doubles = np.where(gone, np.nan, array).astype(np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise _no_numbers(argument, array, X) from error
    if doubles.ndim == 2:
        _require_told_apart(argument, X, doubles)
    return doubles


def _require_told_apart(argument: str, X: Any, doubles: NDArray[np.float64]) -> None:
    """Refuse a column in which doubles make numbers equal that differ: long integers beside reals, decimals.

    Only beyond 2^53 are doubles too few for integers; decimals and integers of any size come as objects.
    """
    with np.errstate(invalid="ignore"):
        suspects = np.flatnonzero((abs(doubles) >= _EXACT_INTEGERS).any(axis=0))
    if not len(suspects):
        return
    # A frame's own conversion has the loss in it, to objects as well.
    exact: Any = pa.table(X) if hasattr(X, "__arrow_c_stream__") else np.asarray(X, dtype=object)
    names = _names_of_columns(X)
    for column in suspects.tolist():
        listed = exact.column(column).to_pylist() if isinstance(exact, pa.Table) else exact[:, column].tolist()
        n_different = len({value for value in listed if not is_missing(value)})
        left = len(np.unique(doubles[~np.isnan(doubles[:, column]), column]))
        if left < n_different:
            where = repr(names[column]) if names is not None else str(column)
            what = Said(f"{n_different:,} different numbers in column {where}, of which {left:,} remain")
            remedy = "Subtract a constant from that column first, or leave it out."
            raise InputError(argument, "hold numbers that double precision tells apart", what, remedy)


def _no_numbers(argument: str, array: NDArray[Any], X: Any) -> InputError:
    remedy = "load_dataset(frame, target=…) encodes text." if hasattr(X, "columns") else ""
    return InputError(argument, "hold numbers", Said(f"an array of {array.dtype}"), remedy)


def _names_of_columns(X: ArrayLike) -> tuple[str, ...] | None:
    """Return the column names of a frame of pandas or polars, otherwise None."""
    columns = getattr(X, "columns", None)
    return None if columns is None else tuple(str(column) for column in columns)


def _default_names(n_columns: int, image_shape: tuple[int, int, int] | None) -> Iterator[str]:
    for column in range(n_columns):
        if image_shape is None:
            yield f"x{column}"
        else:
            row, rest = divmod(column, image_shape[1] * image_shape[2])
            yield f"pixel {row},{rest // image_shape[2]}"


def _rows_made_equal(exact: NDArray[Any], single: NDArray[np.float32]) -> tuple[int, list[int]]:
    """Count the rows that are now equal to an earlier one from which they differed.

    Returns also the columns in which they differed.
    """
    first: dict[int, int] = {}
    n_equal, columns = 0, np.zeros(exact.shape[1], bool)
    for row, values in enumerate(single):
        other = first.setdefault(hash(values.tobytes()), row)
        if other != row and (apart := tell_apart(exact[row], exact[other])).any():
            n_equal += 1
            columns |= apart
    return n_equal, np.flatnonzero(columns).tolist()
