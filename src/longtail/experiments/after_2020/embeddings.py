"""Members of a class that are looked for in its mean: see :mod:`longtail.membership.size_law`."""

import math

import numpy as np

from longtail.experiments.after_2020.comparison import Comparison, compared
from longtail.membership.size_law import mean_embedding_advantage
from longtail.randomness import generator
from longtail.sampling_laws import normal_half_width

__all__ = ["mean_of_a_class"]

_RATE, _LENGTH, _DIMENSION, _DRAWS = 0.05, 4.0, 16, 2_000


def mean_of_a_class(seed: int = 0) -> list[Comparison]:
    """Draw classes with a given member and without it, and name it a member where the mean points to it."""
    found = []
    for size in (5, 20, 80):
        randomness = generator(seed, "embeddings", size)
        target = np.zeros(_DIMENSION)
        target[0] = _LENGTH
        others = randomness.standard_normal((2, _DRAWS, size, _DIMENSION))
        others[0, :, 0] = target
        inside, outside = others.mean(axis=2) @ target
        threshold = normal_half_width(1 - 2 * _RATE) * _LENGTH / math.sqrt(size)
        named = (inside > threshold).astype(float) - (outside > threshold)
        computed = float(mean_embedding_advantage(size, _LENGTH, _RATE))
        found.append(compared(f"a class of {size}", computed, named))
    return found
