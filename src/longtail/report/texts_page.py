"""The page of an audit of texts: one self-contained HTML file without scripts, from findings alone."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from longtail.arguments import checked
from longtail.findings.texts import DocumentWords, TextFindings
from longtail.percent import chosen, share
from longtail.report import numbers
from longtail.whole_files import write_atomically

__all__ = ["render_texts", "write_texts_page"]

_DEEPEST = 6.0
"""Nats from which a word's color is no deeper: it is 400 times likelier."""


@checked
def render_texts(findings: TextFindings) -> str:
    """Render the findings of an audit of texts as one HTML document."""
    from longtail.report.figures.copies_figure import copies_svg, named_copies  # Pages of classes need no matplotlib.

    page = _environment().get_template("texts.html.jinja")
    return page.render(f=findings, picture=Markup(copies_svg(findings.copies)), pieces=_pieces, named=named_copies)


@checked
def write_texts_page(findings: TextFindings, path: Path) -> None:
    """Write the page. A reader of ``path`` sees the old file or the new one, never half of it."""
    write_atomically(path, render_texts(findings).encode())


def _pieces(document: DocumentWords) -> Iterator[dict[str, object]]:
    """Yield the document's text in pieces: what stands between tokens, and tokens with their color and what is said."""
    at = 0
    shares = list(zip(document.predicted_in, document.predicted_out, strict=True))
    known = [f"; predicted by {share(a)} of models with the document, {share(b)} without" for a, b in shares]
    for begin, end, nats, marked, more in zip(
        document.begin,
        document.end,
        document.nats,
        document.marked,
        known or [""] * len(document.begin),
        strict=True,
    ):
        yield {"text": document.text[at:begin], "depth": 0.0, "marked": False, "said": ""}
        said = f"{nats:+.2f} nats{more}"
        depth = round(min(max(nats, 0.0) / _DEEPEST, 1.0), 2)
        yield {"text": document.text[begin:end], "depth": depth, "marked": marked, "said": said}
        at = end
    yield {"text": document.text[at:], "depth": 0.0, "marked": False, "said": ""}


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("longtail.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"count": numbers.count, "percent": numbers.percent, "level": chosen}
    environment.tests["undetermined"] = numbers.undetermined
    return environment
