"""Roles of a table's columns: one is the target, others name groups, units or a text; the rest are features."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from longtail.dataset.column_choice import listed, require_column
from longtail.dataset.names import Named, named
from longtail.dataset.originals import MISSING
from longtail.dataset.target import AskedTask
from longtail.errors import InputError, Said, parameter

__all__ = ["Missing", "Roles", "check_roles", "role_names", "role_notes", "role_values", "rows_with_names"]

Missing = Literal["refuse", "drop", "group"]
"""What becomes of rows without a label or a group: refused; left out; or, of groups, a group of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """Roles of the columns of a table.

    Parameters
    ----------
    target : str or None
        Holds the labels.
    group, together : str or None
        Names subpopulations; says which rows are in or out of a subset together. No features.
    text : str or None
        Holds a text, whose words become features.
    drop : tuple of str
        Are left out.
    missing : {"refuse", "drop", "group"}
        What becomes of rows without a label or a group.
    task : {"classification", "regression"} or None
        What the target is; None where its values say so.
    """

    target: str | None = None
    group: str | None = None
    together: str | None = None
    text: str | None = None
    drop: tuple[str, ...] = ()
    missing: Missing = "refuse"
    task: AskedTask | None = None

    @property
    def special(self) -> tuple[str, ...]:
        """Columns that are no features, whatever they hold."""
        return tuple(name for name in (self.target, self.group, self.together, *self.drop) if name is not None)


def check_roles(columns: list[str], roles: Roles) -> str:
    """Refuse roles that no column can play, and return the target otherwise."""
    if roles.missing not in get_args(Missing):
        raise InputError("missing", f"be {', '.join(get_args(Missing)[:-1])} or group", roles.missing)
    if roles.target is None:
        shown = ", ".join(columns[:12]) + (", …" if len(columns) > 12 else "")
        raise InputError("target", "name the column that holds the labels", Said(f"none; the columns are {shown}"))
    asked = (("target", roles.target), ("group", roles.group), ("together", roles.together))
    for argument, column in (*asked, ("text", roles.text), *(("drop", column) for column in roles.drop)):
        if column is not None:
            require_column(argument, columns, column)
    for argument, column in asked[1:]:
        if column == roles.target:
            raise InputError(argument, f"name another column than {parameter('target')}", column)
    if roles.target in (roles.text, *roles.drop):
        raise InputError("target", f"be neither the {parameter('text')} nor left out", roles.target)
    if roles.text is not None and roles.text in (roles.group, roles.together, *roles.drop):
        raise InputError("text", "name a column of its own", roles.text)
    return roles.target


def rows_with_names(table: pa.Table, roles: Roles, target: str) -> tuple[NDArray[np.intp], list[str]]:
    """Return the rows that have a label, and a group if groups are named, and what was set aside.

    Raises
    ------
    InputError
        If one has none, unless ``roles.missing`` says what becomes of it.
    """
    for argument, column in (("target", target), ("group", roles.group), ("together", roles.together)):
        if column is not None and pa.types.is_nested(table.column(column).type):
            what = Said(f"column {column!r} of {table.column(column).type}")
            remedy = "Multilabel and multi-output targets are not handled."
            raise InputError(argument, "hold one value a row", what, remedy)
    kept = np.ones(table.num_rows, bool)
    said = []
    labels = named("target", table.column(target), by_size=True)
    for argument, column, found in (("target", target, labels), *_groups(table, roles)):
        if not found.missing.any():
            continue
        count, first = int(found.missing.sum()), int(found.missing.argmax())
        if roles.missing == "refuse" or (roles.missing == "group" and argument == "target"):
            what = Said(f"{count} missing in column {column!r}, the first in row {first}")
            raise InputError(
                argument, "have a value in every row", what, f"Set those rows aside with {parameter('missing')} drop."
            )
        if roles.missing == "group":
            said.append(f"Rows without a {column!r} are a group of their own, {MISSING!r}: {count:,}.")
            continue
        kept &= ~found.missing
        said.append(f"Rows without a {column!r} are left out, as asked: {count:,}.")
    if not kept.any():
        raise InputError("data", "have a row with a label", Said("none"))
    return np.flatnonzero(kept), said


def role_values(table: pa.Table, column: str, argument: str, roles: Roles) -> NDArray[np.object_]:
    """Return names of groups or units as text, one for each row. A missing name is ``None``."""
    found = named(argument, table.column(column))
    stand_in = MISSING if argument == "group" and roles.missing == "group" else None
    values: NDArray[np.object_] = np.array([*found.names, stand_in], object)[found.codes]
    return values


def role_notes(roles: Roles) -> Iterable[str]:
    """Say which columns are no features, and why."""
    if roles.group is not None:
        yield f"Column {roles.group!r} names the subpopulations and is not used as a feature."
    if roles.together is not None:
        yield f"Rows with one value of {roles.together!r} are in or out together; it is not a feature."
    if roles.drop:
        yield f"Left out as asked: {listed(roles.drop)}."


def role_names(roles: Roles) -> Iterable[tuple[str, str]]:
    """Name each column that is no feature, and what it is instead."""
    yield from ((column, "left out as asked") for column in roles.drop)
    known = ((roles.together, "what rows stay together by"), (roles.group, "the group"), (roles.target, "the target"))
    yield from ((column, what) for column, what in known if column is not None)


def _groups(table: pa.Table, roles: Roles) -> list[tuple[str, str, Named]]:
    return [] if roles.group is None else [("group", roles.group, named("group", table.column(roles.group)))]
