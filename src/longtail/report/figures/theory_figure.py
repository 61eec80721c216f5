"""The theory's two curves: frequency against rank, and what a guarantee to memorize little costs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from longtail.arguments import checked
from longtail.whole_files import whole_file

__all__ = ["draw_cost", "draw_frequencies", "save_theory_figure"]

_INK, _ACCENT, _WARM = "#1a1a1a", "#2b6cb0", "#c05621"
_STYLES = ("-", (0, (5, 2)), (0, (1, 1.5)))


@checked
def draw_frequencies(axes: Axes, *, ranks: Sequence[float], frequencies: Sequence[float], n_samples: int) -> None:
    """Draw frequency against rank, both logarithmic, with the band around 1/n in which singletons live."""
    axes.axhspan(1 / (3 * n_samples), 2 / n_samples, color=_WARM, alpha=0.15, linewidth=0)
    axes.axhline(1 / n_samples, color=_WARM, linewidth=1.2, linestyle=(0, (4, 3)))
    axes.annotate(
        "1/n: seen once",
        xy=(1, 1 / n_samples),
        xycoords=("axes fraction", "data"),
        xytext=(-4, 5),
        textcoords="offset points",
        ha="right",
        color=_WARM,
    )
    axes.plot(ranks, frequencies, color=_ACCENT, linewidth=1.8)
    axes.set(xscale="log", yscale="log", xlabel="rank", ylabel="frequency")


def draw_cost(axes: Axes, *, curves: Mapping[str, tuple[Sequence[float], Sequence[float]]], x_label: str) -> None:
    """Draw what is added to the error, in percentage points, with one curve for each guarantee."""
    for style, (name, (x, cost)) in zip(_STYLES, curves.items(), strict=False):
        axes.plot(x, [100 * value for value in cost], color=_ACCENT, linewidth=1.8, linestyle=style, label=name)
    axes.set(xlabel=x_label, ylabel="added error, points")
    axes.set_ylim(bottom=0)
    if len(curves) > 1:
        axes.legend(frameon=False)


def save_theory_figure(
    path: Path,
    *,
    ranks: Sequence[float],
    frequencies: Sequence[float],
    n_samples: int,
    costs: Mapping[str, Mapping[str, tuple[Sequence[float], Sequence[float]]]],
) -> None:
    """Save frequencies, and a panel of costs for each axis in ``costs``.

    The suffix of the path says the format.
    """
    quiet: Any = {"axes.spines.top": False, "axes.spines.right": False, "font.size": 10, "svg.hashsalt": "longtail"}
    with rc_context(quiet):
        figure = Figure(figsize=(4.2 * (1 + len(costs)), 3.4), layout="constrained")
        first, *others = figure.subplots(1, 1 + len(costs), squeeze=False)[0]
        draw_frequencies(first, ranks=ranks, frequencies=frequencies, n_samples=n_samples)
        for axes, (x_label, curves) in zip(others, costs.items(), strict=True):
            draw_cost(axes, curves=curves, x_label=x_label)
        metadata = {"Date": None} if path.suffix == ".svg" else None
        with whole_file(path) as partial:
            figure.savefig(partial, format=path.suffix[1:], metadata=metadata, dpi=160)
