"""A chart as plain data: what is drawn, what is said of it, and its numbers as a table.

The option is that of Apache ECharts, as JSON: the script of the page adds the look (fonts, lines, the tip) and nothing
else, so every number of a chart is decided, and tested, here. A datum that a reader can stop at has a ``text``: the tip
under the pointer, and what is spoken to those who come by keyboard.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["Cell", "Chart", "Column", "Datum", "Key", "Option"]

Cell = str | float | None
"""Of a table: text, a number, or nothing."""

Option = dict[str, Any]
"""Part of an ECharts option: plain JSON."""

Datum = dict[str, Any]
"""``value`` [x, y]; ``text``, a list of lines; ``example`` where the point is a training example with a view."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """An entry of the legend: a mark in its color, and what it stands for."""

    mark: Literal["dot", "diamond", "line", "dashed", "column", "band"]
    color: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of the table: its head, and the unit that its numbers are written in (see ``numbers.py``)."""

    title: str
    unit: Literal["text", "count", "difference", "percent", "level", "exactly"] = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One chart of the page.

    Parameters
    ----------
    name : str
        Unique on the page; part of its address and of the names of its downloads.
    title : str
        What it is, for those who do not see it.
    caption : str
        What it shows, how to read it, and what its intervals are.
    option : dict
        Of ECharts.
    height : int
        In CSS pixels.
    along : {"x", "y"}
        The axis that the arrow keys follow; across it they change the series.
    snap : {"x", "xy"}
        Whether the pointer finds the nearest point beside it, or the nearest in the plane.
    keys : list of Key
        The legend; empty where the chart labels itself.
    table, columns, rows
        Caption, columns and cells of the table behind the chart.
    """

    name: str
    title: str
    caption: str
    option: Option
    table: str
    columns: list[Column]
    rows: list[list[Cell]]
    height: int = 380
    along: Literal["x", "y"] = "x"
    snap: Literal["x", "xy"] = "xy"
    keys: list[Key] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return what the script needs to draw the chart."""
        return {"height": self.height, "along": self.along, "snap": self.snap, "option": self.option}
