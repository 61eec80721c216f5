"""Is one proportion really larger than another, for thousands of pairs at once.

Exact one-sided tests [Fisher1922]_, and q-values to control the false-discovery rate [BenjaminiHochberg1995]_. The test
is conservative at these counts, so the rate stays below its nominal level.
"""

import numpy as np
from numpy.typing import ArrayLike

from longtail.arguments import checked
from longtail.array_types import Reals, Whole
from longtail.errors import InputError
from longtail.sampling_laws import hypergeometric_tail
from longtail.scores.count_tables import on_distinct_tables

__all__ = ["fisher_p_value", "q_values"]


@checked
def fisher_p_value(successes_1: ArrayLike, trials_1: ArrayLike, successes_2: ArrayLike, trials_2: ArrayLike) -> Reals:
    """Return the p-value of Fisher's exact test of p1 <= p2 against p1 > p2. Arguments broadcast.

    Returns
    -------
    array in [0, 1]
        NaN where either side has no trials.

    Examples
    --------
    >>> round(float(fisher_p_value(3, 3, 0, 3)), 12)  # one table of C(6, 3) = 20
    0.05
    """

    def tested(k1: Whole, n1: Whole, k2: Whole, n2: Whole) -> tuple[Reals, ...]:
        return (np.where((n1 == 0) | (n2 == 0), np.nan, hypergeometric_tail(k1, n1, k1 + k2, n2)),)

    (p_value,) = on_distinct_tables(tested, successes_1, trials_1, successes_2, trials_2)
    return p_value


@checked
def q_values(p_values: ArrayLike) -> Reals:
    """Return Benjamini and Hochberg's adjusted p-values. Reporting those at most q keeps the false-discovery rate at
    most q.

    Parameters
    ----------
    p_values : array
        NaN entries are no tests: they stay NaN and do not count.

    Examples
    --------
    >>> q_values([0.01, 0.04, 0.03, np.nan]).tolist()
    [0.03, 0.04, 0.04, nan]
    """
    p = np.asarray(p_values, float)
    if not ((p >= 0) & (p <= 1) | np.isnan(p)).all():
        raise InputError("p_values", "lie in [0, 1] or be NaN", p)
    q = np.full(p.shape, np.nan)
    tested = ~np.isnan(p)
    if tested.any():
        q[tested] = _stepped_up(p[tested])
    return q


def _stepped_up(p: Reals) -> Reals:
    """Return for each p-value the least of n p / rank over itself and all that are larger."""
    order = np.argsort(p)
    least = np.minimum.accumulate((p[order] * (len(p) / np.arange(1, len(p) + 1)))[::-1])[::-1]
    q = np.empty(len(p))
    q[order] = np.clip(least, 0, 1)
    return q
