"""How many trials are enough: the smallest memorization that a number of trials can tell from zero."""

import numpy as np

from longtail.scores.proportions import difference_of_proportions

__all__ = ["smallest_visible_memorization"]


def smallest_visible_memorization(n_in: int, n_out: int, level: float = 0.95) -> float:
    """The smallest memorization whose interval leaves out 0, for an example that every model with it gets right.

    Parameters
    ----------
    n_in, n_out : int
        Trials with the example, and without it.
    level : float
        Of the two-sided interval of one example. Looking at many examples at once needs more.

    Returns
    -------
    float
        In (0, 1]; NaN if even a memorization of 1 would not show.

    Examples
    --------
    >>> round(smallest_visible_memorization(280, 120), 3)
    0.033
    """
    right_out = np.arange(n_out, -1, -1)
    difference = difference_of_proportions(n_in, n_in, right_out, n_out, level)
    visible = np.flatnonzero(difference.low > 0)
    return float(difference.value[visible[0]]) if len(visible) else float("nan")
