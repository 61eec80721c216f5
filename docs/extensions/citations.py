"""``{cite}`Key` `` in a page, as ``[Key]_`` in a docstring: a link to the entry on the page of references."""

from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxRole


class Cite(SphinxRole):
    """A link to an entry of ``references.bib``; an unknown key is a warning."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """The link, resolved when all pages are read."""
        reference = addnodes.pending_xref(
            self.text, refdomain="citation", reftype="ref", reftarget=self.text, refwarn=True, refdoc=self.env.docname
        )
        reference += nodes.inline(self.text, f"[{self.text}]")
        self.set_source_info(reference)
        return [reference], []


def setup(app: Any) -> dict[str, Any]:
    """Register the role."""
    app.add_role("cite", Cite())
    return {"parallel_read_safe": True, "parallel_write_safe": True}
