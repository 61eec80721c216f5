"""Formulas as MathML, which browsers draw themselves: no script, no font, no network.

docutils translates LaTeX; what it cannot translate is a warning at the docstring's own line, and so an error.
"""

import re
from typing import Any

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.util import logging

_logger = logging.getLogger(__name__)

_SPELLINGS = {"dots": "ldots", "big": "bigl", "Big": "Bigl"}
"""Commands that docutils knows by another name only."""


def mathml(latex: str, *, block: bool) -> str:
    """One formula; several lines, or ``&``, make an aligned block."""
    known = re.sub(r"\\(dots|big|Big)(?![a-zA-Z])", lambda m: "\\" + _SPELLINGS[m[1]], latex.strip())
    if block and _is_aligned(known):
        known = rf"\begin{{aligned}} {known} \end{{aligned}}"
    return str(tex2mathml(known, as_block=block)).replace("<mtable", '<mtable displaystyle="true"')


def _is_aligned(latex: str) -> bool:
    return re.search(r"\\\\|(?<!\\)&", latex) is not None and r"\begin" not in latex


def _visit_inline(translator: Any, node: nodes.math) -> None:
    translator.body.append(_translated(node, block=False))
    raise nodes.SkipNode


def _visit_block(translator: Any, node: nodes.math_block) -> None:
    kind = "formula aligned" if _is_aligned(node.astext()) else "formula"
    translator.body.append(f'<div class="{kind}">{_translated(node, block=True)}</div>\n')
    raise nodes.SkipNode


def _translated(node: nodes.Element, *, block: bool) -> str:
    try:
        return mathml(node.astext(), block=block)
    except Exception as error:
        _logger.warning("a formula cannot be drawn: %s: %s", error, node.astext(), location=node)
        return ""


def setup(app: Any) -> dict[str, Any]:
    """Register the renderer."""
    app.add_html_math_renderer("mathml", (_visit_inline, None), (_visit_block, None))
    app.config.html_math_renderer = "mathml"
    return {"parallel_read_safe": True, "parallel_write_safe": True}
