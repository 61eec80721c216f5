"""The options that name data on a command line, after DATA: of a source as it was typed, or of the study made of it."""

import shlex
from collections.abc import Mapping
from typing import Any

__all__ = ["command_on_data", "data_options", "spelled_options"]

_VALUES = ("target", "group", "together", "text", "embedding", "test", "missing", "task", "rows")
_UNSAID = {"missing": "refuse", "task": "language"}


def data_options(named: Any, learner: str | None = None, fraction: float = 0.7, seed: int = 0) -> str:
    """Return the options, for a shell. Defaults are left out.

    Parameters
    ----------
    named : DataSource or Study
        With the names that the user gave.
    learner : str, optional
        As ``--learner`` takes it.
    fraction, seed
        Of the design.
    """
    given = {name: getattr(named, name) for name in _VALUES}
    given = {name: value for name, value in given.items() if value != _UNSAID.get(name)}
    given |= {"learner": learner, "fraction": None if fraction == 0.7 else fraction, "seed": seed or None}
    flags = ["--language-model"] if getattr(named, "task", None) == "language" else []
    return " ".join([*flags, *spelled_options(given), *(f"--drop {shlex.quote(each)}" for each in named.drop)])


def command_on_data(name: str, *parts: str, **options: object) -> str:
    """Return a command on DATA that writes to RUN.

    Parameters
    ----------
    name : str
        Of the command.
    *parts : str
        Options that are spelled already.
    **options
        Name and value of the others; those of value None are left out.
    """
    return " ".join([f"longtail {name} DATA", *filter(None, parts), *spelled_options(options), "--out RUN"])


def spelled_options(options: Mapping[str, object]) -> list[str]:
    """Return options by name for a shell, without those of value None."""
    return [
        f"--{name.replace('_', '-')} {shlex.quote(str(value))}" for name, value in options.items() if value is not None
    ]
