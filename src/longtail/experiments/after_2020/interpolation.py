"""Linear regressions that fit their noise less closely than the best: see :mod:`longtail.theory.interpolation`."""

import math

import numpy as np

from longtail.experiments.after_2020.comparison import Comparison, compared
from longtail.randomness import generator
from longtail.theory.interpolation import best_training_error, interpolation_cost

__all__ = ["worse_than_the_best"]

_RATIO, _NOISE = 2.0, 0.1
_SIZES = ((100, 60), (200, 30), (400, 10))
"""Examples, and draws: fewer where more examples make each of them surer. The law is that of infinitely many."""


def worse_than_the_best(seed: int = 0) -> list[Comparison]:
    """Training error of the best estimator, and the excess of the cheapest whose training error is twice as large."""
    return [row for size in _SIZES for row in _both(*size, seed)]


def _both(n: int, n_draws: int, seed: int) -> tuple[Comparison, Comparison]:
    d = round(_RATIO * n)
    least = best_training_error(ratio=_RATIO, noise=_NOISE)
    cost = interpolation_cost(2 * least, ratio=_RATIO, noise=_NOISE)
    randomness = generator(seed, "interpolation", n)
    excess, training = [], []
    for _ in range(n_draws):
        features = randomness.standard_normal((n, d))
        coefficients = randomness.standard_normal(d) / math.sqrt(d)
        labels = features @ coefficients + math.sqrt(_NOISE) * randomness.standard_normal(n)
        spectrum, axes = np.linalg.eigh(features @ features.T / d)
        residual = axes.T @ labels * _NOISE / (spectrum + _NOISE)
        best = features.T @ (axes @ (axes.T @ labels / (spectrum + _NOISE))) / d
        worse = best - features.T @ (axes @ (residual / (1 - spectrum / cost.edge))) / (d * cost.edge)
        excess.append(np.sum((worse - coefficients) ** 2) - np.sum((best - coefficients) ** 2))
        training.append(np.mean((labels - features @ best) ** 2))
    size = f"n = {n}, d = {d}"
    return compared(f"{size}: training", least, training), compared(f"{size}: excess", cost.excess, excess)
