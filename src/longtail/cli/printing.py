"""What every command prints with: JSON for machines, tables for people, remarks that ``--quiet`` leaves out.

Answers go to standard output; progress and errors to standard error, so that a pipe carries answers alone. Nothing is
styled where it is not seen: not in a pipe or a file, not on a ``dumb`` terminal, not where NO_COLOR is set. FORCE_COLOR
styles a pipe, too; nothing is ever animated there.
"""

import json
import math
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from longtail.neutral_text import visible

if TYPE_CHECKING:
    pass

__all__ = ["animated", "be_quiet", "errors", "out", "print_json", "print_table", "remark"]


# JSON escapes the other control characters.
_UNESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class _Console(Console):
    """A console on which text of data cannot be an order to the terminal."""

    def print(self, *objects: Any, **settings: Any) -> None:
        """Print text with its control characters written out. Line breaks stay."""
        super().print(*(visible(each, lines=True) if isinstance(each, str) else each for each in objects), **settings)


def _console(*, stderr: bool = False) -> _Console:
    """Text is printed as it stands: a group's name in square brackets is no markup.

    A terminal breaks long lines between words; a pipe or a file gets each line whole.
    """
    console = _Console(
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
    """Set whether to print answers and errors alone, without progress and prose."""
    errors.quiet = quiet


def animated() -> bool:
    """Return whether bars and spinners can be drawn: on a terminal that is watched and can move its cursor."""
    return errors.is_interactive and errors.file.isatty() and not errors.quiet


def remark(text: str = "", style: str | None = None) -> None:
    """Print a sentence beside the answer: how to read it, what to do next. ``--quiet`` leaves it out."""
    if not errors.quiet:
        out.print(text, style=style)


def print_json(data: Any) -> None:
    """Print one JSON document on standard output. Undetermined numbers (NaN, infinities) are ``null``.

    An iterator among the values of ``data`` is printed as a list, an item at a time: there may be millions.
    """
    streamed = {key: value for key, value in data.items() if isinstance(value, Iterator)} if type(data) is dict else {}
    if not streamed:
        print(_json(data))
        return
    for place, (key, value) in enumerate(data.items()):
        print("," if place else "{", _json(str(key)), sep="\n  ", end=": ")
        if key in streamed:
            _print_items(value)
        else:
            print(_json(value).replace("\n", "\n  "), end="")
    print("\n}")


def _print_items(items: Iterator[Any]) -> None:
    """Print a list on the second level of a document."""
    some = False
    for item in items:
        print(",\n    " if some else "[\n    ", _json(item).replace("\n", "\n    "), sep="", end="")
        some = True
    print("\n  ]" if some else "[]", end="")


def _json(data: Any) -> str:
    text = json.dumps(_plain(data), indent=2, allow_nan=False, ensure_ascii=False)
    return _UNESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a readable table. The first column is left-aligned text, the others are right-aligned numbers."""
    table = Table(title=visible(title) or None, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for position, column in enumerate(columns):
        table.add_column(visible(column), justify="left" if position == 0 else "right")
    for row in rows:
        table.add_row(*map(visible, row))
    out.print(table)


def _plain(data: Any) -> Any:
    import numpy as np  # Imported here, so that --help needs no NumPy.

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
