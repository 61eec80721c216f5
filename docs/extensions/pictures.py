"""``{picture} name``: what ``docs/pictures/name.py`` draws, once for each color scheme.

A picture's module has ``draw(figure)``, and ``SIZE`` in inches if it wants another than ours. Colors come from
matplotlib's cycle, which is set here, so a picture knows nothing of schemes.
"""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import matplotlib as mpl
from cycler import cycler
from docutils import nodes
from docutils.parsers.rst import directives
from matplotlib.figure import Figure
from sphinx.util.docutils import SphinxDirective

PICTURES = Path(__file__).parents[1] / "pictures"
DRAWN = Path(__file__).parents[1] / "generated" / "pictures"
_SIZE = (5.4, 3.3)

_SCHEMES = {  # ink, grid, and a cycle that color-blind readers can tell apart (Okabe and Ito)
    "light": ("#1f2328", "#d0d7de", ("#0072b2", "#d55e00", "#009e73", "#8a5a9e")),
    "dark": ("#e6edf3", "#3d444d", ("#56b4e9", "#e69f00", "#2fc89b", "#cc79a7")),
}


def pictures() -> list[str]:
    """Names of all pictures."""
    return sorted(path.stem for path in PICTURES.glob("*.py"))


def draw_picture(name: str, scheme: str, path: Path) -> None:
    """Run one picture's module and write its SVG, the same bytes each time."""
    module = _module(name)
    with mpl.rc_context(_style(scheme)):
        figure = Figure(figsize=getattr(module, "SIZE", _SIZE), layout="constrained")
        module.draw(figure)
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, format="svg", transparent=True, metadata={"Date": None})


class Picture(SphinxDirective):
    """The two drawings, of which the reader's color scheme shows one; the content is the caption."""

    required_arguments = 1
    has_content = True
    option_spec: ClassVar = {"alt": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """A figure with two images and a caption."""
        name = self.arguments[0]
        if name not in pictures():
            raise self.error(f"there is no picture {name!r}; there are {', '.join(pictures())}")
        self.env.note_dependency(str(PICTURES / f"{name}.py"))
        figure = nodes.figure("", classes=["picture"])
        for scheme in _SCHEMES:
            path = DRAWN / f"{name}-{scheme}.svg"
            draw_picture(name, scheme, path)
            uri = "/" + path.relative_to(DRAWN.parents[1]).as_posix()
            figure += nodes.image(uri=uri, alt=self.options.get("alt", ""), classes=[f"only-{scheme}"])
        caption = nodes.caption()
        for node in self.parse_content_to_nodes():
            caption += node.children if isinstance(node, nodes.paragraph) else node
        if caption.children:
            figure += caption
        return [figure]


def _module(name: str) -> ModuleType:
    spec = spec_from_file_location(f"picture_{name}", PICTURES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _style(scheme: str) -> dict[str, Any]:
    ink, grid, colors = _SCHEMES[scheme]
    return {
        "svg.hashsalt": "longtail",
        "font.size": 10,
        "text.color": ink,
        "axes.edgecolor": ink,
        "axes.labelcolor": ink,
        "xtick.color": ink,
        "ytick.color": ink,
        "grid.color": grid,
        "axes.grid": True,
        "axes.axisbelow": True,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.prop_cycle": cycler(color=colors),
        "lines.linewidth": 1.8,
        "legend.frameon": False,
    }


def setup(app: Any) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("picture", Picture)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
