"""Dataclasses to plain, JSON-able data and back, by their annotations."""

import json
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from functools import cache, partial
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np

from longtail.arguments.aliases import resolved
from longtail.estimate import Estimate

__all__ = ["from_plain", "json_parts", "to_plain"]

_AT_A_TIME = 8192
"""Entries of a list that are written as one part."""


def to_plain(value: Any) -> Any:
    """Turn dataclasses, lists, arrays and scalars into what JSON can hold. NaN becomes ``None``."""
    if isinstance(value, Estimate):
        return value.to_json()
    if is_dataclass(value):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, np.ndarray) and value.dtype.kind == "T":
        return value.tolist()
    if isinstance(value, np.ndarray):
        return _without_nan(value.tolist()) if np.isnan(value).any() else value.tolist()
    if isinstance(value, list):
        return value if value and type(value[0]) is str else [to_plain(item) for item in value]
    if isinstance(value, float) and value != value:
        return None
    return value


def json_parts(value: Any) -> Iterator[str]:
    """Write dataclasses, lists and arrays as JSON in parts, which together are the text of :func:`to_plain`.

    So a long column is never there as plain numbers and as text at once. The first part of a dataclass is its brace.

    Examples
    --------
    >>> list(json_parts(np.array([1.5, np.nan])))
    ['[', '1.5,null', ']']
    """
    if is_dataclass(value) and not isinstance(value, Estimate):
        yield "{"
        for place, field in enumerate(fields(value)):
            yield f'{"," if place else ""}"{field.name}":'
            yield from json_parts(getattr(value, field.name))
        yield "}"
    elif (isinstance(value, list) or (isinstance(value, np.ndarray) and value.ndim)) and len(value):
        yield "["
        at_a_time = 1 if is_dataclass(value[0]) else _AT_A_TIME
        for start in range(0, len(value), at_a_time):
            if start:
                yield ","
            if is_dataclass(value[start]):
                yield from json_parts(value[start])
            else:
                yield _json(value[start : start + at_a_time])[1:-1]
        yield "]"
    else:
        yield _json(value)


def _json(value: Any) -> str:
    return json.dumps(to_plain(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _without_nan(numbers: Any) -> Any:
    """``None`` for NaN, at any depth of lists."""
    if isinstance(numbers, list):
        return [_without_nan(number) for number in numbers]
    return None if numbers != numbers else numbers


def from_plain(kind: Any, value: Any) -> Any:
    """Rebuild ``value`` as an instance of the annotated type ``kind``."""
    return _reader(kind)(value)


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    """Make what rebuilds values of one annotated type, once: findings hold thousands of a few types."""
    kind = resolved(kind)
    if get_origin(kind) is UnionType:
        (some,) = (_reader(option) for option in get_args(kind) if option is not NoneType)
        return lambda value: None if value is None else some(value)
    if get_origin(kind) is list:
        (item,) = get_args(kind)
        read = _reader(item)
        return _texts if item is str else lambda value: [read(part) for part in value]
    if get_origin(kind) is np.ndarray and get_args(kind)[1] is np.dtypes.StringDType:
        return partial(np.array, dtype=np.dtypes.StringDType(coerce=False))
    if get_origin(kind) is np.ndarray:
        number = get_args(get_args(kind)[1])[0]
        return partial(_array, number=get_origin(number) or number)
    if is_dataclass(kind) and isinstance(kind, type):
        return lambda value: kind(**{name: read(value[name]) for name, read in _readers(kind) if name in value})
    return _number_or_gap if kind is float else _itself


@cache
def _readers(kind: type) -> list[tuple[str, Callable[[Any], Any]]]:
    """Make what rebuilds each field of a dataclass, when the first is read: a field may be of the same class."""
    hints = get_type_hints(kind)
    return [(field.name, _reader(hints[field.name])) for field in fields(kind)]


def _number_or_gap(value: Any) -> Any:
    return float("nan") if value is None else value


def _itself(value: Any) -> Any:
    return value


def _texts(value: Any) -> Any:
    """Taken as they are, as there may be a million."""
    if not isinstance(value, list) or not all(type(text) is str for text in value):
        raise ValueError("a list of texts expected")
    return value


def _array(value: Any, number: Any) -> Any:
    """Make a read-only array, in which ``None`` becomes NaN.

    Whole numbers must be whole: nothing is rounded on the way in.

    Where any number will do, whole ones stay whole.
    """
    array = np.array(value) if number is np.number else None
    if array is None or array.dtype.kind not in "if":
        array = np.array(value, dtype=np.float64 if number is np.number or issubclass(number, np.floating) else None)
    if issubclass(number, np.integer):
        if array.size and array.dtype.kind != "i":
            raise ValueError(f"whole numbers expected; got {array.dtype}")
        array = array.astype(number)
    array.flags.writeable = False
    return array
