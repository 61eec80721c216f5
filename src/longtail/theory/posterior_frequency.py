r"""What a whole sample says about a frequency: exactly, at any scale, by one integral.

The posterior mean of a frequency given *all* counts, :math:`\mathbb E[D(x) \mid S]`, is the weight that the identity of
the excess error puts on a misfit. It is not :math:`\tau_\ell`, which knows only the point's own count: the rest of the
sample tells how large the normalizer :math:`\sum p` is. Writing :math:`(\sum p)^{-n}` as a Gamma integral sets the
points free of one another,

.. math:: \mathbb E\Bigl[\prod_x D(x)^{c_x}\Bigr] = \frac1{\Gamma(n)} \int_0^\infty s^{n-1} \prod_x M_{c_x}(s)\, ds,
          \qquad M_c(s) = \mathbb E[p^c e^{-sp}],

so that one density :math:`w(s) \propto s^{n-1} \prod_\ell M_\ell(s)^{\Phi_\ell}`, with :math:`\Phi_\ell` points seen
:math:`\ell` times, serves all of them:

.. math:: \mathbb E[D(x) \mid S] = \frac1n \int s\, \frac{M_{c_x + 1}(s)}{M_{c_x}(s)}\, w(s)\, ds .

The frequencies sum to one; how closely the computed ones do is the error estimate.
"""

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import logsumexp, xlogy

from longtail.errors import AccuracyError, InputError
from longtail.theory.laws import counts_law

__all__ = ["least_tau", "posterior_frequencies"]

_NEGLIGIBLE = 40.0
"""Where the integrand is this many nats below its peak it no longer counts."""
_SCAN_POINTS = 17
_LARGEST_TENSOR = 4_000_000
"""Up to so many terms are summed at once; of more, only those that count."""
_FEWEST_POINTS = 81
_WIDEST_STEP = 0.1
"""In log s the integrand is analytic for |Im| < pi/2, where it grows by at most cos(Im)^-n: with this step the
trapezoid rule is exact to rounding for few examples; for many the window is narrow and the fewest points are enough."""
_LEAST_TAU_POINTS = 512


def posterior_frequencies(
    frequencies: ArrayLike, number_seen: Mapping[int, int], *, rtol: float = 1e-8
) -> dict[int, float]:
    """The posterior mean of the frequency of a point seen l times, given how many points were seen how often.

    Parameters
    ----------
    frequencies : array_like, shape (n_entries,)
        The prior list: non-negative, not all zero, in any unit.
    number_seen : mapping of int to int
        For each count l, 0 included, how many points of the domain were seen l times.
    rtol : float
        The frequencies must sum to one within this.

    Returns
    -------
    dict of int to float
        For each count of ``number_seen``, the posterior mean; times the numbers of points these sum to one.

    Raises
    ------
    InputError
        If the list is empty, negative, not finite or all zero, or the sample is empty.
    AccuracyError
        If ``rtol`` is not reached.

    Examples
    --------
    >>> posterior = posterior_frequencies([1.0, 1.0], {0: 1, 1: 1, 2: 2})  # all equal: 1/4, whatever is seen
    >>> {count: round(mean, 12) for count, mean in posterior.items()}
    {0: 0.25, 1: 0.25, 2: 0.25}
    """
    prior = _prior_list(frequencies)
    counts = sorted(number_seen)
    numbers = np.array(counts_law("number_seen", [number_seen[count] for count in counts]), dtype=float)
    n_samples = int(np.array(counts_law("number_seen", counts)) @ numbers)
    if n_samples < 1:
        raise InputError("number_seen", "hold at least one example", dict(number_seen))

    log_s = _window(prior, counts, numbers, n_samples)
    needed = sorted({*counts, *(count + 1 for count in counts)})
    column = {count: position for position, count in enumerate(needed)}
    log_moments = _log_moments(prior, needed, log_s)
    own = log_moments[:, [column[count] for count in counts]]
    following = log_moments[:, [column[count + 1] for count in counts]]
    log_weight = n_samples * log_s + own @ numbers
    weight = np.exp(log_weight - logsumexp(log_weight))
    means = weight @ np.exp(log_s[:, None] + following - own) / n_samples

    missing = abs(float(numbers @ means) - 1)
    if not missing <= rtol:
        raise AccuracyError(
            f"posterior frequencies sum to one only within {missing:.1e} where rtol = {rtol:.1e} was asked for: "
            "the prior's scales are too far apart for one window of the integral; use exact enumeration."
        )
    return dict(zip(counts, means.tolist(), strict=True))


