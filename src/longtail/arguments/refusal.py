"""Why a value is refused, before anybody knows the argument's name."""

from collections.abc import Callable
from typing import Any

__all__ = ["Law", "RefusalError"]

Law = Callable[[Any], Any]
"""Takes a value and returns what the function is given in its place, or raises :class:`RefusalError`."""


class RefusalError(Exception):
    """A value broke a law.

    Parameters
    ----------
    law : str
        What the argument must do, to be read after "must".
    remedy : str
        What to do instead, a sentence, where it is known.
    """

    def __init__(self, law: str, remedy: str = "") -> None:
        super().__init__(law)
        self.law, self.remedy = law, remedy
