"""What is called by a name, a class, a group, a unit that stays together: codes and names of a column.

Text is a name as it is written, without blanks around it: ``007`` is not ``7``, ``250.0`` not ``250.00``. Numbers that
are equal have one name, whatever their type: ``1``, ``1.0`` and, among numbers, ``True``. A value that is missing
has no name.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral, Number, Real
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.dataset.arrow_columns import Values, is_text, one_dimensional
from longtail.errors import InputError, Said

__all__ = ["NO_NAME", "Named", "look_alikes", "named", "number_of"]

NO_NAME = -1
"""The code of a value that is missing."""

_UNSEEN = ("Cc", "Cf")
"""Control characters, and those that format: a joiner of no width, a byte order mark."""

_MOST_COMPARED, _MOST_SHOWN = 10_000, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A column of names.

    Parameters
    ----------
    codes : (n,) int64 array
        Position of each value's name in ``names``; ``NO_NAME`` where it is missing.
    names : tuple of str
        In order: numbers by size, text by the alphabet.
    fraction : object or None
        A value that is a number and not whole, if there is one.
    n_joined : int
        How many spellings were joined with another for the blanks around them.
    """

    codes: NDArray[np.int64]
    names: tuple[str, ...]
    fraction: object = None
    n_joined: int = 0

    @property
    def missing(self) -> NDArray[np.bool_]:
        """Mask of the places without a name."""
        absent: NDArray[np.bool_] = self.codes == NO_NAME
        return absent

    def require_all(self, argument: str, law: str, remedy: str) -> None:
        """Refuse a value that is missing, and say where the first is."""
        if self.missing.any():
            count, first = int(self.missing.sum()), int(self.missing.argmax())
            what = Said(f"{count:,} missing {'value' if count == 1 else 'values'}, the first in row {first}")
            raise InputError(argument, law, what, remedy)


@checked
def named(argument: str, values: Any, *, by_size: bool = False) -> Named:
    """Return codes and names of values, one for each example.

    Parameters
    ----------
    argument : str
        The name to use in an error.
    values : array-like
        See :func:`~longtail.dataset.arrow_columns.one_dimensional`.
    by_size : bool
        Whether text that is numbers is ordered by size, as numbers are.

    Examples
    --------
    >>> found = named("y", [1, 1.0, True, 10, 2, None])
    >>> found.names, found.codes.tolist()
    (('1', '2', '10'), [0, 0, 0, 2, 1, -1])
    >>> named("zip", [" 01", "1", "01"]).names
    ('01', '1')
    """
    held = one_dimensional(argument, values)
    different, codes = _factorized(argument, held)
    try:
        names = [_name(value, all(isinstance(each, bool | np.bool_) for each in different)) for value in different]
    except UnicodeDecodeError as error:
        raise InputError(argument, "hold labels in UTF-8", error.object, "Store them as text first.") from error
    numbers = {name: value for name, value in zip(names, different, strict=True) if isinstance(value, Number)}
    known = sorted(set(names))
    if len(numbers) == len(known):
        known.sort(key=lambda name: (numbers[name], name))
    elif by_size and all(number_of(name) is not None for name in known):
        known.sort(key=lambda name: (number_of(name), name))
    place = {name: code for code, name in enumerate(known)}
    table = np.array([*(place[name] for name in names), NO_NAME], np.int64)
    return Named(
        codes=table[codes], names=tuple(known), fraction=_fraction(different), n_joined=len(names) - len(known)
    )


@checked
def number_of(text: str) -> float | None:
    """Return the finite number that a text is, if it is one.

    Examples
    --------
    >>> number_of("007"), number_of("1e3"), number_of("1_000"), number_of("inf")
    (7.0, 1000.0, None, None)
    """
    if "_" in text:
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    return number if np.isfinite(number) else None


