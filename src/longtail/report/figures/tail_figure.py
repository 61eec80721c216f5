"""The paper's first figure as a file of its own: frequency against rank, with the band of frequencies that cost.

It takes the numbers of :mod:`longtail.tail.rank_frequency` as plain data, like all of the report.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullFormatter, NullLocator

from longtail.report import numbers
from longtail.report.figures.svg import ACCENT, MUTED, SERIES, WARM, Panel, svg_file

__all__ = ["draw_rank_frequency", "rank_frequency_svg"]

_WIDTH, _HEIGHT = 720, 440


def draw_rank_frequency(axes: Axes, *, curves: Sequence[Mapping[str, Any]]) -> None:
    """Draw frequency against rank, both logarithmic.

    The n of the last curve gives the line 1/n and the band.

    Parameters
    ----------
    axes : Axes
        Drawn on.
    curves : sequence of mappings
        As ``RankFrequency.to_json`` makes them.
    """
    once, (low, high) = curves[-1]["seen_once"], curves[-1]["costly_band"]
    axes.axhspan(low, high, color=WARM, alpha=0.15, linewidth=0)
    axes.axhline(once, color=WARM, linewidth=1.2, linestyle=(0, (4, 3)))
    for index, curve in enumerate(curves):
        color = SERIES[index % len(SERIES)]
        few = len(curve["ranks"]) <= 30
        axes.plot(
            curve["ranks"],
            curve["frequencies"],
            color=color,
            linewidth=1.8,
            marker="o" if few else None,
            markersize=4,
            label=curve["name"],
        )
        if curve["fitted_ranks"]:
            label = "fitted prior" if len(curves) == 1 else f"{curve['name']}, fitted"
            axes.plot(
                curve["fitted_ranks"],
                curve["fitted_frequencies"],
                color=ACCENT if len(curves) == 1 else color,
                linewidth=1.2,
                linestyle=(0, (1, 1.5)),
                label=label,
            )
    _scale(axes, once=once, low=low)
    axes.legend(frameon=False, loc="upper right")


def _scale(axes: Axes, *, once: float, low: float) -> None:
    """Logarithmic, with what is seen once named."""
    axes.set_xscale("log")
    axes.set_yscale("log")
    bottom, top = axes.get_ylim()
    axes.set_ylim(max(min(bottom, low / 2), low / 30), top)
    axes.set(xlabel="rank", ylabel="frequency")
    for text, height in (("1/n: seen once", once), ("1/(3n) to 2/n", low)):
        axes.annotate(
            text,
            xy=(0, height),
            xycoords=("axes fraction", "data"),
            xytext=(6, 4),
            textcoords="offset points",
            color=WARM if height == once else MUTED,
        )
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: numbers.count(x) if x >= 1 else ""))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{100 * y:g}{numbers.NARROW_SPACE}%"))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_minor_locator(NullLocator())
        axis.set_minor_formatter(NullFormatter())


def rank_frequency_svg(curves: Sequence[Mapping[str, Any]]) -> str:
    """Return the figure as a file's text, and the same bytes for the same numbers."""
    label = "Frequency against rank. " + "; ".join(
        f"{curve['name']}: {numbers.count(curve['ranks'][-1])} ranks among {numbers.count(curve['n_samples'])} examples"
        for curve in curves
    )
    panel = Panel(draw=partial(draw_rank_frequency, curves=curves), label=label)
    return svg_file([panel], width=_WIDTH, height=_HEIGHT)
