"""Memorization against the number of near copies, beside the tail's tau, as a drawing."""

import math
from collections.abc import Sequence
from functools import partial

from matplotlib.axes import Axes

from longtail.findings.texts import CopiesRow
from longtail.report import numbers
from longtail.report.figures.svg import MUTED, SERIES, WARM, Panel, svg_file

__all__ = ["copies_svg", "named_copies"]

_WIDTH, _HEIGHT = 460, 320


def named_copies(row: CopiesRow) -> str:
    """Name the documents of a row by their near copies."""
    return f"{row.least}" if row.least == row.most else f"{row.least}–{row.most}"


def copies_svg(rows: Sequence[CopiesRow]) -> str:
    """Return the drawing as a file's text: memorization on the left, tau on the right."""
    told = "; ".join(f"{named_copies(row)}: {row.memorization.value:.3f}" for row in rows)
    known = [row for row in rows if row.tau is not None]
    frequencies = "; ".join(f"{row.least}: {row.tau.value:.3g}" for row in known if row.tau is not None)
    panels = [Panel(draw=partial(_memorization, rows=rows), label=f"Memorization by near copies. {told}")]
    if known:
        panels.append(Panel(draw=partial(_tau, rows=known), label=f"Tau by near copies. {frequencies}"))
    return svg_file(panels, width=_WIDTH, height=_HEIGHT)


def _memorization(axes: Axes, *, rows: Sequence[CopiesRow]) -> None:
    for place, row in enumerate(rows):
        one = row.memorization
        axes.plot([place], [one.value], "o", color=SERIES[0])
        if not math.isnan(one.low):
            axes.plot([place, place], [one.low, one.high], color=SERIES[0], linewidth=1.6)
    axes.axhline(0, color=MUTED, linewidth=0.8)
    _named(axes, rows)
    axes.set(ylabel="memorization, nats a token", title="measured")


def _tau(axes: Axes, *, rows: Sequence[CopiesRow]) -> None:
    for place, row in enumerate(rows):
        assert row.tau is not None
        axes.plot([place], [row.tau.value], "D", color=WARM)
        axes.plot([place, place], [row.tau.low, row.tau.high], color=WARM, linewidth=1.6)
    _named(axes, rows)
    axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.3g}{numbers.NARROW_SPACE}%")
    axes.set(ylabel="τ: frequency of such a kind", title="the price of not fitting one")
    axes.set_ylim(bottom=0)


def _named(axes: Axes, rows: Sequence[CopiesRow]) -> None:
    axes.set_xticks(range(len(rows)), [named_copies(row) for row in rows])
    axes.set_xlim(-0.5, max(len(rows), 1) - 0.5)
    axes.set(xlabel="near copies of a document")
