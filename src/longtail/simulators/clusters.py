r"""Clusters that look like noise one by one, and learners that keep noisy copies of their examples.

Gaussian and Boolean, as :mod:`longtail.theory.gaussian_clusters` and :mod:`longtail.theory.boolean_clusters` describe
them. Centers, examples and messages are drawn; whether a fresh example and noise are told apart is counted; and the
excess memorization :math:`I(M; X \mid \theta)` is the mean of the logarithm of the ratio of two densities,

.. math:: \ln \frac{p(M \mid X_1 \dots X_n)}{p(M \mid \theta)} .
"""

import math
from dataclasses import dataclass

import numpy as np

from longtail.arguments import checked
from longtail.errors import InputError
from longtail.estimate import Estimate
from longtail.frequencies.checks import number_law, whole_law
from longtail.frequencies.priors import Prior
from longtail.randomness import generator, integer_seed
from longtail.sampling_laws import normal_half_width
from longtail.simulators.frequency_draws import draw_frequencies
from longtail.theory.gaussian_clusters import noise_of_mean, similarity_law

__all__ = ["SimulatedMemorization", "simulate_flipped_bits", "simulate_noisy_mean", "simulate_noisy_means"]

_LEVEL = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedMemorization:
    """Error and excess memorization of a learner, as counted.

    Parameters
    ----------
    error : Estimate
        Misses and false alarms, by half.
    bits : Estimate
        Excess memorization.
    """

    error: Estimate
    bits: Estimate


@checked
def simulate_noisy_mean(
    noise: float, *, n_examples: int, dimension: int, similarity: float, n_draws: int, seed: int
) -> SimulatedMemorization:
    """Draw Gaussian clusters, keep the mean of their examples with noise, and test a fresh example and a noise vector.

    Parameters
    ----------
    noise : float
        Variance of what is added to each coordinate of the mean, above 0.
    n_examples, dimension, similarity : number
        As in :func:`longtail.theory.excess_memorization`.
    n_draws : int
        Clusters, at least 2.
    seed : int
        The result is a pure function of it.

    Raises
    ------
    InputError
        If an argument is outside its range.

    Examples
    --------
    >>> found = simulate_noisy_mean(0.5, n_examples=4, dimension=400, similarity=0.2, n_draws=500, seed=0)
    >>> round(found.error.value, 3), round(found.bits.value, 1)
    (0.01, 96.2)
    """
    if not 0 < number_law("noise", noise) < math.inf:
        raise InputError("noise", "be positive and finite", noise)
    n, d, draws = _sizes(n_examples, dimension, n_draws)
    similarity_law(similarity)
    randomness = generator(seed, "noisy mean")
    wrong, bits = np.transpose([_noisy_mean(randomness, noise, n, d, similarity) for _ in range(draws)])
    return SimulatedMemorization(error=_estimate(wrong), bits=_estimate(bits))


@checked
def simulate_noisy_means(
    prior: Prior, error: float, *, n_samples: int, dimension: int, similarity: float, n_draws: int, seed: int
) -> SimulatedMemorization:
    """Draw samples of a mixture of Gaussian clusters, and keep of each seen one a mean noisy enough to err so often.

    Parameters
    ----------
    prior : Prior
        Of the clusters' frequencies, drawn anew for each sample.
    error : float
        Of each cluster, as in :func:`longtail.theory.excess_memorization`.
    n_samples : int
        Examples of a sample.
    dimension, similarity, n_draws, seed : number
        As above; ``n_draws`` samples.

    Returns
    -------
    SimulatedMemorization
        The error over the clusters of a sample, and the bits of all of them.

    Raises
    ------
    InputError
        If an argument is outside its range, or if one example does not allow this error.

    Examples
    --------
    >>> from longtail.theory import Zipf
    >>> found = simulate_noisy_means(
    ...     Zipf(30), 0.1, n_samples=20, dimension=100, similarity=0.3, n_draws=200, seed=0
    ... )
    >>> 0.09 < found.error.value < 0.11
    True
    """
    n, d, draws = _sizes(n_samples, dimension, n_draws)
    randomness = generator(seed, "noisy means")
    noise: dict[int, float] = {}
    wrong, bits = np.empty(draws), np.empty(draws)
    for draw in range(draws):
        counts = randomness.multinomial(n, draw_frequencies(prior, integer_seed(seed, "frequencies", draw)))
        found = []
        for count in counts[counts > 0].tolist():
            if count not in noise:
                noise[count] = noise_of_mean(error, n_examples=count, dimension=d, similarity=similarity)
            found.append(_noisy_mean(randomness, noise[count], count, d, similarity))
        wrong[draw], bits[draw] = np.mean([each[0] for each in found]), math.fsum(each[1] for each in found)
    return SimulatedMemorization(error=_estimate(wrong), bits=_estimate(bits))


