"""Frequency against rank: the picture of a prior, on points that are few however many subpopulations there are."""

import numpy as np
from scipy.special import betaincc, betainccinv

from longtail.arguments import checked
from longtail.array_types import Floats
from longtail.frequencies.compressed_measure import compress
from longtail.frequencies.normalizer.quadrature import natural_log_scale
from longtail.frequencies.priors import Dirichlet, PitmanYor, Prior, Uniform

__all__ = ["rank_curve"]

_POINTS = 400


@checked
def rank_curve(prior: Prior) -> tuple[Floats, Floats]:
    """Return ranks in increasing order, and the frequency of the subpopulation at each rank.

    Returns
    -------
    ranks : ndarray
        From 1 to N on a logarithmic grid (a process is followed to a frequency of 1e-12).
    frequencies : ndarray
        Decreasing: the list, or the law's quantiles, over a typical sum of N of them.

    Examples
    --------
    >>> from longtail.theory import Zipf
    >>> ranks, frequencies = rank_curve(Zipf(1000))
    >>> float(ranks[-1]), float(round(frequencies[0] / frequencies[1], 6))
    (1000.0, 2.0)
    """
    if isinstance(prior, PitmanYor):
        return _process(prior)
    ranks = np.unique(np.round(np.geomspace(1, prior.n_subpopulations, _POINTS)))
    if isinstance(prior, Uniform):
        return ranks, np.full(len(ranks), 1 / prior.n_subpopulations)
    if isinstance(prior, Dirichlet):
        others = max(prior.n_subpopulations - 1, 1e-9) * prior.concentration
        return ranks, betainccinv(prior.concentration, others, (ranks - 0.5) / prior.n_subpopulations)
    measure = compress(prior)
    order = np.argsort(-measure.log_values)
    last_rank = prior.n_subpopulations * np.cumsum(measure.weights[order])
    middle_rank = np.maximum(last_rank - prior.n_subpopulations * measure.weights[order] / 2 + 0.5, 1.0)
    logs = np.interp(np.log(ranks), np.log(middle_rank), measure.log_values[order])
    scale = natural_log_scale(measure) if prior.n_subpopulations > 1 else -measure.largest
    positive = ranks <= np.ceil(last_rank[-1] - 1e-6)
    return ranks[positive], np.exp(np.minimum(logs + scale, 0.0))[positive]


def _process(prior: PitmanYor) -> tuple[Floats, Floats]:
    """Return the expected number of frequencies above x: the integral of the density of the size-biased frequency over
    x.
    """
    a, b = 1 - prior.discount, prior.concentration + prior.discount
    edges = np.geomspace(1e-12, 1, 4 * _POINTS)
    mass = betaincc(a, b, edges[:-1]) - betaincc(a, b, edges[1:])
    above = np.cumsum((mass / np.sqrt(edges[:-1] * edges[1:]))[::-1])[::-1]
    ranks = np.unique(np.round(np.geomspace(1, max(above[0], 1), _POINTS)))
    return ranks, np.exp(np.interp(-np.log(ranks), -np.log(np.maximum(above, 1e-300)), np.log(edges[:-1])))
