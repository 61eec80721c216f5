"""Findings as a person meets them in Python: one line where they are printed, a table where a notebook shows them."""

import html
from collections.abc import Sequence

__all__ = ["ShownAsTable"]


class ShownAsTable:
    """A part of the findings that tells itself as a small table.

    Examples
    --------
    >>> class Two(ShownAsTable):
    ...     def _shown(self):
    ...         return "two numbers", ("name", "value"), [("a", "1"), ("b", "<2>")]
    >>> Two()
    <two numbers: a 1; b <2>>
    >>> Two()._repr_html_().count("<tr>")
    3
    """

    __slots__ = ()

    def _shown(self) -> tuple[str, Sequence[str], Sequence[Sequence[str]]]:
        """Return what it is, names of columns, and rows: first a name, then the number to see first."""
        raise NotImplementedError

    def __repr__(self) -> str:
        title, _, rows = self._shown()
        first = "; ".join(f"{row[0]} {row[1]}" for row in rows[:3])
        more = f"; and {len(rows) - 3:,} more" if len(rows) > 3 else ""
        return f"<{title}: {first}{more}>" if rows else f"<{title}>"

    def _repr_html_(self) -> str:
        """Return all rows as a table, for a notebook."""
        title, columns, rows = self._shown()
        head = "".join(f"<th>{html.escape(name)}</th>" for name in columns)
        body = "".join(f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
        caption = html.escape(title)
        return f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
