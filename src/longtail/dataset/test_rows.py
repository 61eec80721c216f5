"""Test rows that come in a file of their own: read as the data are, below them in one table, or refused by name.

A column must be there in both, and say the same in both: numbers, dates and times, or text. Of files of text that is
what all values of the column say, file by file, so that one word among the numbers of a test file is no reason to take
the numbers of the training file for words.
"""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from longtail.dataset.column_choice import listed
from longtail.dataset.gaps import Column, without_blanks
from longtail.dataset.labels import label_names
from longtail.dataset.names import named
from longtail.dataset.roles import Roles, check_roles
from longtail.dataset.tables import ReadTable
from longtail.dataset.target import is_quantity
from longtail.dataset.typed_columns import typed
from longtail.dataset.written_numbers import written_numbers
from longtail.errors import InputError, Said, parameter

__all__ = ["with_test_rows"]


def with_test_rows(read: ReadTable, held: ReadTable, roles: Roles) -> tuple[ReadTable, int]:
    """Put test rows below the data.

    Parameters
    ----------
    read, held : ReadTable
        The data, and the test rows.
    roles : Roles
        What the columns are for.

    Returns
    -------
    ReadTable
        All rows.
    int
        How many of them, at the top, are not test rows.

    Raises
    ------
    InputError
        If columns are not the same, one holds something else than in the data, or a class or a group is not there.
    """
    if read.from_text != held.from_text:
        kinds = ["text, as CSV is" if part.from_text else "typed columns, as Parquet has" for part in (held, read)]
        raise InputError("test", "be a file of the same kind as the data", Said(f"{kinds[0]}, not {kinds[1]}"))
    target = check_roles(read.table.column_names, roles)
    unused = (*roles.drop, *read.index, *held.index)
    names = [name for name in read.table.column_names if name not in unused]
    others = [name for name in held.table.column_names if name not in unused]
    _require_columns(names, others)
    for name in names:
        if name not in (target, roles.group, roles.together):
            _require_alike(name, read, held)
    if not is_quantity("target", read.table.column(target), roles.task, target):
        _require_labels("classes", read.table.column(target), held.table.column(target))
    if roles.group is not None:
        _require_labels("groups", read.table.column(roles.group), held.table.column(roles.group))
    table = _below(read.table, _with_all_columns(held.table, read.table), read.from_text)
    return replace(read, table=table, notes=_notes(read, held)), read.table.num_rows


def _require_columns(names: list[str], others: list[str]) -> None:
    law = "have the columns of the data"
    if missing := [name for name in names if name not in others]:
        raise InputError("test", law, Said(f"none named {listed(missing)}"))
    if strange := [name for name in others if name not in names]:
        remedy = f"Leave it out with {parameter('drop')}, if the data have it, or remove it."
        raise InputError("test", law, Said(f"{listed(strange)} besides"), remedy)


def _require_alike(name: str, read: ReadTable, held: ReadTable) -> None:
    """Refuse a column that says something else in the test rows than in the data."""
    here, there = (_said(part.table.column(name), part.from_text) for part in (read, held))
    if "nothing" in (here, there) or here == there:
        return
    example = _first_other(held.table.column(name)) if there == "text" and held.from_text else ""
    what = Said(f"{there}{example} in column {name!r}, where the data have {here}")
    raise InputError("test", "have columns that say what those of the data say", what)


def _said(column: Column, from_text: bool) -> str:
    """Say in a word what a column holds."""
    column = typed(column) if from_text else column
    kind: pa.DataType = column.type
    if pa.types.is_null(kind) or column.null_count == len(column):
        return "nothing"
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if (
        pa.types.is_boolean(kind)
        or pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_decimal(kind)
    ):
        return "numbers"
    if pa.types.is_temporal(kind):
        return "times of the day" if pa.types.is_time(kind) else "dates"
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return (
            "text"
            if pa.types.is_dictionary(column.type) or written_numbers(without_blanks(column)) is None
            else "numbers"
        )
    return str(kind)


def _first_other(column: Column) -> str:
    """Quote the first value that is no number, where some are."""
    bare = without_blanks(column.drop_null())
    numeric = np.asarray(pc.match_substring_regex(bare, r"^[+-]?(\d|\.\d)").to_numpy())
    return f" ({bare[int((~numeric).argmax())].as_py()!r})" if numeric.any() and not numeric.all() else ""


def _require_labels(what: str, here: Column, there: Column) -> None:
    """Refuse a class or a group of which the data have no row."""
    known = set(label_names("target", here).names) if what == "classes" else set(named("group", here).names)
    found = label_names("test", there).names if what == "classes" else named("group", there).names
    if strange := [name for name in found if name not in known]:
        raise InputError("test", f"hold only {what} that the data hold", Said(listed(strange)))


def _with_all_columns(held: pa.Table, like: pa.Table) -> pa.Table:
    """Return the test rows with the columns of the data in their order, an unused one that is not there as missing."""
    return pa.table(
        {
            name: held.column(name) if name in held.column_names else pa.chunked_array([pa.nulls(held.num_rows)])
            for name in like.column_names
        }
    )


def _below(read: pa.Table, held: pa.Table, as_text: bool) -> pa.Table:
    """Return one table. Columns of text stay text, numbers of several types become the wider one."""
    parts = [{name: part.column(name) for name in read.column_names} for part in (read, held)]
    for name in read.column_names:
        if as_text or any(pa.types.is_dictionary(part[name].type) for part in parts):
            for part in parts:
                part[name] = part[name].cast(pa.large_string())
    try:
        return pa.concat_tables([pa.table(part) for part in parts], promote_options="permissive")
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
        raise InputError("test", "have columns of the types of the data", Said(str(error).splitlines()[0])) from error


def _notes(read: ReadTable, held: ReadTable) -> tuple[str, ...]:
    said = [note for note in held.notes if note not in read.notes]
    return (*read.notes, *(f"Of the test rows: {note}" for note in said))
