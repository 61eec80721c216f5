"""How often each of very many points is drawn: the multinomial counts, block by block.

The totals of blocks of points are multinomial, and so are the counts within a block given its total. Splitting that way
keeps each chain of binomials short, so that rounding does not build up along 10^8 of them, and needs no memory beyond
the answer.
"""

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked

__all__ = ["draw_counts"]

_BLOCK = 1 << 16


@checked
def draw_counts(frequencies: NDArray[np.float64], n_samples: int, generator: np.random.Generator) -> NDArray[np.int32]:
    """Draw the counts of ``n_samples`` independent draws.

    Parameters
    ----------
    frequencies : array, (N,)
        Non-negative, proportional to the probabilities.
    n_samples : int
        Below 2**31.
    generator : numpy.random.Generator
        The randomness.

    Returns
    -------
    array, (N,)
        Summing to ``n_samples``.

    Examples
    --------
    >>> int(draw_counts(np.array([0.5, 0.25, 0.25]), 100, np.random.default_rng(0)).sum())
    100
    """
    starts = np.arange(0, len(frequencies), _BLOCK)
    block_mass = np.add.reduceat(frequencies, starts)
    block_totals = generator.multinomial(n_samples, block_mass / block_mass.sum())
    counts = np.zeros(len(frequencies), np.int32)
    for start, total in zip(starts, block_totals, strict=True):
        if total:
            block = frequencies[start : start + _BLOCK]
            counts[start : start + _BLOCK] = generator.multinomial(total, block / block.sum())
    return counts
