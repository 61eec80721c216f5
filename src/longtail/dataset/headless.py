"""Files of text without a line of names: their first row was read as the header, and is no example.

Names look like a row if half of the columns hold their own name as a value, or have a real number in the range of their
values as a name. Names that count the columns, ``0``, ``1``, ``2``, say nothing either way.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from longtail.arguments import checked
from longtail.dataset.column_choice import listed
from longtail.dataset.gaps import Column, without_blanks
from longtail.dataset.names import number_of

__all__ = ["no_header_note"]

_MOST_COLUMNS = 200
_SHARE, _FEWEST = 0.5, 2


@checked
def no_header_note(table: pa.Table) -> list[str]:
    """Return the sentence to say of a table of text whose names look like a row.

    Examples
    --------
    >>> rows = pa.table({"5.1": ["4.9", "6.3"], "setosa": ["setosa", "virginica"]})
    >>> no_header_note(rows)[0][:76]
    "The first line was taken for the names of columns, but looks like a row: '5."
    >>> no_header_note(rows.rename_columns(["length", "species"]))
    []
    """
    names = table.column_names[:_MOST_COLUMNS]
    alike = [name for place, name in enumerate(names) if _is_of_the_rows(name, place, table.column(place))]
    if len(alike) < max(_FEWEST, _SHARE * len(names)):
        return []
    return [
        f"The first line was taken for the names of columns, but looks like a row: {listed(names)}. If it is one, "
        "write a line of names above it."
    ]


def _is_of_the_rows(name: str, place: int, column: Column) -> bool:
    if name in (str(place), str(place + 1)):
        return False
    bare = without_blanks(column)
    if pc.any(pc.equal(bare, pa.scalar(name, bare.type))).as_py():
        return True
    number = number_of(name)
    if number is None or number == np.floor(number):
        return False
    numbers = [found for text in bare.unique().drop_null().to_pylist() if (found := number_of(str(text))) is not None]
    return len(numbers) > 0 and min(numbers) <= number <= max(numbers)
