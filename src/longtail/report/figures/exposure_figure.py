"""Exposure against memorization, a dot for each example: the tail is on the right, and an attacker sees it on top."""

import math
from collections.abc import Sequence
from functools import partial

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from longtail.errors import InputError
from longtail.findings import MembershipFindings
from longtail.report import numbers
from longtail.report.figures.svg import ACCENT, MUTED, Panel

__all__ = ["draw_exposure", "exposure_panel"]

_COIN = 0.5
_RANGES = (
    ("memorization below 0.25", -math.inf, 0.25),
    ("0.25 to 0.5", 0.25, 0.5),
    ("0.5 to 0.75", 0.5, 0.75),
    ("0.75 and more", 0.75, math.inf),
)


def draw_exposure(axes: Axes, *, memorization: Sequence[float], vulnerability: Sequence[float]) -> None:
    """Draw a translucent dot for each example, so that crowds are darker.

    A dashed line stands where an attacker might toss a coin.

    Parameters
    ----------
    axes : Axes
        Drawn on.
    memorization, vulnerability : sequence of float
        Of each example, in the same order.

    Raises
    ------
    InputError
        If one holds more examples than the other.
    """
    if len(memorization) != len(vulnerability):
        raise InputError("vulnerability", f"hold {len(memorization)} values, as memorization does", len(vulnerability))
    axes.axhline(_COIN, color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)))
    axes.plot(
        memorization,
        vulnerability,
        linestyle="none",
        marker="o",
        markersize=4.5,
        color=ACCENT,
        alpha=0.5,
        markeredgewidth=0,
    )
    axes.set_xlim(min([-0.1, *memorization]) - 0.03, 1.03)
    axes.set_ylim(min([0.4, *vulnerability]) - 0.03, 1.03)
    axes.set(xlabel="memorization", ylabel="told apart")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda share, _: numbers.exactly(share)))


def exposure_panel(found: MembershipFindings) -> Panel:
    """Return the drawing and, for those who do not see it, its means over four ranges of memorization.

    Raises
    ------
    InputError
        If these findings keep no scatter.
    """
    if found.scatter is None:
        raise InputError("findings", "keep the scatter of exposure and memorization", found.scatter)
    points = list(zip(found.scatter.memorization, found.scatter.vulnerability, strict=True))
    draw = partial(draw_exposure, memorization=found.scatter.memorization, vulnerability=found.scatter.vulnerability)
    return Panel(draw=draw, label="Exposure against memorization. " + "; ".join(_words(points)))


def _words(points: Sequence[tuple[float, float]]) -> list[str]:
    said = []
    for where, low, high in _RANGES:
        within = [exposed for memorized, exposed in points if low <= memorized < high]
        if within:
            mean = numbers.decimal(sum(within) / len(within))
            said.append(f"{where}: {numbers.count(len(within))}, on average {mean}")
    return said