@checked
def look_alikes(names: Sequence[str]) -> list[str]:
    """Return a few names that differ in case, blanks, the form of their letters or unseen characters alone.

    They are probably names of one thing.

    Examples
    --------
    >>> look_alikes(["true", "True", "False"])
    ["'True' and 'true'"]
    >>> look_alikes(["oak", "oak\\u200b"])
    ["'oak' and 'oak\\\\u200b'"]
    """
    if len(names) > _MOST_COMPARED:
        return []
    kin: dict[str, list[str]] = defaultdict(list)
    for name in names:
        kin[_as_seen(name)].append(name)
    found = [" and ".join(repr(name) for name in sorted(alike)[:2]) for alike in kin.values() if len(alike) > 1]
    return found[:_MOST_SHOWN] + (["…"] if len(found) > _MOST_SHOWN else [])


def _as_seen(name: str) -> str:
    """Return a name without what no one sees: case, blanks, the form of letters, characters without a width."""
    letters = unicodedata.normalize("NFKC", name).casefold()
    return "".join(each for each in letters if not (each.isspace() or unicodedata.category(each) in _UNSEEN))


def _factorized(argument: str, held: Values) -> tuple[list[Any], NDArray[np.int64]]:
    """Return the different values, and for each place the position of its value.

    A place without a value has the number of values as its position.
    """
    if isinstance(held, pa.ChunkedArray):
        if pa.types.is_nested(held.type):
            remedy = "Multilabel and multi-output targets are not handled."
            raise InputError(argument, "hold one value a row", Said(f"values of {held.type}"), remedy)
        known = held.unique().drop_null()
        places: Any = pc.index_in(held, value_set=known)
        plain_types = is_text(held) or pa.types.is_integer(held.type) or pa.types.is_floating(held.type)
        if not (plain_types or pa.types.is_boolean(held.type) or pa.types.is_decimal(held.type)):
            known = known.cast(pa.large_string())  # Dates and times become the text in which they are written.
        return known.to_pylist(), _whole(places.fill_null(len(known)) if places.null_count else places)
    place: dict[Any, int] = {}
    try:
        listed = [place.setdefault(value, len(place)) if value is not None else NO_NAME for value in held.tolist()]
    except TypeError as error:  # The value has no hash, as a list has none.
        raise InputError(argument, "hold one value an example", Said(str(error))) from error
    codes = np.array(listed, np.int64)
    return list(place), np.where(codes == NO_NAME, len(place), codes)


def _whole(numbers: Any) -> NDArray[np.int64]:
    """Return a column of 32-bit numbers, none missing.

    Their memory is read as it is: Arrow's own way, like filling, imports pandas, which takes a third of a second.
    """
    parts = [
        np.frombuffer(part.buffers()[1], np.int32, len(part), 4 * part.offset) for part in numbers.chunks if len(part)
    ]
    return np.concatenate([np.zeros(0, np.int64), *parts])


def _name(value: Any, all_truth: bool) -> str:
    if isinstance(value, bytes):
        value = value.decode()
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool | np.bool_):
        return str(bool(value)) if all_truth else str(int(value))
    if isinstance(value, Integral):
        return str(int(value))
    if isinstance(value, Real) or type(value).__name__ == "Decimal":
        whole = value == value // 1 if np.isfinite(float(value)) else False
        return str(int(value)) if whole else str(value.item() if isinstance(value, np.generic) else value)
    return str(value)


def _fraction(different: list[Any]) -> object:
    """Return a number among the values that is not whole. Text counts as numbers if all of it is numbers."""
    if different and all(isinstance(value, str) for value in different):
        numbers = [number_of(value.strip()) for value in different]
        if any(number is None for number in numbers):
            return None
        return next((number for number in numbers if number is not None and number % 1 != 0), None)
    for value in different:
        if isinstance(value, Real) or type(value).__name__ == "Decimal":
            number = float(value)
            if not np.isfinite(number) or number % 1 != 0:
                return value.item() if isinstance(value, np.generic) else value
    return None
