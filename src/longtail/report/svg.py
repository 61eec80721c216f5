"""A drawing as inline SVG that takes its colors and its font from the page's style sheet.

Matplotlib knows no CSS variables. So drawings use the placeholder colors of :data:`INK` and its siblings, and each
placeholder is replaced by ``var(--name)`` in the SVG text: one drawing follows light, dark and print. Text stays text
(``svg.fonttype: none``), set in the page's font and readable to a screen reader.
"""

import re
from collections.abc import Callable
from io import StringIO

import matplotlib.style
from markupsafe import Markup, escape
from matplotlib.axes import Axes
from matplotlib.figure import Figure

__all__ = ["ACCENT", "GRID", "INK", "MUTED", "PAPER", "SERIES", "WARM", "draw_svg", "svg_file"]

INK, MUTED, GRID, PAPER, ACCENT, WARM = (f"#f0f0f{i}" for i in range(6))
SERIES = tuple(f"#f1f1f{i}" for i in range(6))
"""For curves, in the order of the resolutions."""

_VARIABLES = {
    INK: "--ink",
    MUTED: "--muted",
    GRID: "--line",
    PAPER: "--paper",
    ACCENT: "--accent",
    WARM: "--warm",
    **{color: f"--series-{i}" for i, color in enumerate(SERIES)},
}
_COLORS_OF_FILES = {
    "--ink": "#1a1a1a",
    "--muted": "#6b6b6b",
    "--line": "#e3e3e3",
    "--paper": "#ffffff",
    "--accent": "#2b6cb0",
    "--warm": "#c05621",
    **{
        f"--series-{i}": color
        for i, color in enumerate(("#2b6cb0", "#2c7a7b", "#6b46c1", "#b83280", "#4a5568", "#276749"))
    },
}
_PIXELS_PER_INCH = 72  # matplotlib writes SVG in points; the page reads them as CSS pixels
_STYLE: dict[str, object] = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "text.color": INK,
    "text.parse_math": False,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.minor.visible": False,
    "ytick.minor.visible": False,
}


def draw_svg(draw: Callable[[Axes], None], *, name: str, label: str, width: int, height: int, font_size: int) -> Markup:
    """Draw on fresh axes and return the picture as inline SVG.

    Parameters
    ----------
    draw : callable
        Draws on the axes it is given, with the colors of this module.
    name : str
        Prefix of the ids in the SVG; unique on its page.
    label : str
        What the picture shows, with its numbers, for those who do not see it.
    width, height, font_size : int
        In CSS pixels.
    """
    rules = {**_STYLE, "svg.hashsalt": name, "font.size": font_size}
    with matplotlib.style.context(["default", rules]):
        figure = Figure(figsize=(width / _PIXELS_PER_INCH, height / _PIXELS_PER_INCH), layout="constrained")
        draw(figure.subplots())
        file = StringIO()
        figure.savefig(file, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    return Markup(_for_the_page(file.getvalue(), name=name, label=label, width=width, height=height))


def svg_file(*drawn: Markup, width: int, height: int) -> str:
    """Drawings of one size, side by side, as a file's text, with colors and a background of its own."""
    placed = [
        str(each).replace("<svg ", f'<svg x="{place * width}" width="{width}" height="{height}" ', 1)
        for place, each in enumerate(drawn)
    ]
    text = re.sub(r"var\((--[a-z0-9-]+)\)", lambda found: _COLORS_OF_FILES[found[1]], "\n".join(placed))
    width *= len(drawn)
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    paper = f'<rect width="{width}" height="{height}" fill="{_COLORS_OF_FILES["--paper"]}"/>'
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="sans-serif"'
    return f'<?xml version="1.0" encoding="utf-8"?>\n<svg {names} {size}>{paper}\n{text}\n</svg>\n'


def _for_the_page(svg: str, *, name: str, label: str, width: int, height: int) -> str:
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<(metadata|style)\b.*?</\1>", "", body, flags=re.DOTALL)
    body = re.sub(
        r"<svg[^>]*>",
        lambda _: f'<svg class="drawing" role="img" aria-label="{escape(label)}" viewBox="0 0 {width} {height}">',
        body,
        count=1,
    )
    body = re.sub(r' id="', f' id="{name}-', body)
    body = re.sub(r'href="#', f'href="#{name}-', body)
    body = re.sub(r"url\(#", f"url(#{name}-", body)
    body = re.sub(r"font-family: [^;\"]*;? ?", "", body)  # the page's style sheet names the font
    for color, variable in _VARIABLES.items():
        body = body.replace(color, f"var({variable})")
    return body.strip()
