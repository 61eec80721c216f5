"""What every command prints with: JSON for machines, tables for people, progress on standard error."""

import json
import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

__all__ = ["errors", "out", "print_json", "print_table"]

out = Console(highlight=False, soft_wrap=True)
"""Standard output: answers."""
errors = Console(stderr=True, highlight=False)
"""Standard error: progress and remarks."""


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


def _plain(data: Any) -> Any:
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
