r"""The most likely mixing measure behind counts, with a certificate of how likely it could be at most.

A subpopulation that is expected :math:`\lambda` times and was seen at all is seen :math:`\ell` times with probability

.. math:: q_\ell(\lambda) = \frac{e^{-\lambda} \lambda^\ell / \ell!}{1 - e^{-\lambda}}, \qquad \ell \ge 1.

The nonparametric maximum-likelihood estimate is the probability measure G that maximizes
:math:`\sum_\ell \Phi_\ell \log f_\ell` with :math:`f_\ell = \int q_\ell \, dG`, a concave problem
[KieferWolfowitz1956]_. Its solution has few atoms, which are found by adding the peaks of the gradient

.. math:: D(\lambda) = \sum_\ell \frac{\Phi_\ell}{S} \frac{q_\ell(\lambda)}{f_\ell}, \qquad S = \sum_\ell \Phi_\ell,

to the support and then solving for all weights by one constrained Newton step [Wang2007]_, a non-negative least-squares
problem [Dax1990]_. No measure is more likely by more than the duality gap :math:`S \log \max_\lambda D(\lambda)`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import scipy
from numpy.typing import NDArray
from scipy.special import gammaincc, gammaln

from longtail.array_types import Reals
from longtail.errors import AccuracyError

__all__ = ["LARGEST_COUNT", "MixingMeasure", "likely_range", "most_likely_mixture", "seen_probabilities"]

LARGEST_COUNT = 100
"""Counts above this share one cell: their subpopulations' frequencies are known to a tenth as it is."""
_SMALLEST_RATE, _DUST = 1e-3, 1e-9
_LARGEST_RATE = 250.0
_GAP, _WORST_GAP = 0.01, 0.5
"""Sought, and accepted when refining the grid does no more; in units of log-likelihood, where chance moves 1."""
_MOST_STEPS, _MOST_REFINEMENTS = 100, 6
_BISECTIONS, _STRONGEST_TILT = 12, 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class MixingMeasure:
    """Atoms of the most likely measure.

    Parameters
    ----------
    rates : array
        How often a subpopulation of each atom is expected.
    weights : array
        The share of the subpopulations seen that each atom accounts for; they sum to 1.
    gap : float
        No mixing measure on rates from 0.001 to 250 has a log-likelihood greater by more than this.
    """

    rates: Reals
    weights: Reals
    gap: float


