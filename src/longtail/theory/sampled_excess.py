"""The expected excess error of any learner that looks at counts, by Monte Carlo over samples with the identity inside.

Each draw of a domain and a sample is scored by what its misfits cost exactly, given that sample
(:func:`~longtail.theory.excess_error.sample_excess_error`); only the sample is random, not the frequencies behind it.
This reaches learners that the averaged bound does not: those whose errors depend on the sample as a whole.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import checked
from longtail.errors import InputError
from longtail.estimate import Estimate
from longtail.frequencies.checks import whole_law
from longtail.randomness import generator
from longtail.sampling_laws import student_half_width
from longtail.theory.excess_error import sample_excess_error

__all__ = ["sampled_excess_error"]


@checked
def sampled_excess_error(
    frequencies: ArrayLike,
    n_points: int,
    n_samples: int,
    misfits: Callable[[Mapping[int, int]], Mapping[int, float]],
    *,
    n_draws: int = 100,
    seed: int = 0,
    level: float = 0.95,
) -> Estimate:
    """The expected excess error of a learner that predicts unseen points by their likeliest label.

    Parameters
    ----------
    frequencies : array_like, shape (n_entries,)
        The prior list, in any unit.
    n_points, n_samples : int
        The sizes of the domain and of the sample.
    misfits : callable
        From how many points were seen how often (0 included) to the expected number misfitted at each count.
    n_draws : int
        How many samples to draw, at least 2.
    seed : int
        The draws are a pure function of it.
    level : float
        The nominal coverage of the interval, in (0, 1).

    Returns
    -------
    Estimate
        The mean over draws, with Student's interval.

    Raises
    ------
    InputError
        If an argument is outside its law.

    Examples
    --------
    >>> half_of_singletons = lambda seen: {1: seen.get(1, 0) / 2}
    >>> print(sampled_excess_error([1.0, 1.0], 4, 3, half_of_singletons, n_draws=100))
    0.204 [0.178, 0.23]
    """
    sizes = np.asarray(frequencies, dtype=float)
    n_points, n_samples = whole_law("n_points", n_points), whole_law("n_samples", n_samples)
    if whole_law("n_draws", n_draws) < 2:
        raise InputError("n_draws", "be at least 2 for an interval", n_draws)
    if sizes.size == 0 or not np.any(sizes > 0):
        raise InputError("frequencies", "be finite, non-negative and not all zero", frequencies)
    costs = np.empty(n_draws)
    for draw in range(n_draws):
        seen = _number_seen(sizes, n_points, n_samples, generator(seed, "sample", draw))
        costs[draw] = sample_excess_error(sizes, seen, misfits(seen)).value
    mean = float(costs.mean())
    half = float(student_half_width(level, n_draws - 1) * costs.std(ddof=1) / math.sqrt(n_draws))
    return Estimate(
        value=mean, low=mean - half, high=mean + half, level=level, method=f"{n_draws} samples, exact given each"
    )


def _number_seen(
    sizes: NDArray[np.float64], n_points: int, n_samples: int, randomness: np.random.Generator
) -> dict[int, int]:
    domain = np.zeros(n_points)
    while not domain.any():  # draws without any mass are excluded
        domain = randomness.choice(sizes, n_points)
    return dict(Counter(randomness.multinomial(n_samples, domain / domain.sum()).tolist()))
