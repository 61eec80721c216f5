"""Samples of a Zipf prior: frequencies drawn anew for each, and counts."""

import numpy as np
from numpy.typing import NDArray

from longtail.array_types import Reals
from longtail.frequencies.priors import Zipf
from longtail.randomness import generator, integer_seed
from longtail.simulators.frequency_draws import draw_frequencies
from longtail.theory.model import LongTailModel

__all__ = ["DRAWS", "SIZES", "WRONG", "size_name", "zipf_model", "zipf_samples"]

SIZES = ((30, 20), (200, 300), (1_000, 600))
"""Points and examples."""

DRAWS = 400
WRONG = 0.9
"""How often one of ten labels is guessed wrong."""


def zipf_samples(
    n_points: int, n_samples: int, seed: int, name: str
) -> tuple[Reals, NDArray[np.int64], np.random.Generator]:
    """Return frequencies and counts, both (draws, points), and the generator that goes on from there."""
    prior = Zipf(n_points)
    drawn = [draw_frequencies(prior, integer_seed(seed, name, n_points, draw)) for draw in range(DRAWS)]
    frequencies, randomness = np.array(drawn), generator(seed, name, n_points)
    return frequencies, randomness.multinomial(n_samples, frequencies), randomness


def zipf_model(n_points: int, n_samples: int) -> LongTailModel:
    """Return the model of these samples."""
    return LongTailModel(prior=Zipf(n_points), n_samples=n_samples, n_classes=10)


def size_name(n_points: int, n_samples: int) -> str:
    """Say the size."""
    return f"Zipf({n_points:,}), n = {n_samples:,}"