@checked
def simulate_flipped_bits(
    flip_probability: float, *, dimension: int, similarity: float, n_draws: int, seed: int
) -> SimulatedMemorization:
    """Draw Boolean clusters, keep one example with bits flipped, and test a fresh example and uniform bits.

    Parameters
    ----------
    flip_probability : float
        How likely a bit of what is kept is flipped, strictly between 0 and 1/2.
    dimension, similarity : number
        As in :func:`longtail.theory.singleton_information`.
    n_draws : int
        Clusters, at least 2.
    seed : int
        The result is a pure function of it.

    Raises
    ------
    InputError
        If an argument is outside its range.

    Examples
    --------
    >>> found = simulate_flipped_bits(0.2, dimension=1_000, similarity=0.12, n_draws=200, seed=0)
    >>> 240 < found.bits.value < 255
    True
    """
    if not 0 < number_law("flip_probability", flip_probability) < 0.5:
        raise InputError("flip_probability", "lie strictly between 0 and 0.5", flip_probability)
    _, d, draws = _sizes(1, dimension, n_draws)
    similarity_law(similarity)
    randomness = generator(seed, "flipped bits")
    root = math.sqrt(similarity)
    center = np.where(randomness.random((draws, d)) < 0.5, 1, -1)

    def flipped(bits: np.ndarray, correlation: float) -> np.ndarray:
        return np.where(randomness.random((draws, d)) < (1 - correlation) / 2, -bits, bits)

    example, fresh = flipped(center, root), flipped(center, root)
    bias = 1 - 2 * flip_probability
    message = flipped(example, bias)
    noise = np.where(randomness.random((draws, d)) < 0.5, 1, -1)
    line = d * bias * similarity / 2
    wrong = ((np.sum(fresh * message, axis=1) < line) + (np.sum(noise * message, axis=1) >= line) * 1.0) / 2
    kept = np.log((1 + bias * example * message) / (1 + bias * root * center * message)).sum(axis=1)
    return SimulatedMemorization(error=_estimate(wrong), bits=_estimate(kept / math.log(2)))


def _noisy_mean(
    randomness: np.random.Generator, noise: float, n: int, d: int, similarity: float
) -> tuple[float, float]:
    """Draw one cluster: half the misses and false alarms of its noisy mean, and the bits that this keeps."""
    spread = (1 - similarity) / n
    slope = similarity / (similarity + spread + noise)  # of a fresh example on the message
    threshold = slope / (1 + math.sqrt(1 - slope * similarity))  # where both errors are alike
    center = math.sqrt(similarity) * randomness.standard_normal(d)
    examples = center + math.sqrt(1 - similarity) * randomness.standard_normal((n + 1, d))
    mean = examples[:n].mean(axis=0)
    message = mean + math.sqrt(noise) * randomness.standard_normal(d)
    line = threshold * (message @ message)
    wrong = (float(examples[n] @ message < line) + float(randomness.standard_normal(d) @ message >= line)) / 2
    kept = _log_normal(message - mean, noise) - _log_normal(message - center, spread + noise)
    return wrong, kept / math.log(2)


def _log_normal(away: np.ndarray, variance: float) -> float:
    """Return the logarithm of a normal density, up to a constant that is the same for every variance."""
    return -float(away @ away) / (2 * variance) - len(away) / 2 * math.log(variance)


def _estimate(values: np.ndarray) -> Estimate:
    mean, half = float(values.mean()), normal_half_width(_LEVEL) * float(values.std(ddof=1)) / math.sqrt(len(values))
    return Estimate(value=mean, low=mean - half, high=mean + half, level=_LEVEL, method="mean over draws, normal law")


def _sizes(n_examples: int, dimension: int, n_draws: int) -> tuple[int, int, int]:
    draws = whole_law("n_draws", n_draws, least=2)
    return whole_law("n_examples", n_examples, least=1), whole_law("dimension", dimension, least=1), draws
