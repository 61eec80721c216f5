"""A column of text as what it says: whole numbers, truth values, dates, times, numbers, or text after all.

Files of text have no types, so that each column is read by all its values: it is of a type if every one of them that is
not a gap is. What a column is *called* (labels, groups, units) is read as it is written, in
:mod:`longtail.dataset.names`, and never passes through here: the code ``007`` is not the number 7.
"""

from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from longtail.arguments import checked
from longtail.dataset.gaps import Column, without_blanks

__all__ = ["typed"]

_TRUE, _FALSE = ("1", "True", "TRUE", "true"), ("0", "False", "FALSE", "false")
_TIME = r"^\d{2}:\d{2}(:\d{2}(\.\d+)?)?$"
_LONG = r"\d[\d.]{15,}"
_NUMERIC = r"^[+-]?(\d|\.\d|inf|nan|0x)"
_INSTANTS = (pa.timestamp("s"), pa.timestamp("ns"), pa.timestamp("s", "UTC"), pa.timestamp("ns", "UTC"))


@checked
def typed(column: Column) -> Column:
    """Return the column in its own type. A column of text stays the same.

    Examples
    --------
    >>> columns = [pa.chunked_array([text]) for text in (["3", None], ["3.5", " 4"], ["2020-01-31"], ["12:30"], ["x"])]
    >>> [str(typed(column).type) for column in columns]
    ['int64', 'double', 'date32[day]', 'time32[ms]', 'string']
    """
    known = without_blanks(column.drop_null())
    if not len(known):
        return pa.chunked_array([pa.nulls(len(column))])
    first = known[0].as_py()
    if pc.match_substring_regex(pa.scalar(first), _NUMERIC, ignore_case=True).as_py():
        kinds: tuple[pa.DataType, ...] = (pa.int64(), pa.bool_(), pa.date32(), *_INSTANTS, pa.float64())
    else:
        kinds = (pa.bool_(), pa.float64())
    trimmed = without_blanks(column)
    for kind in kinds:
        found = _truth(trimmed) if kind == pa.bool_() else _cast(trimmed, kind)
        if found is not None:
            return _exact(trimmed) if pa.types.is_floating(found.type) and _is_lossy(trimmed, found) else found
    return column if (times := _times(trimmed)) is None else times


def _is_lossy(column: Column, numbers: Column) -> bool:
    """Return whether double precision makes some texts equal that have more digits than it holds."""
    long = pc.match_substring_regex(column, _LONG)
    return bool(pc.any(long).as_py()) and len(column.unique()) > len(numbers.unique())


def _exact(column: Column) -> Column:
    """Convert numbers of many digits to decimals.

    They become doubles if they have exponents, or more digits than decimals hold.
    """
    texts = [None if text is None else str(text) for text in column.to_pylist()]
    try:
        n_after = max(len(text.partition(".")[2]) for text in texts if text is not None)
        return pa.chunked_array([pa.array([None if text is None else Decimal(text) for text in texts])]).cast(
            pa.decimal256(76, n_after)
        )
    except (pa.ArrowInvalid, ArithmeticError, ValueError):
        return column.cast(pa.float64())


def _cast(column: Column, kind: pa.DataType) -> "Column | None":
    try:
        return column.cast(kind)
    except pa.ArrowInvalid:
        return None


def _truth(column: Column) -> "Column | None":
    true, false = (pc.is_in(column, value_set=pa.array(words, column.type)) for words in (_TRUE, _FALSE))
    if not pc.all(pc.or_(pc.or_(true, false), pc.is_null(column))).as_py():
        return None
    found: Column = pc.if_else(pc.is_valid(column), true, pa.scalar(None, pa.bool_()))
    return found


def _times(column: Column) -> "Column | None":
    """Times of the day in milliseconds, of ``12:30``, ``12:30:00`` or ``12:30:00.250``."""
    if not pc.all(pc.match_substring_regex(column, _TIME)).as_py():
        return None
    hours, minutes = (pc.utf8_slice_codeunits(column, start, start + 2).cast(pa.int32()) for start in (0, 3))
    rest = pc.utf8_slice_codeunits(column, 6)
    none = pc.equal(pc.utf8_length(rest), pa.scalar(0, pa.int32()))
    seconds = pc.if_else(none, pa.scalar("0", rest.type), rest).cast(pa.float64())
    whole = pc.add(pc.multiply(hours, 3600), pc.multiply(minutes, 60)).cast(pa.float64())
    milliseconds = pc.multiply(pc.add(whole, seconds), 1000.0)
    if pc.max(milliseconds).as_py() >= 86_400_000:
        return None
    found: Column = pc.round(milliseconds).cast(pa.int32()).cast(pa.time32("ms"))
    return found
