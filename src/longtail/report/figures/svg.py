"""Drawings of matplotlib as an SVG file of their own, for ``--plot``: its text stays text, and the same numbers give
the same bytes, whatever the user's own settings are.

The page itself draws nothing this way: its charts are in ``charts/``.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import StringIO

import matplotlib.style
from markupsafe import escape
from matplotlib.axes import Axes
from matplotlib.figure import Figure

__all__ = ["ACCENT", "INK", "MUTED", "SERIES", "WARM", "Panel", "svg_file"]

INK, MUTED, ACCENT, WARM = "#1d2127", "#59606b", "#16697a", "#b3471b"
SERIES = ("#2b6cb0", "#2c7a7b", "#6b46c1", "#b83280", "#4a5568", "#276749")
"""For curves, in the order of the resolutions."""

_PIXELS_PER_INCH = 72  # Matplotlib writes SVG in points. Readers take them as CSS pixels.
_STYLE: dict[str, object] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "longtail",
    "font.family": "sans-serif",
    "text.color": INK,
    "text.parse_math": False,
    "figure.facecolor": "#ffffff",
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e3e3e3",
    "grid.linewidth": 0.8,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.minor.visible": False,
    "ytick.minor.visible": False,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One drawing.

    ``draw`` draws on the axes it is given. ``label`` says its numbers to those who do not see it.
    """

    draw: Callable[[Axes], None]
    label: str


def svg_file(panels: Sequence[Panel], *, width: int, height: int, font_size: int = 13) -> str:
    """Panels of one size (in CSS pixels), side by side, as a file's text."""
    with matplotlib.style.context(["default", {**_STYLE, "font.size": font_size}]):
        size = (len(panels) * width / _PIXELS_PER_INCH, height / _PIXELS_PER_INCH)
        figure = Figure(figsize=size, layout="constrained")
        for panel, axes in zip(panels, figure.subplots(1, len(panels), squeeze=False)[0], strict=True):
            panel.draw(axes)
        file = StringIO()
        figure.savefig(file, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    label = escape(" ".join(f"{panel.label}." for panel in panels))
    svg = re.sub(r"<metadata\b.*?</metadata>", "", file.getvalue(), flags=re.DOTALL)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
