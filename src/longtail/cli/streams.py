"""Standard output and standard error as they come: closed, full, without a reader, in an encoding without dashes.

Where standard error cannot be written to, what would go there is lost, and nothing else: the command goes on, and its
status says how it went. Standard output carries the answer: where it is closed, the work is done all the same and one
line says that the answer went nowhere; where it is full, that is an error.
"""

import io
import os
import sys
from pathlib import Path
from typing import Any, TextIO

__all__ = ["make_usable", "output_goes_nowhere", "unwritten"]


class _Tolerant(io.TextIOBase):
    """A stream whose writes never fail."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write, or lose it; a reader that went away is noticed."""
        try:
            return self._stream.write(text)
        except BrokenPipeError:
            raise
        except OSError:
            return len(text)

    def flush(self) -> None:
        """Flush, or lose it."""
        try:
            self._stream.flush()
        except BrokenPipeError:
            raise
        except OSError:
            _forget(self._stream)

    def isatty(self) -> bool:
        """Whether somebody watches."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """Of the stream beneath."""
        return self._stream.fileno()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """Of the stream beneath."""
        return self._stream.encoding

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def make_usable() -> str:
    """Make both streams usable; returns what the user should know of them, one sentence, or nothing."""
    closed = sys.stdout is None
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - as long as the process lives
    if closed:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a dash that the encoding lacks
    if not isinstance(sys.stderr, _Tolerant):
        sys.stderr = _Tolerant(sys.stderr)
    return "standard output is closed: the answer goes nowhere" if closed else ""


def output_goes_nowhere() -> None:
    """From here on what is left to write goes nowhere, without complaint."""
    for stream in (sys.stdout, sys.stderr):
        _forget(stream)


def unwritten() -> bool:
    """Whether standard output takes no more, as on a full disk; what is left for it is then forgotten."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError:
        _forget(sys.stdout)
        return True
    return False


def _forget(stream: TextIO) -> None:
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):  # nothing beneath it that could be written to
        return
