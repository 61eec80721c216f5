"""Columns that say which row it is, and nothing about it: row numbers and identifiers, which are no features.

A model that sees the row's number of a sorted file sees the label. Left out are whole numbers that count more
than fifty rows in their order, from 0 or 1; numbers that all differ under a name of identifiers (``PassengerId``,
``rownames``, ``Unnamed: 0.1``); and, under a name that ends in ``id``, what has more than fifty values, though they
recur: they name a unit. Of few values they may be kinds, and stay, as the numbers that they are, which is told.
"""

import re
from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from longtail.arguments import checked
from longtail.dataset.arrow_columns import is_text
from longtail.dataset.gaps import Column
from longtail.dataset.names import number_of

__all__ = ["COUNTS_ROWS", "identifier_law", "numbered_note"]

COUNTS_ROWS = "Whole numbers that count the rows in their order are left out: {}."
_ROW_NUMBERS = "Columns of row numbers and identifiers are left out: {}."
_RECURRING = "Columns of identifiers that recur are left out (name one as together if its rows belong together): {}."

_NUMBERED = (
    "Identifiers of few values are used as the numbers that they are, as if order and distance meant something (drop "
    "them, or write them as text to make each a level): {}."
)
_MANY = 50
_FEW = 10
_THINGS = (
    "account|admission|applicant|case|client|customer|device|employee|encounter|household|invoice|item|loan|member|"
    "order|participant|passenger|patient|person|policy|product|record|respondent|row|sample|sequence|serial|session|"
    "student|subject|ticket|transaction|user|visit"
)
_ID = re.compile(
    rf"((.*[ ._-])?(id|ids|uuid|guid|identifier)|(.*[ ._-])?({_THINGS})s?ids?)|(?-i:.*[a-z](Id|ID|UUID|Guid))",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    rf"|x|index|idx|row|rows|row[ ._-]?(names?|no|nr|num|number)|level_\d+|unnamed: \d+(\.\d+)*|key|record|case|"
    rf"(.*[ ._-])?(no|nr|num|number|key)|({_THINGS})[ ._-]?(no|nr|num|number|key)",
    re.IGNORECASE,
)


@checked
def identifier_law(columns: Mapping[str, Column]) -> dict[str, str]:
    """Map the names of columns that are no features to the sentence that says why.

    Examples
    --------
    >>> rows = pa.chunked_array([list(range(1, 61))])
    >>> mixed = pa.chunked_array([[7 * i % 61 for i in range(1, 61)]])
    >>> sorted(identifier_law({"n": rows, "PassengerId": mixed, "age": mixed, "age in order": rows.slice(3)}))
    ['PassengerId', 'n']
    """
    found = {}
    for name, column in columns.items():
        if law := _law(name, column):
            found[name] = law
    return found


@checked
def numbered_note(columns: Mapping[str, Column]) -> list[str]:
    """Name the features that are numbers by their type and identifiers by their name. Empty where there are none.

    Examples
    --------
    >>> numbered_note({"storeId": pa.chunked_array([[1, 2, 2]]), "paid": pa.chunked_array([[1, 2, 2]])})[0][-24:]
    "a level): 'storeId' (2)."
    """
    found = []
    for name, column in columns.items():
        whole = pa.types.is_integer(column.type) or _holds_whole_numbers(column)
        n_different = len(column.drop_null().unique()) if whole and _ID.fullmatch(name.strip()) else 0
        if n_different > 1:
            found.append(f"{name!r} ({n_different})")
    return [_NUMBERED.format(", ".join(found))] if found else []


def _law(name: str, column: Column) -> str:
    whole = pa.types.is_integer(column.type) or _holds_whole_numbers(column)
    if not (whole or is_text(column)) or not len(column):
        return ""
    known = column.drop_null()
    n_different = len(known.unique())
    all_differ = n_different == len(known) and n_different > _FEW
    if whole and all_differ and len(column) > _MANY and not column.null_count and _counts_rows(known):
        return COUNTS_ROWS
    called_id = _ID.fullmatch(name.strip()) is not None
    digits = whole or (all_differ and number_of(known[0].as_py()) is not None)
    if all_differ and digits and (called_id or _NUMBER.fullmatch(name.strip())):
        return _ROW_NUMBERS
    # Text whose values all differ is left out anyway.
    recurs = n_different > _MANY and not (all_differ and is_text(column))
    return _RECURRING if called_id and recurs else ""


def _holds_whole_numbers(column: Column) -> bool:
    """Return whether real numbers are whole ones, as pandas keeps a count where a gap once was."""
    if not pa.types.is_floating(column.type):
        return False
    numbers = np.asarray(column.drop_null().to_numpy())
    return bool((np.isfinite(numbers) & (numbers == np.floor(numbers))).all())


def _counts_rows(column: Column) -> bool:
    first = column[0].as_py()
    if first not in (0, 1):
        return False
    return bool((np.asarray(column.to_numpy()) == np.arange(first, first + len(column))).all())
