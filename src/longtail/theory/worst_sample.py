r"""The least that a misfit can cost, whatever the sample: a certain lower bound on a posterior mean frequency.

Given the sum :math:`r` of the other points' frequencies, the rest of the sample says nothing more about a point. So

.. math:: \mathbb E[D(x) \mid S] \ge \min_r\, g(r), \qquad
          g(r) = \frac{\mathbb E[a^{\ell+1} (1-a)^{n-\ell}]}{\mathbb E[a^\ell (1-a)^{n-\ell}]},
          \quad a = \frac{p}{p + r},

over all values that :math:`r` can take. See ``docs/derivations/posterior-frequency.md``.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import checked
from longtail.errors import InputError
from longtail.frequencies.checks import whole_law

__all__ = ["least_tau"]

_GRID_POINTS = 512


@checked
def least_tau(frequencies: ArrayLike, n_points: int, n_samples: int, count: int) -> float:
    r"""A lower bound on the posterior mean of the frequency of a point seen ``count`` times, whatever the sample.

    Parameters
    ----------
    frequencies : array_like, shape (n_entries,)
        The prior list: non-negative, not all zero, in any unit.
    n_points, n_samples : int
        The sizes of the domain and of the sample.
    count : int
        How often the point was seen.

    Raises
    ------
    InputError
        If an argument is outside its law, or ``count > n_samples``.

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
    sizes = _list(frequencies)
    n_points, n_samples = whole_law("n_points", n_points), whole_law("n_samples", n_samples)
    if whole_law("count", count, least=0) > n_samples:
        raise InputError("count", f"not exceed n_samples = {n_samples}", count)
    if n_points < 2:
        return 1.0
    positive = sizes[sizes > 0]
    least = (n_points - 1) * positive.min() if sizes.min() > 0 else positive.min()
    others = np.geomspace(least, (n_points - 1) * positive.max(), _GRID_POINTS)
    step = np.log(others[1] / others[0])
    means = [_frequency_given_rest(positive if count else sizes, rest, n_samples, count) for rest in others]
    return float(min(means) * np.exp(-step))


def _frequency_given_rest(sizes: NDArray[np.float64], rest: float, n_samples: int, count: int) -> float:
    seen = count * np.log(sizes / rest) if count else 0.0
    log_likelihood = seen - n_samples * np.log1p(sizes / rest)
    weight = np.exp(log_likelihood - log_likelihood.max())
    return float(weight @ (sizes / (sizes + rest)) / weight.sum())


def _list(frequencies: ArrayLike) -> NDArray[np.float64]:
    sizes = np.atleast_1d(np.asarray(frequencies, dtype=float))
    if sizes.ndim != 1 or not np.all(np.isfinite(sizes)) or np.any(sizes < 0) or not np.any(sizes > 0):
        raise InputError("frequencies", "be finite, non-negative and not all zero", frequencies)
    return sizes
