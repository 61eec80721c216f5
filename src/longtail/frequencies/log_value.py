"""A positive number kept as its logarithm, with the relative error that its computation claims."""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["ROUNDING", "LogValue", "within"]

ROUNDING = 2.0**-52
"""The relative error of one operation."""


class LogValue(NamedTuple):
    """A number ``exp(log)`` that is right to ``relative_error``. Products and ratios add the errors up.

    Examples
    --------
    >>> (LogValue(0.0, 1e-15) / LogValue(-1.0, 2e-15)).value
    2.718281828459045
    """

    log: float
    relative_error: float

    @property
    def value(self) -> float:
        """The number itself. It is 0 below the smallest float and infinite above the largest."""
        return math.exp(self.log) if -745 < self.log < 709 else math.inf if self.log > 0 else 0.0

    def __truediv__(self, other: "LogValue") -> "LogValue":
        return LogValue(self.log - other.log, self.relative_error + other.relative_error)

    def scaled(self, log_factor: float, relative_error: float = 0.0) -> "LogValue":
        """Return the product with ``exp(log_factor)``."""
        return LogValue(self.log + log_factor, self.relative_error + relative_error)


def within(values: NDArray[np.floating[Any]], low: float, high: float) -> NDArray[np.bool_]:
    """Return whether values lie in a closed band. A value that equals an end, except for rounding, is inside."""
    slack = 1e-13
    return (values >= low * (1 - slack)) & (values <= high * (1 + slack))
