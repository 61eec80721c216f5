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

__all__ = ["make_usable", "output_goes_nowhere"]


class _Stream(io.TextIOBase):
    """A stream whose failing writes are lost, or are errors that name it. It notices a reader that went away."""

    def __init__(self, stream: TextIO, name: str, *, may_fail: bool) -> None:
        self._stream, self._name, self._may_fail = stream, name, may_fail

    def write(self, text: str) -> int:
        """Write, lose it, or fail by name."""
        try:
            return self._stream.write(text)
        except OSError as error:
            self._answer(error)
        return len(text)

    def flush(self) -> None:
        """Flush, lose it, or fail by name."""
        try:
            self._stream.flush()
        except OSError as error:
            self._answer(error)

    def _answer(self, error: OSError) -> None:
        if isinstance(error, BrokenPipeError):
            raise error
        _forget(self._stream)
        if self._may_fail:
            error.filename = self._name
            raise error

    def isatty(self) -> bool:
        """Return whether a person watches."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """Return the file number of the stream beneath."""
        return self._stream.fileno()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """Encoding of the stream beneath."""
        return self._stream.encoding

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def make_usable() -> str:
    """Make both streams usable. Returns what the user should know of them: one sentence, or nothing."""
    closed = sys.stdout is None
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - as long as the process lives
    if closed:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # The encoding may lack a dash.
    sys.stdout = _Stream(sys.stdout, "standard output", may_fail=True)
    sys.stderr = _Stream(sys.stderr, "standard error", may_fail=False)
    return "standard output is closed: the answer goes nowhere" if closed else ""


def output_goes_nowhere() -> None:
    """Discard, without complaint, whatever is left to write from here on."""
    for stream in (sys.stdout, sys.stderr):
        _forget(stream)


def _forget(stream: TextIO) -> None:
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):  # There is no stream beneath it that could be written to.
        return
