"""Attack curves: true positives against false positives, both logarithmic, under the ceiling of a promise."""

from collections.abc import Sequence
from functools import partial

from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullFormatter, NullLocator

from longtail.findings import MembershipFindings
from longtail.report import numbers
from longtail.report.exposure_figure import exposure_drawing
from longtail.report.svg import MUTED, SERIES, WARM, draw_svg, svg_file

__all__ = ["draw_roc", "roc_drawing", "roc_svg"]

_WIDTH, _HEIGHT, _FONT_SIZE = 560, 480, 13
_LOWEST = 1e-4
_LINES = ("-", (0, (5, 2)), (0, (1, 1.5)))


def draw_roc(
    axes: Axes,
    *,
    names: Sequence[str],
    curves: Sequence[tuple[Sequence[float], Sequence[float]]],
    ceiling: tuple[Sequence[float], Sequence[float]] | None = None,
    legend: bool = True,
) -> None:
    """Curves of attacks with chance as a thin line; what a promise excludes is shaded.

    Parameters
    ----------
    axes : Axes
        Drawn on.
    names : sequence of str
        Of the attacks.
    curves : sequence of pairs
        False-positive rates and true-positive rates of each.
    ceiling : pair, optional
        The largest true-positive rates that a promise allows.
    legend : bool
        Whether there is room for one.
    """
    if ceiling is not None:
        rates, most = zip(*((x, y) for x, y in zip(*ceiling, strict=True) if x >= _LOWEST), strict=True)
        axes.fill_between(rates, most, 1.0, color=WARM, alpha=0.15, linewidth=0, label="excluded by the promise")
        axes.plot(rates, most, color=WARM, linewidth=1.2)
    axes.plot([_LOWEST, 1], [_LOWEST, 1], color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)), label="chance")
    for index, (name, (false, true)) in enumerate(zip(names, curves, strict=True)):
        visible = [(x, y) for x, y in zip(false, true, strict=True) if x >= _LOWEST and y > 0]
        if visible:
            color, line = SERIES[index % len(SERIES)], _LINES[index % len(_LINES)]
            axes.plot(*zip(*visible, strict=True), color=color, linewidth=1.8, linestyle=line, label=name)
    axes.set(xscale="log", yscale="log", xlim=(_LOWEST, 1), ylim=(_LOWEST, 1.1))
    axes.set(xlabel="false-positive rate", ylabel="true-positive rate")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:g}{numbers.NARROW_SPACE}%"))
        axis.set_minor_locator(NullLocator())
        axis.set_minor_formatter(NullFormatter())
    if legend:
        axes.legend(frameon=False, loc="lower right")


def roc_drawing(
    found: MembershipFindings, *, name: str, width: int, height: int, font_size: int, legend: bool = False
) -> Markup:
    """The figure for a page, which has a legend of its own."""
    label = "Attack curves. " + "; ".join(
        f"{attack.name}: {numbers.percent(attack.tpr_at_1_percent.value)} of members at 1 % false positives"
        for attack in found.attacks
    )
    curves = [(attack.false_positive_rates, attack.true_positive_rates) for attack in found.attacks]
    draw = partial(
        draw_roc,
        names=[attack.name for attack in found.attacks],
        curves=curves,
        ceiling=(curves[0][0], found.ceiling) if found.ceiling else None,
        legend=legend,
    )
    return draw_svg(draw, name=name, label=label, width=width, height=height, font_size=font_size)


def roc_svg(found: MembershipFindings) -> str:
    """The figure as a file's text, with colors of its own; beside it, where it is kept, whom the attacks find."""
    size = {"width": _WIDTH, "height": _HEIGHT}
    drawn = [roc_drawing(found, name="roc", font_size=_FONT_SIZE, legend=True, **size)]
    if found.scatter is not None:
        drawn.append(exposure_drawing(found, name="exposure", font_size=_FONT_SIZE, **size))
    return svg_file(*drawn, **size)
