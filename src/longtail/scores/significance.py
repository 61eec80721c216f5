"""Is one proportion really larger than another, for thousands of pairs at once.

Exact one-sided tests [Fisher1922]_, and q-values to control the false-discovery rate [BenjaminiHochberg1995]_. The test
is conservative at these counts, so the rate stays below its nominal level.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from longtail.arguments import checked
from longtail.array_types import Reals
from longtail.errors import InputError
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

    from scipy.stats import hypergeom  # Imported here, because the import takes most of a second.

    def tested(k1: Any, n1: Any, k2: Any, n2: Any) -> tuple[Reals, ...]:
        p = hypergeom.sf(k1 - 1, n1 + n2, k1 + k2, n1)
        return (np.where((n1 == 0) | (n2 == 0), np.nan, np.clip(p, 0.0, 1.0)),)

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
    from scipy.stats import false_discovery_control

    p = np.asarray(p_values, float)
    if not ((p >= 0) & (p <= 1) | np.isnan(p)).all():
        raise InputError("p_values", "lie in [0, 1] or be NaN", p)
    q = np.full(p.shape, np.nan)
    tested = ~np.isnan(p)
    if tested.any():
        q[tested] = false_discovery_control(p[tested])
    return q
