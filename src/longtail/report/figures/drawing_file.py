"""One drawing of matplotlib as a file, ``.png``, ``.svg`` or ``.pdf`` by its ending, for ``--plot``: whole or none."""

from collections.abc import Callable
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from longtail.errors import InputError
from longtail.whole_files import whole_file

__all__ = ["require_drawing_file", "save_drawing"]


def save_drawing(draw: Callable[[Axes], None], path: Path, *, width: float, height: float) -> None:
    """Save in a file what ``draw`` draws on the axes it is given. The size is in inches."""
    figure = Figure(figsize=(width, height), layout="constrained")
    draw(figure.subplots())
    with whole_file(path) as partial:
        figure.savefig(partial, format=path.suffix[1:])


def require_drawing_file(path: Path) -> None:
    """Refuse a file that could not be written, before anything is computed."""
    if path.suffix not in (".png", ".svg", ".pdf"):
        raise InputError("plot", "end in .png, .svg or .pdf", str(path))
    if not path.parent.is_dir():
        raise InputError("plot", "lie in a folder that exists", str(path))
