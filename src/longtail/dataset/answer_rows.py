"""Rows that models were asked about: the right answer to each, its group, and what its owner calls it.

Predictions come from anywhere, so nothing here is a feature: of a table every row counts, in the order of the file; of
an archive or a bundled data set the test examples do.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from longtail.arguments import checked
from longtail.array_types import Whole
from longtail.dataset.column_choice import require_column
from longtail.dataset.groups_and_units import given_units
from longtail.dataset.labels import encode_labels
from longtail.dataset.loading import load_dataset
from longtail.dataset.names import named
from longtail.dataset.tables import TABLES, column_names, read_table
from longtail.errors import InputError, Said

__all__ = ["ROW", "AnswerRows", "answer_rows"]

ROW = "row"
"""The name of a column that counts rows from 0, where rows have no other name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRows:
    """Right answers, and what rows are called.

    Parameters
    ----------
    labels : (n,) int array
        Codes into ``class_names``.
    class_names : tuple of str
    groups : (n,) int array or None
        Codes into ``group_names``; None where no group is given.
    group_names : tuple of str
    names : tuple of str
        What each row is called; its number where nothing names it.
    called : str
        The column that names rows, ``row`` for their numbers.
    target : str or None
        The column of the labels, where there is one.
    units : (n,) int array or None
        The unit of each row, where rows belong to units: no independent draws.
    notes : tuple of str
        What was chosen.
    """

    labels: Whole
    class_names: tuple[str, ...]
    groups: Whole | None
    group_names: tuple[str, ...]
    names: tuple[str, ...]
    called: str = ROW
    target: str | None = None
    units: Whole | None = None
    notes: tuple[str, ...] = ()


@checked
def answer_rows(
    data: str | Path,
    target: str | None = None,
    group: str | None = None,
    name: str | None = None,
    together: str | None = None,
) -> AnswerRows:
    """Read the rows that models were asked about.

    Parameters
    ----------
    data : str or Path
        A table, each of whose rows is one; or an archive or a bundled name, whose test examples are.
    target, group, name, together : str, optional
        Of a table: the columns of labels, of groups, of what rows are called, and of the units that rows belong to.

    Raises
    ------
    InputError
        If a column is not there, a label or a name is missing, or two rows have one name.
    """
    path = Path(data)
    if path.suffix.lower() not in TABLES:
        return _tested(str(data), target, group, name, together)
    if not path.is_file():
        raise InputError("data", "be a file that exists", str(path))
    columns = column_names(path)
    if target is None:
        raise InputError("target", "name the column of labels of a table", None)
    for argument, column in (("target", target), ("group", group), ("name", name), ("together", together)):
        if column is not None:
            require_column(argument, columns, column)
    table = read_table(path).table
    labels, class_names = encode_labels("target", table.column(target))
    groups: Whole | None = None
    group_names: tuple[str, ...] = ()
    if group is not None:
        found = named("group", table.column(group))
        found.require_all("group", "have a value in every row", "Set those rows aside first.")
        groups, group_names = found.codes, found.names
    numbers = tuple(map(str, range(table.num_rows)))
    names = numbers if name is None else _different("name", table.column(name))
    units, alone, _ = (None, 0, ()) if together is None else given_units(table.column(together), table.num_rows)
    return AnswerRows(
        labels=labels,
        class_names=class_names,
        groups=groups,
        group_names=group_names,
        names=names,
        called=name or ROW,
        target=target,
        units=units,
        notes=_said_of_units(units, alone),
    )


def _tested(data: str, target: str | None, group: str | None, name: str | None, together: str | None) -> AnswerRows:
    if name is not None:
        raise InputError("name", "be given for a table alone (.csv, .tsv, .parquet)", name)
    dataset = load_dataset(data, target, group, together=together)
    if not dataset.n_test:
        raise InputError("data", "have test examples, which models were asked about", Said("none"))
    if together is not None and dataset.together_test is None:
        remedy = f"Add an array {together}_test to the archive."
        raise InputError("together", "be known for test examples", Said("units of training examples alone"), remedy)
    return AnswerRows(
        labels=dataset.y_test,
        class_names=dataset.class_names,
        groups=dataset.group_test,
        group_names=() if dataset.group_test is None else dataset.group_names,
        names=tuple(str(row) for row in dataset.position_test.tolist()),
        units=dataset.together_test,
        notes=_said_of_units(dataset.together_test, 0),
    )


def _said_of_units(units: Whole | None, alone: int) -> tuple[str, ...]:
    if units is None:
        return ()
    each = f", {alone:,} of which are a row that names none" if alone else ""
    return (f"{len(units):,} rows are of {len(np.unique(units)):,} units{each}: intervals take units as draws.",)


def _different(argument: str, column: object) -> tuple[str, ...]:
    """Return names of rows, no two of which are the same."""
    found = named(argument, column)
    found.require_all(argument, "name every row", "Set those rows aside first.")
    if len(found.names) < len(found.codes):
        twice = found.names[int(np.bincount(found.codes).argmax())]
        raise InputError(argument, "name a column of names that differ", Said(f"{twice!r} more than once"))
    return tuple(found.names[code] for code in found.codes.tolist())