def most_likely_mixture(numbers: Reals) -> MixingMeasure:
    """The most likely mixing measure.

    Parameters
    ----------
    numbers : array, shape (LARGEST_COUNT + 1,)
        How many subpopulations were seen 1, 2, … LARGEST_COUNT times, and more often.

    Raises
    ------
    AccuracyError
        If the gap does not close.
    """
    grid = _grid()
    support, weights = np.array([len(grid) // 2]), np.ones(1)
    for _ in range(_MOST_REFINEMENTS):
        support, weights = _solved_on(grid, support, weights, numbers)
        rates = grid[support]
        gap = _gap(rates, weights, numbers)
        if gap <= _GAP:
            break
        grid = _refined(grid, support)
        support = np.searchsorted(grid, rates)
    if gap > _WORST_GAP:
        raise AccuracyError(f"the mixture's duality gap is {gap:.2g}, above {_WORST_GAP}; please report these counts.")
    return MixingMeasure(rates=rates, weights=weights, gap=gap)


def likely_range(numbers: Reals, quantity: Callable[[Reals], Reals], drop: float) -> tuple[float, float]:
    r"""The least and the greatest value of a sum over subpopulations that some likely enough measure gives it.

    Measures whose log-likelihood, as Poisson processes, is at most ``drop`` below the greatest are likely enough: half
    a quantile of the chi-square law makes this the profile-likelihood interval.

    Parameters
    ----------
    numbers : array
        As for :func:`most_likely_mixture`.
    quantity : callable
        What a subpopulation at each rate contributes for each time that it is seen at all; positive.
    drop : float
        Positive.

    Notes
    -----
    The measure that maximizes the likelihood plus :math:`\kappa` times the quantity is a most likely one for a kernel
    whose columns are divided by :math:`1 - \kappa u`, with u what a column contributes; :math:`\kappa` is found by
    bisection. Here rates reach down to dust, 10^-9: how rare the rarest are is not in the data, so that nothing may be
    read from a floor of the grid.
    """
    kernel = np.hstack([seen_probabilities(np.array([_DUST])), _grid_probabilities()])
    unit = quantity(np.concatenate([[_DUST], _grid()]))
    total, shares = float(numbers.sum()), numbers / numbers.sum()
    start = _solved_by(kernel, np.array([kernel.shape[1] // 2]), np.ones(1), numbers)

    def log_likelihood(support: NDArray[np.intp], weights: Reals) -> float:
        density = np.where(shares > 0, kernel[:, support] @ weights, 1.0)
        return total * float(shares @ np.log(density) - weights.sum())

    greatest = log_likelihood(*start)

    def tilted(kappa: float) -> tuple[float, float]:
        price = 1 - kappa * unit
        support, weights = _solved_by(kernel / price, start[0], start[1], numbers)
        weights = weights / price[support]
        return greatest - log_likelihood(support, weights), total * float(weights @ unit[support])

    def end(near: float, far: float) -> float:
        value = tilted(near)[1]
        for _ in range(_BISECTIONS):
            middle = (near + far) / 2
            lost, reached = tilted(middle)
            near, far, value = (middle, far, reached) if lost <= drop else (near, middle, value)
        return value

    largest = 1 / float(unit.max())
    least = -largest
    while tilted(least)[0] < drop and least > -_STRONGEST_TILT * largest:
        least *= 4
    return end(0.0, least), end(0.0, largest * (1 - 1e-9))


def seen_probabilities(rates: Reals) -> Reals:
    """Return the probability of each count 1 … LARGEST_COUNT, and of more, given that it is not 0: one row a count."""
    counts = np.arange(1, LARGEST_COUNT + 1)[:, None]
    log_law = counts * np.log(rates) - rates - gammaln(counts + 1)
    more = 1 - gammaincc(LARGEST_COUNT + 1, rates)
    return np.vstack([np.exp(log_law), more]) / -np.expm1(-rates)


def _grid(refinement: int = 1) -> Reals:
    """Return rates a fortieth of a standard deviation apart, closer still near 0."""
    low = np.geomspace(_SMALLEST_RATE, 0.5, 120 * refinement, endpoint=False)
    high = np.linspace(np.sqrt(0.5), np.sqrt(_LARGEST_RATE), 600 * refinement) ** 2
    return np.concatenate([low, high])


@cache
def _grid_probabilities(refinement: int = 1) -> Reals:
    return seen_probabilities(_grid(refinement))


def _refined(grid: Reals, support: NDArray[np.intp]) -> Reals:
    """Return the grid with eight more rates on either side of every atom."""
    padded = np.concatenate([grid[:1], grid, grid[-1:]])
    between = np.linspace(padded[support], padded[support + 2], 17).ravel()
    return np.unique(np.concatenate([grid, between]))


def _solved_on(
    grid: Reals, support: NDArray[np.intp], weights: Reals, numbers: Reals
) -> tuple[NDArray[np.intp], Reals]:
    """Return the most likely measure on a grid of rates, starting from another measure."""
    kernel = _grid_probabilities() if len(grid) == len(_grid()) else seen_probabilities(grid)
    return _solved_by(kernel, support, weights, numbers)


def _solved_by(
    kernel: Reals, support: NDArray[np.intp], weights: Reals, numbers: Reals
) -> tuple[NDArray[np.intp], Reals]:
    """Return the weights that maximize the likelihood over the columns of a kernel."""
    seen = np.flatnonzero(numbers)
    shares = numbers[seen] / numbers.sum()
    kernel = kernel[seen]
    for _ in range(_MOST_STEPS):
        gradient = (shares / (kernel[:, support] @ weights)) @ kernel
        if float(numbers.sum()) * float(np.log(gradient.max())) <= _GAP / 4:
            break
        support, weights = _with_peaks(support, weights, gradient)
        weights = _newton(kernel[:, support], shares, weights)
        support, weights = support[weights > 0], weights[weights > 0]
    return support, weights


def _with_peaks(support: NDArray[np.intp], weights: Reals, gradient: Reals) -> tuple[NDArray[np.intp], Reals]:
    """Return the support and every local maximum of the gradient that would raise the likelihood, with weight 0."""
    padded = np.concatenate([[-np.inf], gradient, [-np.inf]])
    peaks = np.flatnonzero((padded[1:-1] >= padded[:-2]) & (padded[1:-1] >= padded[2:]) & (gradient > 1))
    new = np.setdiff1d(peaks, support, assume_unique=True)
    together = np.concatenate([support, new])
    order = np.argsort(together)
    return together[order], np.concatenate([weights, np.zeros(len(new))])[order]


def _newton(kernel: Reals, shares: Reals, weights: Reals) -> Reals:
    """Maximize the quadratic expansion over all probability weights, then go as far as the likelihood rises."""
    density = kernel @ weights
    slope = np.sqrt(shares)[:, None] * (kernel / density[:, None] - 2)
    try:
        solved, _ = scipy.optimize.nnls(np.vstack([slope, np.ones(len(weights))]), np.r_[np.zeros(len(shares)), 1.0])
    except RuntimeError:  # It may cycle among nearly equal atoms. One EM step moves on.
        solved = weights + 1e-3 / len(weights)
        solved *= kernel.T @ (shares / (kernel @ solved))
    proposal = solved / solved.sum()
    before = float(shares @ np.log(density))
    step = 1.0
    while step > 1e-10:
        moved: Reals = (1 - step) * weights + step * proposal
        reached = kernel @ moved
        if reached.min() > 0 and float(shares @ np.log(reached)) >= before:
            return moved
        step /= 2
    return weights


def _gap(rates: Reals, weights: Reals, numbers: Reals) -> float:
    """Return the duality gap, over all rates of a grid four times finer and all about the atoms."""
    shares = numbers / numbers.sum()
    density = seen_probabilities(rates) @ weights
    ratio = np.divide(shares, density, out=np.zeros_like(shares), where=shares > 0)
    around = np.multiply.outer(rates, np.linspace(0.99, 1.01, 21)).ravel()
    near = seen_probabilities(np.clip(around, _SMALLEST_RATE, _LARGEST_RATE))
    highest = max(float((ratio @ near).max()), float((ratio @ _grid_probabilities(4)).max()))
    return float(numbers.sum()) * float(np.log(max(highest, 1.0)))
