"""Notices: what was found and dealt with on the way, told in one line where it would otherwise stay silent.

A notice is a warning of the logger ``longtail``. Python prints such a line to standard error unless a program says
otherwise, so a script shows it as the command line does; a program of the user's own may send it elsewhere::

    logging.getLogger("longtail").addHandler(...)

One line is told once in a command, or until :func:`forget_notices`.
"""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

__all__ = ["forget_notices", "notice", "notices_on_standard_error"]

_LOGGER = logging.getLogger("longtail")


@lru_cache(maxsize=4096)
def notice(text: str) -> None:
    """Tell one sentence, on one line. Control characters are written as escapes.

    Parameters
    ----------
    text : str
        A whole sentence. File names in it may come from anybody.
    """
    line = " ".join(text.split())
    _LOGGER.warning("%s", "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in line))


def forget_notices() -> None:
    """Tell again what was told before."""
    notice.cache_clear()


@contextmanager
def notices_on_standard_error() -> Iterator[None]:
    """Show the notices of one command there, whatever else reads the logger, and each of them again."""
    forget_notices()
    shown = _StandardError()
    _LOGGER.addHandler(shown)
    try:
        yield
    finally:
        _LOGGER.removeHandler(shown)


class _StandardError(logging.Handler):
    """Standard error as it is when a line comes: a progress bar puts itself in its place for a while."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        print(record.getMessage(), file=sys.stderr)
