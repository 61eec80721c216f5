"""Values of any container, a list, an array, a column of a frame, as one Arrow column of a plain type.

Lists are looked at value by value before NumPy makes text of them, for ``numpy.asarray(["a", nan])`` holds the word
``nan``. Categories, of whatever library, are taken apart; intervals (``pandas.cut``) become their text.
"""

from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.dataset.gaps import Column, is_missing, nan_is_null
from longtail.errors import InputError, Said

__all__ = ["Values", "is_bytes", "is_text", "one_dimensional", "plain"]

Values: TypeAlias = "Column | NDArray[Any]"
"""An Arrow column of one type, or an object array of mixed ones; what is missing is null, or ``None``."""

_ARROW = (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, TypeError, ValueError, OverflowError)
_WRITTEN_BY_NUMPY = ("nan", "None", "NaT", "<NA>")
"""What NumPy makes of a missing value among text; an array of text can hold none."""


@checked
def one_dimensional(argument: str, values: Any) -> Values:
    """Return the values of a container, one for each example.

    Parameters
    ----------
    argument : str
        The name to use in an error.
    values : array-like
        A list, an array of NumPy (masked or not), a column of pandas, polars or Arrow.

    Returns
    -------
    pyarrow.ChunkedArray or object array
        The latter where types are mixed, or integers have more than 64 bits. What is missing is null, or ``None``.

    Raises
    ------
    InputError
        If there is more than one value an example.

    Examples
    --------
    >>> one_dimensional("y", ["a", float("nan"), "b"]).to_pylist()
    ['a', None, 'b']
    >>> one_dimensional("y", np.ma.masked_array([1, 2], [False, True])).to_pylist()
    [1, None]
    """
    if isinstance(values, pa.Array | pa.ChunkedArray):
        column = pa.chunked_array([values]) if isinstance(values, pa.Array) else values
        return nan_is_null(plain(argument, column))
    if hasattr(values, "__arrow_c_stream__") and not hasattr(values, "columns"):
        try:
            return nan_is_null(plain(argument, pa.chunked_array(values)))
        except InputError:
            raise
        except _ARROW:  # The column has mixed types.
            pass
    return _of_array(argument, _array(argument, values))


def is_text(column: Column) -> bool:
    """Return whether the column is text."""
    return pa.types.is_string(column.type) or pa.types.is_large_string(column.type)


def is_bytes(kind: "pa.DataType") -> bool:
    """Return whether values of the type are bytes, in whatever layout."""
    layouts = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary, pa.types.is_binary_view)
    return any(is_layout(kind) for is_layout in layouts)


def plain(argument: str, column: Column) -> Column:
    """Return a column of numbers, text, dates or truth values alone.

    Dictionaries, views, extensions and run lengths are resolved.

    Raises
    ------
    InputError
        If its values are neither.
    """
    kind: Any = column.type
    chunks: list[Any] = list(column.chunks)
    if isinstance(kind, pa.BaseExtensionType):
        if kind.extension_name == "arrow.uuid":
            written = [None if each is None else str(each) for each in column.to_pylist()]
            return pa.chunked_array([pa.array(written, pa.large_string())])
        kind = kind.storage_type
        if pa.types.is_struct(kind) and {field.name for field in kind} >= {"left", "right"}:
            return pa.chunked_array([_intervals(chunk) for chunk in chunks], pa.large_string())
        return plain(argument, pa.chunked_array([chunk.storage for chunk in chunks], kind))
    if pa.types.is_run_end_encoded(kind):
        compute: Any = pc
        return plain(argument, pa.chunked_array([compute.run_end_decode(chunk) for chunk in chunks]))
    if pa.types.is_dictionary(kind):
        levels = [plain(argument, pa.chunked_array([chunk.dictionary])).combine_chunks() for chunk in chunks]
        taken = [level.take(chunk.indices) for level, chunk in zip(levels, chunks, strict=True)]
        return pa.chunked_array(taken) if taken else pa.chunked_array([], kind.value_type)
    if pa.types.is_string_view(kind):
        return column.cast(pa.large_string())
    if is_bytes(kind):
        return _decoded(argument, column)
    return column


def _intervals(chunk: Any) -> "pa.Array[Any]":
    closed = getattr(chunk.type, "closed", "right")
    opens, closes = "[" if closed in ("left", "both") else "(", "]" if closed in ("right", "both") else ")"
    return pa.array(
        [None if each is None or each["left"] is None else f"{opens}{each['left']}, {each['right']}{closes}"
         for each in chunk.storage.to_pylist()],
        pa.large_string(),
    )  # fmt: skip


