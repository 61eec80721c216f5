"""What every command prints with: JSON for machines, tables for people, remarks that ``--quiet`` leaves out.

Answers go to standard output; progress and errors to standard error, so that a pipe carries answers alone. Nothing is
styled where nobody sees it: not in a pipe or a file, not on a ``dumb`` terminal, not where NO_COLOR is set. FORCE_COLOR
styles a pipe, too; nothing is ever animated there.
"""

import json
import math
import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from longtail.estimate import Estimate

__all__ = ["animated", "be_quiet", "errors", "out", "print_json", "print_table", "remark", "with_interval"]


def _console(*, stderr: bool = False) -> Console:
    """Text is printed as it stands: a group's name in square brackets is no markup.

    A terminal breaks long lines between words; a pipe or a file gets each line whole.
    """
    console = Console(
        stderr=stderr,
        color_system=None if os.environ.get("NO_COLOR") else "auto",
        highlight=False,
        markup=False,
        emoji=False,
    )
    console.soft_wrap = not console.is_terminal
    return console


out = _console()
"""Standard output: answers."""
errors = _console(stderr=True)
"""Standard error: progress, warnings, what was chosen on the way; silent under ``--quiet``."""


def be_quiet(quiet: bool) -> None:
    """Whether to print answers and errors alone: no progress, no prose."""
    errors.quiet = quiet


def animated() -> bool:
    """Whether bars and spinners can be drawn: somebody watches a terminal that can move its cursor."""
    return errors.is_interactive and errors.file.isatty() and not errors.quiet


def remark(text: str = "", style: str | None = None) -> None:
    """A sentence beside the answer: how to read it, what to do next. ``--quiet`` leaves it out."""
    if not errors.quiet:
        out.print(text, style=style)


def print_json(data: Any) -> None:
    """One JSON document on standard output; undetermined numbers (NaN, infinities) are ``null``."""
    print(json.dumps(_plain(data), indent=2, allow_nan=False, ensure_ascii=False))


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A readable table; the first column is left-aligned text, the others are right-aligned numbers."""
    table = Table(title=title or None, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for position, column in enumerate(columns):
        table.add_column(column, justify="left" if position == 0 else "right")
    for row in rows:
        table.add_row(*row)
    out.print(table)


def with_interval(estimate: "Estimate", spec: str) -> str:
    """A value and its ends, each as ``spec`` writes a number: ".2f", ".1%"."""
    return f"{estimate.value:{spec}} [{estimate.low:{spec}}, {estimate.high:{spec}}]"


def _plain(data: Any) -> Any:
    import numpy as np  # here, so that --help does without

    if isinstance(data, dict):
        return {str(key): _plain(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_plain(value) for value in data]
    if isinstance(data, np.ndarray):
        return _plain(data.tolist())
    if isinstance(data, np.generic):
        return _plain(data.item())
    if isinstance(data, float) and not math.isfinite(data):
        return None
    return _plain(data.to_json()) if hasattr(data, "to_json") else data