def least_tau(frequencies: ArrayLike, n_points: int, n_samples: int, count: int) -> float:
    r"""A lower bound on the posterior mean of the frequency of a point seen ``count`` times, whatever the sample.

    Given the sum r of the other points' frequencies, the rest of the sample says nothing more about this point, so the
    least of :math:`g(r) = \mathbb E[D(x) \mid r, \text{count}]` over all possible r is a bound.

    Notes
    -----
    With :math:`a = p/(p + r)`, :math:`\partial g/\partial \log r = n \mathrm{Var}\,a - \mathbb E[a(1-a)] \ge -g`, so
    between neighbors of a grid of step h in log r it cannot fall by more than a factor :math:`e^{-h}`, which is taken
    off: the bound is certain, not only numerical.

    Examples
    --------
    >>> round(least_tau([1.0, 1.0], 4, 3, 1), 6)
    0.25
    """
    sizes = _prior_list(frequencies)
    counts_law("count", [n_points, n_samples, count])
    if count > n_samples:
        raise InputError("count", f"not exceed n_samples = {n_samples}", count)
    if n_points < 2:
        return 1.0
    positive = sizes[sizes > 0]
    least = (n_points - 1) * positive.min() if sizes.min() > 0 else positive.min()
    others = np.geomspace(least, (n_points - 1) * positive.max(), _LEAST_TAU_POINTS)
    step = np.log(others[1] / others[0])
    means = [_frequency_given_rest(positive if count else sizes, rest, n_samples, count) for rest in others]
    return float(min(means) * np.exp(-step))


def _frequency_given_rest(sizes: NDArray[np.float64], rest: float, n_samples: int, count: int) -> float:
    seen = count * np.log(sizes / rest) if count else 0.0
    log_likelihood = seen - n_samples * np.log1p(sizes / rest)
    weight = np.exp(log_likelihood - log_likelihood.max())
    return float(weight @ (sizes / (sizes + rest)) / weight.sum())


def _window(
    prior: NDArray[np.float64], counts: Sequence[int], numbers: NDArray[np.float64], n_samples: int
) -> NDArray[np.float64]:
    """A uniform grid of log s over everything that counts of the integrand, found by zooming in on it."""
    low = np.log(n_samples / numbers.sum() / prior[-1]) - 2.0 - _NEGLIGIBLE / n_samples
    high = np.log(n_samples / prior[np.searchsorted(prior, 0.0, side="right")]) + 2.0 + np.log(_NEGLIGIBLE)
    while True:
        grid = np.linspace(low, high, _SCAN_POINTS)
        log_weight = n_samples * grid + _log_moments(prior, counts, grid) @ numbers
        alive = np.flatnonzero(log_weight > log_weight.max() - _NEGLIGIBLE)
        if len(alive) > _SCAN_POINTS // 2:
            return np.linspace(low, high, max(_FEWEST_POINTS, int((high - low) / _WIDEST_STEP)))
        low, high = grid[max(alive[0] - 1, 0)], grid[min(alive[-1] + 1, _SCAN_POINTS - 1)]


def _log_moments(prior: NDArray[np.float64], counts: Sequence[int], log_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log of the mean of p^c e^{-sp} over the list, for every s (rows) and every c (columns)."""
    s = np.exp(log_s)
    if len(prior) * len(counts) * len(s) <= _LARGEST_TENSOR:
        exponents = xlogy(np.array(counts)[:, None], prior) - s[:, None, None] * prior
        sums = logsumexp(exponents, axis=-1)
    else:
        sums = np.array([[_log_sum(prior, count, scale) for count in counts] for scale in s])
    return np.asarray(sums - np.log(len(prior)))


def _log_sum(prior: NDArray[np.float64], count: int, s: float) -> float:
    """Log of the sum of p^c e^{-sp}, reading only the entries that count: they lie side by side, about p = c/s."""
    if count == 0:
        return float(logsumexp(-s * prior))

    def exponent(index: int) -> float:
        return count * math.log(prior[index]) - s * float(prior[index])

    positive = int(np.searchsorted(prior, 0.0, side="right"))
    above = max(positive, int(np.searchsorted(prior, count / s)))
    peak = max(exponent(index) for index in (above - 1, above) if positive <= index < len(prior))
    first = bisect_left(range(above), peak - _NEGLIGIBLE, lo=positive, key=exponent)
    last = above + bisect_left(range(above, len(prior)), _NEGLIGIBLE - peak, key=lambda index: -exponent(index))
    kept = prior[first:last]
    return peak + math.log(np.exp(count * np.log(kept) - s * kept - peak).sum())


def _prior_list(frequencies: ArrayLike) -> NDArray[np.float64]:
    """The list in ascending order."""
    sizes = np.sort(np.atleast_1d(np.asarray(frequencies, dtype=float)))
    if sizes.ndim != 1 or not np.all(np.isfinite(sizes)) or np.any(sizes < 0) or not np.any(sizes > 0):
        raise InputError("frequencies", "be finite, non-negative and not all zero", frequencies)
    return sizes
