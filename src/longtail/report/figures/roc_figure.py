"""Attack curves: true positives against false positives, both logarithmic, under the ceiling of a guarantee."""

from collections.abc import Sequence
from functools import partial

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullFormatter, NullLocator

from longtail.findings import MembershipFindings
from longtail.report import numbers
from longtail.report.figures.exposure_figure import exposure_panel
from longtail.report.figures.svg import MUTED, SERIES, WARM, Panel, svg_file

__all__ = ["draw_roc", "roc_svg"]

_WIDTH, _HEIGHT = 560, 480
_LOWEST = 1e-4
_LINES = ("-", (0, (5, 2)), (0, (1, 1.5)))


def draw_roc(
    axes: Axes,
    *,
    names: Sequence[str],
    curves: Sequence[tuple[Sequence[float], Sequence[float]]],
    ceiling: tuple[Sequence[float], Sequence[float]] | None = None,
) -> None:
    """Draw curves of attacks, with chance as a thin line. What a guarantee excludes is shaded.

    Parameters
    ----------
    axes : Axes
        Drawn on.
    names : sequence of str
        Of the attacks.
    curves : sequence of pairs
        False-positive rates and true-positive rates of each.
    ceiling : pair, optional
        The largest true-positive rates that a guarantee allows.
    """
    if ceiling is not None:
        rates, most = zip(*((x, y) for x, y in zip(*ceiling, strict=True) if x >= _LOWEST), strict=True)
        axes.fill_between(rates, most, 1.0, color=WARM, alpha=0.15, linewidth=0, label="excluded by the guarantee")
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
    axes.legend(frameon=False, loc="lower right")


def roc_svg(found: MembershipFindings) -> str:
    """Return the figure as the text of a file. Beside it stands whom the attacks find, if that was kept."""
    panels = [_roc_panel(found)]
    if found.scatter is not None:
        panels.append(exposure_panel(found))
    return svg_file(panels, width=_WIDTH, height=_HEIGHT)


def _roc_panel(found: MembershipFindings) -> Panel:
    curves = [(attack.false_positive_rates, attack.true_positive_rates) for attack in found.attacks]
    draw = partial(
        draw_roc,
        names=[attack.name for attack in found.attacks],
        curves=curves,
        ceiling=(curves[0][0], found.ceiling) if found.ceiling else None,
    )
    said = (
        f"{attack.name}: {numbers.percent(attack.tpr_at_1_percent.value)} of members at 1 % false positives"
        for attack in found.attacks
    )
    return Panel(draw=draw, label="Attack curves. " + "; ".join(said))
