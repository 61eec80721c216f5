"""Drawings: each function takes numbers and an ``Axes``, and draws; nothing is global, nothing is returned.

Colors are the placeholders of ``svg.py``, so that one drawing follows the page into its dark scheme.
"""

from collections.abc import Sequence
from functools import partial
from itertools import pairwise

from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullFormatter, NullLocator

from longtail.findings import Findings, MembershipFindings, MemorizationFindings, Resolution, TailFindings
from longtail.report import numbers
from longtail.report.exposure_figure import exposure_drawing
from longtail.report.roc_figure import roc_drawing
from longtail.report.svg import ACCENT, MUTED, PAPER, SERIES, WARM, draw_svg

__all__ = ["draw_memorization", "draw_tail", "drawings", "series_index"]


def draw_memorization(
    axes: Axes, *, edges: Sequence[float], counts: Sequence[int], threshold: float, x_label: str
) -> None:
    """The histogram of memorization on a logarithmic count axis, warm from the threshold on."""
    widths = [right - left for left, right in pairwise(edges)]
    beyond = [left >= threshold - 1e-9 * width for left, width in zip(edges, widths, strict=False)]
    colors = [WARM if flag else ACCENT for flag in beyond]
    floor = 0.5  # half an example: a bin of one example still has a bar
    axes.bar(edges[:-1], counts, width=widths, align="edge", color=colors, edgecolor=PAPER, linewidth=1)
    axes.set_ylim(floor, 2 * max([1, *counts]))
    axes.set_yscale("log", nonpositive="clip")
    occupied = [left for left, n in zip(edges, counts, strict=False) if n]
    axes.set_xlim(min([-0.1, *occupied]), max(1, edges[-1]))
    axes.axvline(threshold, color=WARM, linewidth=1.2, linestyle=(0, (4, 3)))
    axes.axvline(0, color=MUTED, linewidth=0.8)
    axes.set(xlabel=x_label, ylabel="training examples")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: numbers.exactly(x)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: numbers.count(y) if y >= 1 else ""))
    _plain_logarithmic(axes, x=False)


def draw_tail(axes: Axes, *, resolutions: Sequence[Resolution], n_samples: int) -> None:
    """Frequency against rank, both logarithmic, a curve a resolution; thick where subpopulations were seen once."""
    once = 1 / n_samples
    axes.axhline(once, color=WARM, linewidth=1.2, linestyle=(0, (4, 3)))
    for index, resolution in enumerate(resolutions):
        color = SERIES[series_index(index, len(resolutions))]
        _draw_curve(axes, resolution, once=once, color=color)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.annotate(
        "1/n: seen once",
        xy=(0, once),
        xycoords=("axes fraction", "data"),
        xytext=(6, -6),
        textcoords="offset points",
        va="top",
        color=WARM,
    )
    low, high = axes.get_ylim()
    axes.set_ylim(min(low, once / 2), high)
    axes.set(xlabel="rank of the subpopulation", ylabel="frequency")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{100 * y:g}{numbers.NARROW_SPACE}%"))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: numbers.count(x) if x >= 1 else ""))
    _plain_logarithmic(axes, x=True)


def series_index(index: int, n_series: int) -> int:
    """Which of the series colors the curve of this index takes; several span the scale, one takes its middle."""
    last = len(SERIES) - 1
    return last // 2 if n_series == 1 else round(index * last / (n_series - 1))


def drawings(findings: Findings) -> dict[str, list[Markup]]:
    """Every figure of the page, drawn twice: for a desk and for a phone, so that its letters keep their size."""
    figures = {"memorization": partial(_memorization_svg, findings.memorization)}
    if findings.tail is not None:
        figures["tail"] = partial(_tail_svg, findings.tail)
    if findings.membership is not None and findings.membership.attacks:
        figures["membership"] = partial(_membership_svg, findings.membership)
        if findings.membership.scatter is not None:
            figures["exposure"] = partial(_exposure_svg, findings.membership)
    return {key: [figure(name=f"{key}-{size}", size=size) for size in _SIZES] for key, figure in figures.items()}


_SIZES = {"wide": (880, 360, 13), "narrow": (350, 290, 12)}
"""Width, height, letters, in CSS pixels."""


def _memorization_svg(found: MemorizationFindings, *, name: str, size: str) -> Markup:
    width, height, font_size = _SIZES[size]
    bins = zip(pairwise(found.histogram_edges), found.histogram_counts, strict=True)
    label = "Histogram of memorization. " + "; ".join(
        f"{numbers.decimal(low)} to {numbers.decimal(high)}: {numbers.count(n)}" for (low, high), n in bins if n
    )
    draw = partial(
        draw_memorization,
        edges=found.histogram_edges,
        counts=found.histogram_counts,
        threshold=found.threshold,
        x_label="memorization" if size == "narrow" else "memorization: right more often when trained on it, by",
    )
    return draw_svg(draw, name=name, label=label, width=width, height=height, font_size=font_size)


def _tail_svg(tail: TailFindings, *, name: str, size: str) -> Markup:
    width, height, font_size = _SIZES[size]
    label = "Frequency of subpopulations against their rank. " + "; ".join(
        f"{r.name}: {numbers.count(r.n_subpopulations)} subpopulations, {numbers.count(r.n_singletons)} seen once"
        for r in tail.resolutions
    )
    draw = partial(draw_tail, resolutions=tail.resolutions, n_samples=tail.n_samples)
    return draw_svg(draw, name=name, label=label, width=width, height=height, font_size=font_size)


def _membership_svg(found: MembershipFindings, *, name: str, size: str) -> Markup:
    width, height, font_size = _SIZES[size]
    return roc_drawing(found, name=name, width=width, height=height, font_size=font_size)


def _exposure_svg(found: MembershipFindings, *, name: str, size: str) -> Markup:
    width, height, font_size = _SIZES[size]
    return exposure_drawing(found, name=name, width=width, height=height, font_size=font_size)


def _draw_curve(axes: Axes, resolution: Resolution, *, once: float, color: str) -> None:
    repeated = [(r, f) for r, f in zip(resolution.ranks, resolution.frequencies, strict=True) if f > 1.5 * once]
    first, last = resolution.n_subpopulations - resolution.n_singletons + 1, resolution.n_subpopulations
    singletons = [(first, once), (last, once)] if resolution.n_singletons else []
    if curve := repeated + singletons:
        axes.plot(*zip(*curve, strict=True), color=color, linewidth=1.8, solid_joinstyle="round")
    if singletons:
        axes.plot(*zip(*singletons, strict=True), color=color, linewidth=4.5, solid_capstyle="butt")
        axes.plot(last, once, marker="o", markersize=8, color=color, markeredgecolor=PAPER, markeredgewidth=1.5)


def _plain_logarithmic(axes: Axes, *, x: bool) -> None:
    for axis in (axes.xaxis, axes.yaxis) if x else (axes.yaxis,):
        axis.set_minor_locator(NullLocator())
        axis.set_minor_formatter(NullFormatter())