def _decoded(argument: str, column: Column) -> Column:
    """Decode text that came as bytes."""
    try:
        return column.cast(pa.large_binary()).cast(pa.large_string())
    except pa.ArrowInvalid as error:
        raw = next(value for value in column.to_pylist() if value is not None and not _is_utf8(value))
        raise InputError(argument, "hold labels in UTF-8", raw, "Store them as text first.") from error


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _array(argument: str, values: Any) -> NDArray[Any]:
    """Return a NumPy array that keeps what a list holds: missing values among text, integers of any size."""
    if isinstance(values, Iterable) and not hasattr(values, "__array__") and not isinstance(values, str | bytes):
        listed = list(values)
        kinds = {type(value) for value in listed}
        if any(issubclass(kind, str | bytes) or kind is type(None) for kind in kinds) or not all(
            issubclass(kind, int | float | np.generic | list | tuple | np.ndarray) for kind in kinds
        ):
            return np.fromiter(listed, object, len(listed))
        if kinds and all(issubclass(kind, int) for kind in kinds) and max(map(abs, listed)) >= 2**63:
            return np.fromiter(listed, object, len(listed))
        values = listed
    try:
        array = values if isinstance(values, np.ndarray) else np.asarray(values)
    except ValueError as error:  # The lists have unequal lengths.
        raise InputError(argument, "hold one value an example", Said(str(error))) from error
    return array[:, 0] if array.ndim == 2 and array.shape[1] == 1 else array


def _of_array(argument: str, array: NDArray[Any]) -> Values:
    if array.ndim != 1:
        remedy = "Multilabel and multi-output targets are not handled."
        raise InputError(argument, "hold one label an example, shape (n,)", Said(f"shape {array.shape}"), remedy)
    gone = np.ma.getmaskarray(array) if isinstance(array, np.ma.MaskedArray) else None
    held = array.data if isinstance(array, np.ma.MaskedArray) else array
    if held.dtype.kind == "U":
        gone = np.isin(held, _WRITTEN_BY_NUMPY) | (False if gone is None else gone)
    elif held.dtype.kind in "OTV":
        return _of_objects(argument, held.astype(object), gone)
    elif held.dtype.kind == "c":
        raise InputError(argument, "hold whole numbers, strings or booleans", Said("complex numbers"))
    elif held.dtype.kind == "f":
        held = held.astype(np.float64)
    if not held.dtype.isnative:  # Arrow reads no swapped bytes, as big-endian archives hold them.
        held = held.astype(held.dtype.newbyteorder("="))
    if held.dtype.kind in "mM" and np.datetime_data(held.dtype)[0] not in ("D", "s", "ms", "us", "ns"):
        held = held.astype(f"{held.dtype.kind}8[s]")
    return nan_is_null(plain(argument, pa.chunked_array([_arrow(held, gone)])))


def _arrow(held: NDArray[Any], gone: NDArray[np.bool_] | None) -> "pa.Array[Any]":
    """Return an array as Arrow's.

    Plain numbers are wrapped as they are: otherwise Arrow would ask pandas, whose import takes a third of a second.
    """
    if gone is None and held.dtype.kind in "iuf" and held.dtype.itemsize > 2:
        numbers: Any = np.ascontiguousarray(held)
        wrapped: pa.Array[Any] = pa.Array.from_buffers(
            pa.from_numpy_dtype(held.dtype), len(held), [None, pa.py_buffer(numbers)]
        )
        return wrapped
    made: pa.Array[Any] = pa.array(held, from_pandas=True, mask=gone)
    return made


def _of_objects(argument: str, array: NDArray[Any], gone: NDArray[np.bool_] | None) -> Values:
    absent = np.fromiter((is_missing(value) for value in array), bool, len(array))
    absent |= False if gone is None else gone
    kinds = {type(value) for value in array[~absent]}
    if kinds and all(issubclass(kind, list | tuple | dict | set | np.ndarray) for kind in kinds):
        remedy = "Multilabel and multi-output targets are not handled."
        raise InputError(argument, "hold one value an example", array[~absent][0], remedy)
    if len(kinds) <= 1 and not any(issubclass(kind, float) for kind in kinds):
        try:
            return plain(argument, pa.chunked_array([pa.array(array, mask=absent, from_pandas=True)]))
        except InputError:
            raise
        except _ARROW:
            pass
    held = array.copy()
    held[absent] = None
    return held
