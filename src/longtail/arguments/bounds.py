"""The range of a number, and those that several functions and options share."""

import math
from dataclasses import dataclass
from typing import Any

from longtail.arguments.refusal import RefusalError
from longtail.errors import InputError

__all__ = ["COUNT", "JOBS", "LEVEL", "MODELS", "POSITIVE", "REPEATS", "SEED", "SHARE", "Within"]


@dataclass(frozen=True, slots=True)
class Within:
    """The range of a number.

    Parameters
    ----------
    least, most : float
        Its ends. NaN lies in no range.
    open : bool
        Whether the ends are left out.

    Examples
    --------
    >>> Within(1, 1_000_000).require("n_trials", 0)
    Traceback (most recent call last):
        ...
    longtail.errors.InputError: n_trials must be at least 1; got 0.
    """

    least: float = -math.inf
    most: float = math.inf
    open: bool = False

    def __contains__(self, value: float) -> bool:
        inside = self.least < value < self.most if self.open else self.least <= value <= self.most
        return bool(inside)

    def __call__(self, value: Any) -> Any:
        """Return the value if it lies within the bounds. Otherwise refuse it."""
        if value in self:
            return value
        raise RefusalError(self.broken_by(value))

    def require(self, argument: str, value: float) -> None:
        """Refuse a value outside.

        Raises
        ------
        InputError
            By the argument's name.
        """
        if value not in self:
            raise InputError(argument, self.broken_by(value), value)

    def broken_by(self, value: float) -> str:
        """Say the end of the range that a value is beyond, to be read after "must"."""
        least, most = f"{self.least:,.17g}", f"{self.most:,.17g}"
        if self.least == 0 and self.most == 1:
            return "lie strictly between 0 and 1" if self.open else "lie in [0, 1]"
        if value > self.most or (self.open and value == self.most):
            return f"be below {most}" if self.open else f"be at most {most}"
        if self.open:
            return "be positive" if self.least == 0 else f"be above {least}"
        return f"be at least {least}"


MODELS = Within(1, 1_000_000)
"""Models of one study: a run keeps a file for each."""
REPEATS = Within(1, 10_000)
"""Repetitions of something that trains models itself."""
JOBS = Within(1, 1_024)
"""Trials at a time; more than any machine has cores."""
COUNT = Within(0, 2**53)
"""A number of things: above 2^53 a float skips whole numbers."""
SEED = Within(0, 2**63 - 1)
"""A seed."""
POSITIVE = Within(0, math.inf, open=True)
"""A number above 0 that is finite."""
SHARE = Within(0, 1)
"""A share or a probability, ends included."""
LEVEL = Within(0, 1, open=True)
"""A nominal coverage, or a share that leaves something on either side."""
