"""Learners that keep few labels, simulated: see :mod:`longtail.theory.limited_capacity`."""

import numpy as np
from numpy.typing import NDArray

from longtail.array_types import Reals
from longtail.experiments.after_2020.comparison import Comparison, compared
from longtail.experiments.after_2020.counts import SIZES, WRONG, size_name, zipf_model, zipf_samples
from longtail.frequencies.priors import Zipf
from longtail.theory.disparity import Population, Subgroup
from longtail.theory.limited_capacity import capacity_by_subgroup, capacity_cost
from longtail.theory.model import LongTailModel

__all__ = ["best_choice", "by_subgroup", "random_examples"]


def best_choice(seed: int = 0) -> list[Comparison]:
    """Keep a third of the labels, those of the points seen most often, and at the threshold a fixed share."""
    found = []
    for n_points, n_samples in SIZES:
        model = zipf_model(n_points, n_samples)
        capacity = _number_seen(model) / 3
        frequencies, counts, _ = zipf_samples(n_points, n_samples, seed, "best choice")
        lost = WRONG * (frequencies * _forgotten(model, capacity, counts)).sum(axis=1)
        found.append(compared(size_name(n_points, n_samples), capacity_cost(model, capacity).best, lost))
    return found


def random_examples(seed: int = 0) -> list[Comparison]:
    """Keep the labels of a random part of the examples, of one of two whole numbers as often as it must be."""
    found = []
    for n_points, n_samples in SIZES:
        model = zipf_model(n_points, n_samples)
        cost = capacity_cost(model, _number_seen(model) / 3)
        frequencies, counts, randomness = zipf_samples(n_points, n_samples, seed, "random examples")
        examples = int(cost.n_examples) + (randomness.random(len(counts)) < cost.n_examples % 1)
        kept = np.array([randomness.multivariate_hypergeometric(c, m) for c, m in zip(counts, examples, strict=True)])
        lost = WRONG * (frequencies * ((counts > 0) & (kept == 0))).sum(axis=1)
        found.append(compared(size_name(n_points, n_samples), cost.random_examples, lost))
    return found


def by_subgroup(seed: int = 0) -> list[Comparison]:
    """Keep a third of the labels of two groups, three quarters and a quarter of the whole, where they are worth most.

    What the smaller group pays is compared.
    """
    found = []
    for n_points, n_samples in SIZES:
        few = zipf_model(n_points, n_samples // 4)
        capacity = (_number_seen(zipf_model(n_points, n_samples - n_samples // 4)) + _number_seen(few)) / 3
        groups = [
            Subgroup(name=name, prior=Zipf(n_points), share=share, n_classes=10)
            for name, share in (("many", 0.75), ("few", 0.25))
        ]
        paid = capacity_by_subgroup(Population(subgroups=groups, n_samples=n_samples), capacity)[1]
        frequencies, counts, _ = zipf_samples(n_points, n_samples // 4, seed, "by subgroup")
        lost = WRONG * (frequencies * _forgotten(few, paid.kept, counts)).sum(axis=1)
        found.append(compared(f"{size_name(n_points, n_samples)}, its quarter", paid.cost, lost))
    return found


def _forgotten(model: LongTailModel, n_kept: float, counts: NDArray[np.int64]) -> Reals:
    """Return with which probability each seen point is forgotten, those seen least often first."""
    spare, shares = _number_seen(model) - n_kept, [0.0]
    while spare > 0:
        number = model.expected_number_seen(len(shares))
        shares.append(min(1.0, spare / number))
        spare -= number
    return np.array([*shares, 0.0])[np.minimum(counts, len(shares))]


def _number_seen(model: LongTailModel) -> float:
    return model.n_subpopulations - model.expected_number_seen(0)
