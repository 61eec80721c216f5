"""The commands that remarks suggest, with DATA and NEW_RUN in the place of names."""

import shlex

__all__ = ["with_copies_together", "with_unit_together", "without_column"]


def with_copies_together(options: str) -> str:
    """Return the audit in which copies are in or out of a subset together.

    Examples
    --------
    >>> with_copies_together("--target y")
    'longtail audit DATA --target y --together duplicates --out NEW_RUN'
    """
    return _audit(options, "--together duplicates")


def with_unit_together(options: str, column: str) -> str:
    """Return the audit in which rows of one unit are in or out of a subset together.

    Examples
    --------
    >>> with_unit_together("--target y", "caseid")
    'longtail audit DATA --target y --together caseid --out NEW_RUN'
    """
    return _audit(options, f"--together {shlex.quote(column)}")


def without_column(options: str, column: str) -> str:
    """Return the audit without one column. Of arrays, whose columns have no names on a command line, return nothing.

    Examples
    --------
    >>> without_column("--target y", "sub grade"), without_column("", "x0")
    ("longtail audit DATA --target y --drop 'sub grade' --out NEW_RUN", '')
    """
    return _audit(options, f"--drop {shlex.quote(column)}") if "--target" in options else ""


def _audit(options: str, more: str) -> str:
    return " ".join(filter(None, ["longtail audit DATA", options, more, "--out NEW_RUN"]))
