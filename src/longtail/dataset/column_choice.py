"""Names of tables and of their columns: that there are not too many, that no two are alike, and that one is there."""

import difflib
from collections import Counter
from collections.abc import Sequence

from longtail.errors import InputError, Said, parameter

__all__ = ["MOST_COLUMNS", "TABLES", "check_columns", "listed", "require_column"]

MOST_COLUMNS = 100_000
TABLES = (".csv", ".tsv", ".parquet")
"""How files that hold a table are called."""

_MOST_NAMED = 5


def check_columns(names: Sequence[str]) -> None:
    """Refuse more columns than can be studied, and two of one name."""
    if len(names) > MOST_COLUMNS:
        law = f"have at most {MOST_COLUMNS:,} columns"
        raise InputError("data", law, Said(f"{len(names):,}"), f"Choose some, or give an {parameter('embedding')}.")
    name, times = Counter(names).most_common(1)[0] if len(names) else ("", 0)
    if times > 1:
        raise InputError("data", "have columns of different names", Said(f"{times} of {name!r}"), "Rename them first.")


def require_column(argument: str, columns: Sequence[str], wanted: str) -> None:
    """Refuse a column that is not there, and suggest the nearest one."""
    if wanted in columns:
        return
    near = difflib.get_close_matches(wanted, columns[:1000], n=1)
    same = [name for name in columns if name.strip().lower() == wanted.strip().lower()]
    shown = ", ".join(repr(name) for name in columns[:12]) + (", …" if len(columns) > 12 else "")
    suggested = (same or near)[:1]
    remedy = f"Did you mean {suggested[0]!r}?" if suggested else f"There are {shown}."
    if len(columns) == 1 and not same:
        remedy = f"The one column is {columns[0][:60]!r}: are its values separated by a comma, semicolon or tab?"
    raise InputError(argument, "name a column", wanted, remedy)


def listed(names: Sequence[str]) -> str:
    """List a few names, and say how many more there are."""
    shown = ", ".join(repr(name) for name in names[:_MOST_NAMED])
    return shown if len(names) <= _MOST_NAMED else f"{shown} and {len(names) - _MOST_NAMED:,} more"
