"""The help of a command, and the tour of all: plain text, its headings bold on a terminal that can show it.

Typer's own panels are drawn by rich, whose import took half of the time of ``longtail theory --help``.
"""

import os
import re
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from longtail.cli.values import read_plainly

__all__ = ["HelpfulCommand", "HelpfulGroup"]

_HEADING = re.compile(r"^(Usage:|\S.*:$)", re.MULTILINE)


class HelpfulCommand(TyperCommand):
    """A command, with help in plain text."""

    def get_help(self, ctx: Any) -> str:
        """Return the help."""
        return _with_headings(super().get_help(ctx))

    def get_help_option(self, ctx: Any) -> Any:
        """Return ``--help``, which reads nothing that is not plain."""
        return read_plainly(super().get_help_option(ctx))


class HelpfulGroup(TyperGroup):
    """All commands, in panels. ``panels`` is set by who makes the group: titles, and the names below each."""

    panels: dict[str, tuple[str, ...]]

    def get_help(self, ctx: Any) -> str:
        """Return the tour."""
        return _with_headings(super().get_help(ctx))

    def get_help_option(self, ctx: Any) -> Any:
        """Return ``--help``, likewise."""
        return read_plainly(super().get_help_option(ctx))

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002  as typer calls it
        """Write the commands under the titles of their panels, each with its first sentence."""
        width = max(map(len, self.commands))
        for title, names in self.panels.items():
            rows = [(name.ljust(width), self._sentence(name)) for name in names if name in self.commands]
            if rows:
                with formatter.section(title.removesuffix(":")):
                    formatter.write_dl(rows)

    def _sentence(self, name: str) -> str:
        return (self.commands[name].help or "").partition("\n")[0]


def _with_headings(text: str) -> str:
    """Make headings bold. Typer takes styles away where there is no terminal."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") in ("dumb", "unknown"):
        return text
    return _HEADING.sub(lambda found: typer.style(found[0], bold=True), text)
