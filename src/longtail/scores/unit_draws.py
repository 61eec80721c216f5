r"""Units as the draws of a mean: its variance where units are few and unequal, and intervals of shares that hold there.

A mean over rows gives unit u the share :math:`h_u` of its weight, with :math:`q = \sum_u h_u^2`: as many units as
:math:`1/q` of equal sizes say as much, if the rows of each are alike. Let :math:`S_u` be what the residuals of unit u
add to the mean. Residuals are too small, as the mean was fitted to them, those of large units most; so

.. math:: \hat V = c \sum_u \frac{S_u^2}{1 - h_u}

[BellMcCaffrey2002]_, with :math:`c \ge 1` so that its mean is at least the variance where rows of a unit are alike. Its
degrees of freedom are Satterthwaite's, :math:`\nu = (\operatorname{tr} G)^2 / \operatorname{tr} G^2`, with G the
covariance of the summands in that case,

.. math:: G_{uv} = d_u d_v (\mathbb 1[u = v] - h_u - h_v + q), \qquad d_u = h_u / \sqrt{1 - h_u}:

for units of one size one less than their number. Units that happen to agree show too little spread. So two degrees of
freedom are added at which each unit's rows are all alike, :math:`V = (\nu \hat V + 2 q s^2) / (\nu + 2)` with
:math:`s^2` the variance of rows: where units are alike within it changes nothing.

A share :math:`\hat p` of that variance is worth
:math:`\hat p (1 - \hat p) / V \cdot (z / t_\nu)^2` independent draws [KornGraubard1998]_, and its interval is the exact
one of as many [ClopperPearson1934]_; where all rows agree, of :math:`1/q` draws. A difference joins the intervals of
what is lost and what is gained, with their correlation [ZouDonner2008]_. ``benchmarks/units_coverage.py`` measures how
often they hold: with 6 to 60 beta-binomial units of equal or unequal sizes in at least 94 %.
"""

import math
from typing import NamedTuple

from longtail.arguments import checked
from longtail.array_types import Reals
from longtail.sampling_laws import beta_isf, beta_ppf, normal_half_width, student_half_width

__all__ = ["UnitSpread", "difference_interval", "half_width", "share_interval", "unit_spread"]

_ALIKE = 2.0
_ALL = 1 - 1e-9
"""Share of the weight from which one unit is all there is."""


class UnitSpread(NamedTuple):
    """The error that units add to a mean: variance, its degrees of freedom, and how many equal units say as much."""

    variance: float
    freedom: float
    effective: float


@checked
def unit_spread(sums: Reals, shares: Reals, rows_variance: float) -> UnitSpread:
    """Return the error that units add to a mean.

    Parameters
    ----------
    sums : (units,) array
        What the residuals of each unit add to the mean.
    shares : (units,) array
        Of the weight; they sum to 1.
    rows_variance : float
        Variance of the rows, by weight.

    Examples
    --------
    >>> import numpy as np
    >>> rights = np.array([1.0, 0.0, 1.0, 1.0])  # four units of equal size, alike within: Student's interval of a mean
    >>> spread = unit_spread((rights - 0.75) / 4, np.full(4, 0.25), 0.1875)
    >>> round(spread.freedom, 6), spread.effective, bool(spread.variance > rights.var(ddof=1) / 4 * 0.88)
    (3.0, 4.0, True)
    """
    q = float((shares**2).sum())
    own, freedom = 0.0, 0.0
    if shares.max() < _ALL:
        scale = shares**2 / (1 - shares)
        diagonal = 1 - 2 * shares + q
        trace = float((scale * diagonal).sum())
        freedom = trace**2 / _squares(scale, shares, diagonal, q)
        own = float((sums**2 / (1 - shares)).sum()) * max(q / trace, 1.0)
    variance = (freedom * own + _ALIKE * rows_variance * q) / (freedom + _ALIKE)
    return UnitSpread(variance, max(freedom, 1.0), 1 / q)


def half_width(level: float, variance: float, freedom: float) -> float:
    """Return half the width of a mean's interval: Student's, or the normal one of infinitely many degrees."""
    wide = normal_half_width(level) if math.isinf(freedom) else float(student_half_width(level, freedom))
    return wide * math.sqrt(variance)


def share_interval(mean: float, variance: float, freedom: float, draws: float, level: float) -> tuple[float, float]:
    """Return the interval of a share, by the number of independent draws that its variance is worth.

    Parameters
    ----------
    mean, variance, freedom : float
        The share, and the variance of it.
    draws : float
        Where all rows agree.
    level : float

    Examples
    --------
    >>> [round(end, 3) for end in share_interval(1.0, 0.0, 9.0, 10.0, 0.95)]  # ten units, all right
    [0.692, 1.0]
    >>> [round(end, 3) for end in share_interval(0.5, 0.25 / 100, math.inf, 10.0, 0.95)]  # as 50 of 100
    [0.398, 0.602]
    """
    own, n = mean * (1 - mean), draws
    if own > 0 and variance > 0:
        wider = 1.0 if math.isinf(freedom) else normal_half_width(level) / float(student_half_width(level, freedom))
        n = own / variance * wider**2
    tail, right = (1 - level) / 2, mean * n
    low = 0.0 if mean <= 0 else float(beta_ppf(tail, right, n - right + 1))
    high = 1.0 if mean >= 1 else float(beta_isf(tail, right + 1, n - right))
    return low, high


def difference_interval(
    first: tuple[float, float, float], second: tuple[float, float, float], correlation: float
) -> tuple[float, float]:
    """Return the interval of a difference of two estimates from the interval of either.

    Parameters
    ----------
    first, second : (value, low, high)
    correlation : float
        Of the two estimates.

    Examples
    --------
    >>> [round(end, 3) for end in difference_interval((0.5, 0.4, 0.6), (0.2, 0.1, 0.3), 0.0)]
    [0.159, 0.441]
    >>> difference_interval((0.5, 0.4, 0.6), (0.5, 0.4, 0.6), 1.0)  # the same estimate
    (0.0, 0.0)
    """
    (a, low_a, high_a), (b, low_b, high_b) = first, second

    def joined(x: float, y: float) -> float:
        return math.sqrt(max(x**2 + y**2 - 2 * correlation * x * y, 0.0))

    return a - b - joined(a - low_a, high_b - b), a - b + joined(high_a - a, b - low_b)


def _squares(scale: Reals, shares: Reals, diagonal: Reals, q: float) -> float:
    """Return the sum of squares of G, without its matrix."""
    total, first, second = (float((scale * shares**power).sum()) for power in (0, 1, 2))
    own = float((scale**2 * (diagonal**2 - (q - 2 * shares) ** 2)).sum())
    return own + q**2 * total**2 + 2 * total * second + 2 * first**2 - 4 * q * total * first
