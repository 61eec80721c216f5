"""One draw of the frequencies of every point from a prior, normalized to sum to one."""

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.errors import InputError, Said
from longtail.frequencies.priors import (
    Dirichlet,
    EstimatedPrior,
    FrequencyList,
    Geometric,
    Lognormal,
    Pareto,
    PitmanYor,
    Prior,
    ScipyPrior,
    TwoPoint,
    Uniform,
    Zipf,
)
from longtail.randomness import generator

__all__ = ["draw_frequencies"]

_BLOCK = 1 << 20
_MOST = 2**31 - 1


@checked
def draw_frequencies(prior: Prior, seed: int) -> NDArray[np.float64]:
    """Draw the frequencies D of N points: independent draws from the prior, normalized.

    Parameters
    ----------
    prior : Prior
        Any of :mod:`longtail.frequencies.priors` with finitely many subpopulations, below 2**31.
    seed : int
        The draw is a pure function of it.

    Returns
    -------
    array of float64, (N,)
        Summing to one. A draw of zeros alone is no distribution and is drawn again.

    Examples
    --------
    >>> from longtail.theory import Uniform
    >>> draw_frequencies(Uniform(4), seed=0).tolist()
    [0.25, 0.25, 0.25, 0.25]
    """
    if isinstance(prior, PitmanYor):
        raise InputError("prior", "have finitely many subpopulations to be simulated", prior)
    if prior.n_subpopulations > _MOST:
        raise InputError("n_subpopulations", "be below 2**31 to be simulated", prior.n_subpopulations)
    size = prior.n_subpopulations
    frequencies = np.empty(size)
    attempt, total = 0, 0.0
    while not total:
        for block, start in enumerate(range(0, size, _BLOCK)):
            randomness = generator(seed, "frequencies", attempt, block)
            frequencies[start : start + _BLOCK] = _draw(prior, min(_BLOCK, size - start), randomness)
        total, attempt = float(frequencies.sum()), attempt + 1
    if not np.isfinite(total):
        raise InputError("prior", "have draws that can be summed in double precision", Said("an infinite sum"))
    frequencies /= total
    return frequencies


def _draw(prior: Prior, size: int, randomness: np.random.Generator) -> NDArray[np.float64]:
    match prior:
        case Zipf():
            return randomness.integers(1, prior.n_subpopulations + 1, size).astype(float) ** -prior.exponent
        case Geometric():
            return prior.ratio ** randomness.integers(prior.n_subpopulations, size=size).astype(float)
        case Uniform():
            return np.ones(size)
        case TwoPoint():
            is_head = randomness.integers(prior.n_subpopulations, size=size) < prior.n_heads
            return np.where(is_head, 1.0, prior.outlier_frequency)
        case Lognormal():
            return np.exp(prior.sigma * randomness.standard_normal(size))
        case Pareto():
            return 1 + randomness.pareto(prior.shape, size)
        case Dirichlet():
            return randomness.standard_gamma(prior.concentration, size)
        case FrequencyList(values=values, counts=None):
            return values[randomness.integers(len(values), size=size)]
        case FrequencyList(values=values, counts=counts):
            return _draw_atoms(values, np.asarray(counts, dtype=float), size, randomness)
        case EstimatedPrior():
            return _draw_atoms(prior.frequencies, prior.expected_numbers, size, randomness)
        case ScipyPrior():
            return np.asarray(prior.distribution.rvs(size=size, random_state=randomness), dtype=float)
        case PitmanYor():
            raise InputError("prior", "have finitely many subpopulations to be simulated", prior)


def _draw_atoms(
    values: NDArray[np.float64], weights: NDArray[np.float64], size: int, randomness: np.random.Generator
) -> NDArray[np.float64]:
    return values[randomness.choice(len(values), size=size, p=weights / weights.sum())]
