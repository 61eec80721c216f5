"""Rows of a table beside each other: which value of one stands in the line of a column of another."""

from longtail.arguments import checked
from longtail.findings import View

__all__ = ["cell"]


@checked
def cell(view: View, leading: View, position: int) -> str | None:
    """Return the value of ``view`` in the column that ``leading`` lists at ``position``.

    Two views of one table list the same columns, or, of a wide table, each its own choice: then columns are matched
    by name. ``None`` if ``view`` does not list that column.

    Examples
    --------
    >>> first = View(kind="row", names=["age", "town"], values=["41", "Ulm"])
    >>> second = View(kind="row", names=["town", "pay"], values=["Bonn", "90"])
    >>> cell(second, first, 1), cell(second, first, 0)
    ('Bonn', None)
    """
    if view.names == leading.names:
        return view.values[position] if position < len(view.values) else None
    return dict(zip(view.names, view.values, strict=False)).get(leading.names[position])
