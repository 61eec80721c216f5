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

The frequencies sum to one; how closely the computed ones do is the error estimate. A prior too large to be listed
enters as a measure of few nodes, fine enough for the largest count.
"""

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import logsumexp, xlogy

from longtail.arguments import checked
from longtail.errors import AccuracyError, InputError, Said
from longtail.frequencies.checks import counts_law
from longtail.frequencies.compressed_measure import compress
from longtail.frequencies.priors import Dirichlet, PitmanYor, Prior

__all__ = ["posterior_frequencies"]

_NEGLIGIBLE = 40.0
"""Where a term is this many nats below the largest it no longer counts."""
_SCAN_POINTS = 17
_FEWEST_POINTS = 81
_WIDEST_STEP = 0.1
"""In log s the integrand is analytic for |Im| < pi/2, where it grows by at most cos(Im)^-n: with this step the
trapezoid rule is exact to rounding for few examples; for many the window is narrow and the fewest points are enough."""
_LARGEST_TENSOR = 4_000_000
"""Up to so many terms are summed at once; of more, only those that count."""


@checked
def posterior_frequencies(
    prior: Prior | ArrayLike, number_seen: Mapping[int, int], *, rtol: float = 1e-8
) -> dict[int, float]:
    """Return the posterior mean of the frequency of a point seen l times, given how many points were seen how often.

    Parameters
    ----------
    prior : Prior or array_like
        Any prior with finitely many subpopulations, or a list of frequencies: non-negative, not all zero, in any unit.
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
        If a list is empty, negative, not finite or all zero, a prior has not as many subpopulations as there are
        points, or the sample is empty.
    AccuracyError
        If ``rtol`` is not reached.

    Examples
    --------
    >>> posterior = posterior_frequencies([1.0, 1.0], {0: 1, 1: 1, 2: 2})  # all equal: 1/4, whatever is seen
    >>> {count: round(mean, 12) for count, mean in posterior.items()}
    {0: 0.25, 1: 0.25, 2: 0.25}
    """
    counts = sorted(number_seen)
    numbers = np.array(counts_law("number_seen", [number_seen[count] for count in counts]), dtype=float)
    n_samples = int(np.array(counts_law("number_seen", counts)) @ numbers)
    if n_samples < 1:
        raise InputError("number_seen", "hold at least one example", dict(number_seen))
    _check_size(prior, int(numbers.sum()))
    if isinstance(prior, Dirichlet):  # its normalizer says nothing about the proportions
        total = prior.n_subpopulations * prior.concentration + n_samples
        return {count: (prior.concentration + count) / total for count in counts}

    atoms = _atoms(prior, counts[-1] + 1)
    log_s = _window(atoms, counts, numbers, n_samples)
    needed = sorted({*counts, *(count + 1 for count in counts)})
    column = {count: position for position, count in enumerate(needed)}
    log_moments = _log_moments(atoms, needed, log_s)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Atoms:
    """The law of one frequency p: its positive values in ascending order, their weights, and the weight of zero."""

    p: NDArray[np.float64]
    log_weight: NDArray[np.float64]
    zero_weight: float


def _atoms(prior: Prior | ArrayLike, largest_count: int) -> _Atoms:
    if isinstance(prior, Prior):
        measure = compress(prior, resolution=28.0 + 10.0 * math.sqrt(largest_count))
        order = np.argsort(measure.log_values)
        p, weights = np.exp(measure.log_values[order]), measure.weights[order]
        return _Atoms(p=p, log_weight=np.log(weights), zero_weight=measure.zero_fraction)
    values, numbers = np.unique(_frequencies(prior), return_counts=True)
    weights = numbers / numbers.sum()
    zeros = int(values[0] == 0)
    return _Atoms(p=values[zeros:], log_weight=np.log(weights[zeros:]), zero_weight=float(zeros and weights[0]))


def _window(atoms: _Atoms, counts: Sequence[int], numbers: NDArray[np.float64], n_samples: int) -> NDArray[np.float64]:
    """Return a uniform grid of log s over the part of the integrand that matters.

    The grid zooms in on that part step by step.
    """
    low = np.log(n_samples / numbers.sum() / atoms.p[-1]) - 2.0 - _NEGLIGIBLE / n_samples
    high = np.log(n_samples / atoms.p[0]) + 2.0 + np.log(_NEGLIGIBLE)
    while True:
        grid = np.linspace(low, high, _SCAN_POINTS)
        log_weight = n_samples * grid + _log_moments(atoms, counts, grid) @ numbers
        alive = np.flatnonzero(log_weight > log_weight.max() - _NEGLIGIBLE)
        if len(alive) > _SCAN_POINTS // 2:
            return np.linspace(low, high, max(_FEWEST_POINTS, int((high - low) / _WIDEST_STEP)))
        low, high = grid[max(alive[0] - 1, 0)], grid[min(alive[-1] + 1, _SCAN_POINTS - 1)]


def _log_moments(atoms: _Atoms, counts: Sequence[int], log_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log of the mean of p^c e^{-sp}, for every s (rows) and every c (columns)."""
    s = np.exp(log_s)
    if len(atoms.p) * len(counts) * len(s) <= _LARGEST_TENSOR:
        exponents = xlogy(np.array(counts)[:, None], atoms.p) - s[:, None, None] * atoms.p + atoms.log_weight
        sums = logsumexp(exponents, axis=-1)
    else:
        reach = _NEGLIGIBLE + float(np.ptp(atoms.log_weight))
        sums = np.array([[_log_sum(atoms, count, scale, reach) for count in counts] for scale in s])
    if atoms.zero_weight and counts[0] == 0:
        sums[:, 0] = np.logaddexp(sums[:, 0], math.log(atoms.zero_weight))
    return np.asarray(sums)


def _log_sum(atoms: _Atoms, count: int, s: float, reach: float) -> float:
    """Return the log of the sum of weights times p^c e^{-sp}, over the terms that matter: they lie side by side, about
    p = c/s.
    """
    p = atoms.p
    if count == 0:
        return float(logsumexp(atoms.log_weight - s * p))

    def exponent(index: int) -> float:
        return count * math.log(p[index]) - s * float(p[index])

    above = int(np.searchsorted(p, count / s))
    peak = max(exponent(index) for index in (above - 1, above) if 0 <= index < len(p))
    first = bisect_left(range(above), peak - reach, key=exponent)
    last = above + bisect_left(range(above, len(p)), reach - peak, key=lambda index: -exponent(index))
    kept = slice(first, last)
    terms = count * np.log(p[kept]) - s * p[kept] + atoms.log_weight[kept]
    return float(logsumexp(terms))


def _check_size(prior: Prior | ArrayLike, n_points: int) -> None:
    if isinstance(prior, PitmanYor):
        raise InputError("prior", "have finitely many subpopulations", prior)
    if isinstance(prior, Prior) and prior.n_subpopulations != n_points:
        law = f"count all n_subpopulations = {prior.n_subpopulations} points, those seen 0 times included"
        raise InputError("number_seen", law, Said(f"{n_points} points"))


def _frequencies(values: Any) -> NDArray[np.float64]:
    sizes = np.atleast_1d(np.asarray(values, dtype=float))
    if sizes.ndim != 1 or not np.all(np.isfinite(sizes)) or np.any(sizes < 0) or not np.any(sizes > 0):
        raise InputError("prior", "be a prior, or a list that is finite, non-negative and not all zero", values)
    return sizes
