r"""What is left of an integral's error when the trapezoid rule has halved its step twice.

The error of the rule falls like :math:`C e^{-a/h}` [TrefethenWeideman2014]_. With e(h) for the error at step h and
:math:`C \le` the sum of the absolute values of the terms, :math:`e(h) = e(2h)^2 / C`; and whatever C is,
:math:`e(h) = e(2h) (e(2h) / e(4h))^2`. Differences of neighboring sums stand for the errors of the coarser ones. The
larger of the two counts; where 4h is too coarse to follow the law the second is taken too large. A feature so narrow
and so small that no coarse sum shows it would be missed, as by any rule; the integrands here have none.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked

__all__ = ["geometric_error"]

_DIFFERENCES_FOR_ERRORS = 10.0  # The difference of two complex errors may be small by accident.


@checked
def geometric_error(fine: Any, half: Any, quarter: Any, size: Any) -> NDArray[np.floating[Any]]:
    """Return the error of the sum at step h.

    Parameters
    ----------
    fine, half, quarter : float or array_like
        The sums at h, 2h and 4h.
    size : float or array_like
        The sum of the absolute values of the terms at h.

    Examples
    --------
    >>> bool(1e-12 < geometric_error(1.0, 1.0 + 1e-6, 1.01, 1.5) < 1e-11)
    True
    """
    last, before = np.abs(fine - half), np.abs(half - quarter)
    with np.errstate(divide="ignore", invalid="ignore"):
        falls = np.where(before > last, last / before, 1.0) ** 2
        error: NDArray[np.floating[Any]] = last * np.maximum(falls, np.minimum(last / size, 1.0))
    return _DIFFERENCES_FOR_ERRORS * error
