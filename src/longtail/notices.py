"""Notices: what was found and dealt with on the way, told in one line where it would otherwise stay silent.

A notice is a warning of the logger ``longtail``. Python prints such a line to standard error unless the program says
otherwise, so the command line and a script show it alike; a program of the user's own may send it elsewhere::

    logging.getLogger("longtail").addHandler(...)

One line is told once in a command, or until :func:`forget_notices`.
"""

import logging
from functools import lru_cache

__all__ = ["forget_notices", "notice"]

_LOGGER = logging.getLogger("longtail")


@lru_cache(maxsize=4096)
def notice(text: str) -> None:
    """Tell one sentence, on one line; control characters are written as escapes.

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
