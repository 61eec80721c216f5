"""Where coupling holds: its measured strength over a grid of mixtures, with the certified ones framed.

Numbers and an ``Axes`` in, a drawing on that ``Axes``; the numbers are those of ``longtail.simulators.coupling_grid``.
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from longtail.errors import InputError

__all__ = ["draw_coupling"]

_CERTIFIED = 0.95


def draw_coupling(
    axes: Axes,
    *,
    dimensions: Sequence[int],
    spreads: Sequence[float],
    measured: Sequence[float],
    certified: Sequence[float],
    title: str,
) -> None:
    """Measured coupling as shades and numbers, a frame where the theorem guarantees at least .95 of it.

    Parameters
    ----------
    axes : Axes
        Drawn on; nothing else is touched.
    dimensions, spreads : sequence
        The grid's columns and rows.
    measured, certified : sequence of float
        One value a cell, dimension by dimension: lambda_1 as measured, and the share that is certified.
    title : str
        Above the drawing.
    """
    shape = (len(dimensions), len(spreads))
    for name, values in (("measured", measured), ("certified", certified)):
        if len(values) != shape[0] * shape[1]:
            raise InputError(name, f"hold {shape[0]} x {shape[1]} values", len(values))
    shades, guaranteed = (np.reshape(values, shape).T for values in (measured, certified))
    axes.imshow(shades, origin="lower", cmap="Blues", vmin=0.4, vmax=1.6, aspect="auto", interpolation="nearest")
    for row, column in np.ndindex(shades.shape):
        axes.text(column, row, f"{shades[row, column]:.2f}", ha="center", va="center", fontsize=8)
        if guaranteed[row, column] >= _CERTIFIED:
            corner = (column - 0.46, row - 0.46)
            axes.add_patch(Rectangle(corner, 0.92, 0.92, fill=False, edgecolor="#c2410c", linewidth=1.8))
    axes.set_xticks(range(len(dimensions)), [f"{dimension:,}" for dimension in dimensions])
    axes.set_yticks(range(len(spreads)), [f"{spread:g}" for spread in spreads])
    axes.set(xlabel="dimension", ylabel="spread of a subpopulation", title=title)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
