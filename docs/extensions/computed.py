"""Blocks that are run while the site is built, and show what they print.

``{computed}`` runs Python (all such blocks of a page share one namespace), ``{command}`` runs ``longtail``. So no
number on a page was typed. What is printed is shown as it is, or, with ``:output: table``, read as Markdown.
"""

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

SOURCE = Path(__file__).parents[2] / "src"


def run_python(code: str, namespace: dict[str, Any]) -> str:
    """What a block prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "<computed>", "exec"), namespace)
    return printed.getvalue()


def run_command(line: str) -> str:
    """What ``longtail …`` prints, without colors, in a hundred columns.

    Raises
    ------
    RuntimeError
        If it does not end with status 0.
    """
    name, *arguments = line.split()
    assert name == "longtail", line
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), "COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"}
    done = subprocess.run(
        [sys.executable, "-m", "longtail.cli", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{line} ended with status {done.returncode}: {done.stderr.strip()}")
    return "\n".join(row.rstrip() for row in done.stdout.strip("\n").split("\n"))


class Computed(SphinxDirective):
    """Python that is shown, run, and followed by what it printed."""

    has_content = True
    option_spec: ClassVar = {"output": lambda word: directives.choice(word, ("text", "table"))}

    def run(self) -> list[nodes.Node]:
        """The code, and its output."""
        code = "\n".join(self.content)
        namespace = self.env.temp_data.setdefault("computed", {"__name__": self.env.docname})
        try:
            printed = run_python(code, namespace)
        except Exception as error:
            raise self.error(f"the block does not run: {error!r}") from error
        return [_literal(code, "python"), *self._output(printed)]

    def _output(self, printed: str) -> list[nodes.Node]:
        if not printed:
            return []
        if self.options.get("output") == "table":
            return self.parse_text_to_nodes(printed)
        return [_literal(printed.rstrip("\n"), "text", "output")]


class Command(SphinxDirective):
    """A command line that is shown, run, and followed by what it printed."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """The line, and its output."""
        line = " ".join(" ".join(self.content).replace("\\", " ").split())
        try:
            printed = run_command(line)
        except RuntimeError as error:
            raise self.error(str(error)) from error
        return [_literal("\n".join(self.content), "sh"), _literal(printed, "text", "output")]


def _literal(text: str, language: str, *classes: str) -> nodes.literal_block:
    return nodes.literal_block(text, text, language=language, classes=list(classes))


def setup(app: Any) -> dict[str, Any]:
    """Register both directives."""
    app.add_directive("computed", Computed)
    app.add_directive("command", Command)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
