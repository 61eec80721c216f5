"""``longtail.theory.Zipf``, as imported, leads to ``longtail.frequencies.priors.Zipf``, where it is documented."""

from typing import Any

from api_pages import home
from docutils import nodes
from sphinx.util.nodes import make_refnode


def _resolve(app: Any, env: Any, node: Any, content: nodes.Element) -> nodes.Element | None:
    target = node.get("reftarget", "")
    if node.get("refdomain") != "py" or not target.startswith("longtail."):
        return None
    objects = env.get_domain("py").objects
    for candidate in _candidates(target):
        if candidate in objects:
            entry = objects[candidate]
            return make_refnode(app.builder, node["refdoc"], entry.docname, entry.node_id, content, candidate)
    return None


def _candidates(target: str) -> list[str]:
    """The name's own home; for a method or an attribute, that of its class."""
    owner, _, member = target.rpartition(".")
    own, owners = home(target), home(owner)
    return [*([own] if own else []), *([f"{owners}.{member}"] if owners else [])]


def setup(app: Any) -> dict[str, Any]:
    """Answer references that the Python domain could not."""
    app.connect("missing-reference", _resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
