"""What every command prints with: JSON for machines, tables for people, remarks that ``--quiet`` leaves out.

Answers go to standard output; progress and errors to standard error, so that a pipe carries answers alone. Nothing is
styled where it is not seen: not in a pipe or a file, not on a ``dumb`` terminal, not where NO_COLOR is set. FORCE_COLOR
styles a pipe, too; nothing is ever animated there.
"""

import json
import math
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from longtail.neutral_text import visible

__all__ = ["animated", "be_quiet", "errors", "out", "print_json", "print_table", "remark"]


# JSON escapes the other control characters.
_UNESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

_WIDTH = 80
_NARROW = re.compile("[ -~\u00a0-\u00ac\u00ae-\u00ff\u03b1-\u03c9\u2013\u2014\u2026\u2192\u2260\u2264\u2265]*")
"""Text each of whose letters is one column wide."""
_FORCING = ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE")
"""Variables that make rich take a pipe for a terminal."""


class _Out:
    """An output on which text of data cannot be an order to the terminal.

    Text is printed as it stands: a group's name in square brackets is no markup. A terminal breaks long lines between
    words; a pipe or a file gets each line whole. What has no style there is written without rich, whose import takes
    longer than many an answer.
    """

    def __init__(self, *, stderr: bool = False) -> None:
        self.quiet = False
        self._stderr = stderr
        self._console: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.console, name)

    @property
    def console(self) -> Any:
        """The console of rich behind it."""
        from rich.console import Console

        if self._console is None:
            color: Any = None if os.environ.get("NO_COLOR") else "auto"
            shape: dict[str, Any] = {"highlight": False, "markup": False, "emoji": False}
            self._console = Console(stderr=self._stderr, color_system=color, **shape)
            self._console.soft_wrap = not self._console.is_terminal
        self._console.quiet = self.quiet
        return self._console

    @property
    def is_plain(self) -> bool:
        """Be sure that it is no terminal. Text is then written as it is."""
        return not (any(os.environ.get(name) for name in _FORCING) or self._file.isatty())

    @property
    def _file(self) -> Any:
        return sys.stderr if self._stderr else sys.stdout

    def print(self, *objects: Any, style: str | None = None, **settings: Any) -> None:
        """Print text with its control characters written out. Line breaks stay."""
        shown = [visible(each, lines=True) if isinstance(each, str) else each for each in objects]
        if not settings and self.is_plain and all(isinstance(each, str) for each in shown):
            if not self.quiet:
                print(*shown, file=self._file)
            return
        self.console.print(*shown, style=style, **settings)


out = _Out()
"""Standard output: answers."""
errors = _Out(stderr=True)
"""Standard error: progress, warnings, what was chosen on the way; silent under ``--quiet``."""


def be_quiet(quiet: bool) -> None:
    """Set whether to print answers and errors alone, without progress and prose."""
    errors.quiet = quiet


def animated() -> bool:
    """Return whether bars and spinners can be drawn: on a terminal that is watched and can move its cursor."""
    return not (errors.quiet or errors.is_plain) and errors.is_interactive and errors.file.isatty()


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
    head, cells = [visible(column) for column in columns], [[visible(cell) for cell in row] for row in rows]
    if out.is_plain and (lines := _lines(visible(title), head, cells)):
        print("\n".join(lines))
        return
    from rich.table import Table

    table = Table(title=visible(title) or None, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for position, column in enumerate(head):
        table.add_column(column, justify="left" if position == 0 else "right")
    for row in cells:
        table.add_row(*row)
    out.print(table)


def _lines(title: str, head: list[str], rows: list[list[str]]) -> list[str]:
    """Return the lines of a table as rich draws it, where it is drawn as it stands. Otherwise there are none."""
    table = [head, *rows]
    if os.environ.get("COLUMNS") or not all(_NARROW.fullmatch(cell) for row in ([title], *table) for cell in row):
        return []
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    whole = sum(widths) + 2 * (len(widths) - 1)
    if whole > _WIDTH or len(title) > whole:
        return []
    lines = [[row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])] for row in table]
    return [title] * bool(title) + ["  ".join(cells) for cells in lines]


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
