"""What the words of a command line become: whole numbers, numbers, paths and texts.

Typer asks pydantic, whose import takes as long as all of typer. Words that are written as everybody writes them are
read here; all others are left to typer, which reads them or says what is wrong with them.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

__all__ = ["read_plainly"]

_UNREAD = object()
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_READERS: dict[Any, Callable[[str], Any]] = {
    str: lambda word: word,
    Path: Path,
    int: lambda word: int(word) if _WHOLE.fullmatch(word) else _UNREAD,
    float: lambda word: float(word) if _NUMBER.fullmatch(word) else _UNREAD,
}


def read_plainly(parameter: Any) -> Any:
    """Let a parameter of a command, one of typer's, read plain words by itself. Returns the parameter."""
    if not isinstance(getattr(parameter.get_runtime_param, "__self__", None), _Reading):
        parameter.get_runtime_param = _Reading(parameter, parameter.get_runtime_param).itself
    return parameter


class _Reading:
    """Reading of the words of one parameter, in the form that typer asks for."""

    def __init__(self, parameter: Any, usual: Callable[[], Any]) -> None:
        self._kind = parameter.type_descriptor.annotation
        self._several = parameter.multiple or parameter.nargs != 1
        self._usual = usual

    def itself(self) -> "_Reading":
        return self

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """Return the value of a word, of a default, or of nothing."""
        if value is None:
            return () if self._several else None
        read = _UNREAD if self._several else _read(value, self._kind)
        return self._usual().coerce(value, param=param, ctx=ctx) if read is _UNREAD else read


def _read(value: Any, kind: Any) -> Any:
    if isinstance(value, str) and kind in _READERS:
        return _READERS[kind](value)
    return value if type(value) is kind else _UNREAD
