"""Memorization in one run against that in another, a dot an example, for ``longtail compare --plot``."""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from longtail.report.figures.drawing_file import save_drawing

__all__ = ["draw_comparison", "save_comparison"]


def draw_comparison(
    axes: Axes, *, first: NDArray[Any], second: NDArray[Any], differs: NDArray[Any], names: tuple[str, str]
) -> None:
    """Draw the memorization of each example in either run, and the diagonal on which nothing changes."""
    both = np.concatenate([first, second, [-0.05, 1.05]])
    ends = [np.nanmin(both), np.nanmax(both)]
    axes.plot(ends, ends, color="0.7", linewidth=0.8, zorder=0)
    for chosen, color, label in (
        (~differs, "0.45", "alike, as far as can be told"),
        (differs, "#c0392b", "differs"),
    ):
        axes.scatter(first[chosen], second[chosen], s=9, c=color, alpha=0.6, label=label, lw=0)
    axes.set(xlabel=f"memorization in {names[0]}", ylabel=f"memorization in {names[1]}", aspect="equal")
    axes.legend(frameon=False, loc="upper left")


def save_comparison(
    path: Path, *, first: NDArray[Any], second: NDArray[Any], differs: NDArray[Any], names: tuple[str, str]
) -> None:
    """Save the comparison in a file."""
    draw = partial(draw_comparison, first=first, second=second, differs=differs, names=names)
    save_drawing(draw, path, width=5, height=5)
