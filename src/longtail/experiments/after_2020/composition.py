"""Test examples of several parts: see :mod:`longtail.theory.composition`."""

import numpy as np

from longtail.experiments.after_2020.comparison import Comparison, compared
from longtail.experiments.after_2020.counts import WRONG, size_name, zipf_model, zipf_samples
from longtail.theory.composition import composition_cost

__all__ = ["three_parts"]

_TESTS = 400


def three_parts(seed: int = 0) -> list[Comparison]:
    """Draw test examples of three parts, and answer them with and without what was seen once."""
    found = []
    for n_points, n_samples in ((200, 300), (1_000, 600), (2_000, 2_000)):
        frequencies, counts, randomness = zipf_samples(n_points, n_samples, seed, "composition")
        lost = []
        for own, count in zip(frequencies, counts, strict=True):
            parts = randomness.choice(n_points, size=(_TESTS, 3), p=own)
            guessed = randomness.random(n_points) >= WRONG  # a point's guess is right or wrong wherever it stands
            fitted = np.where(count > 0, True, guessed)[parts].all(axis=1)
            unfitted = np.where(count > 1, True, guessed)[parts].all(axis=1)
            lost.append(fitted.mean() - unfitted.mean())
        computed = composition_cost(zipf_model(n_points, n_samples), 3).cost
        found.append(compared(f"{size_name(n_points, n_samples)}", computed, lost))
    return found
