"""Shares in per cent, with their intervals."""

import math

from longtail.arguments import checked
from longtail.estimate import Estimate

__all__ = ["percent"]


@checked
def percent(estimate: Estimate) -> str:
    """Write an estimate with its interval, in percent.

    Examples
    --------
    >>> percent(Estimate(value=0.5, low=0.25, high=0.99999, level=0.95, method=""))
    '50.0% [25.0%, 99.999%]'
    """
    return f"{_share(estimate.value)} [{_share(estimate.low)}, {_share(estimate.high)}]"


def _share(value: float) -> str:
    """Format a share in per cent, with more digits where it would be rounded up to all.

    Write a dash for NaN.
    """
    if math.isnan(value):
        return "–"
    return next((text for digits in (1, 3, 5) if not (text := f"{value:.{digits}%}").startswith("100")), "100%")
