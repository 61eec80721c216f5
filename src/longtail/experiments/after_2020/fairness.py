"""Private learners, accurate and fairer: see :mod:`longtail.theory.private_fairness`."""

import numpy as np

from longtail.array_types import Reals
from longtail.experiments.after_2020.comparison import Comparison, compared
from longtail.experiments.after_2020.counts import SIZES, WRONG, size_name, zipf_samples
from longtail.frequencies.priors import Zipf
from longtail.theory.disparity import Population, Subgroup
from longtail.theory.private_fairness import fairness_trade_off
from longtail.theory.randomized_response import label_private_accuracy

__all__ = ["border"]

_EPSILON = 1.0
_SHARE = 0.75


def border(seed: int = 0) -> list[Comparison]:
    """Answer what was seen once by randomized response, then spoil answers of the larger group until half as unfair."""
    return [row for size in SIZES for row in _both(*size, seed)]


def _both(n_points: int, n_samples: int, seed: int) -> list[Comparison]:
    groups = [
        Subgroup(name=name, prior=Zipf(n_points), share=share, n_classes=10)
        for name, share in (("many", _SHARE), ("few", 1 - _SHARE))
    ]
    population = Population(subgroups=groups, n_samples=n_samples)
    found = fairness_trade_off(population, lambda model: model.cost_of_label_privacy(_EPSILON))
    many, few = (
        _error(n_points, population.model(group).n_samples, seed, group.name) for group in population.subgroups
    )
    half = found.discrepancy / 2
    goal = (found.least_error(half) - (1 - _SHARE) * found.errors["few"]) / _SHARE
    spoiled = (goal - found.errors["many"]) / (1 - found.errors["many"])
    raised = many + spoiled * (1 - many)  # a part of all answers of this group is made wrong
    size = size_name(n_points, n_samples)
    return [
        compared(f"{size}: unfair by", found.discrepancy, _SHARE * (few - many)),
        compared(f"{size}: error at half", found.least_error(half), _SHARE * raised + (1 - _SHARE) * few),
    ]


def _error(n_points: int, n_samples: int, seed: int, name: str) -> Reals:
    """Return the error of each draw: guesses where nothing was seen, and one random answer for each point seen once."""
    frequencies, counts, randomness = zipf_samples(n_points, n_samples, seed, f"fairness {name}")
    right = randomness.random(counts.shape)
    once = label_private_accuracy(np.full(10, 0.1), _EPSILON)
    wrong = np.where(counts == 0, right < WRONG, (counts == 1) & (right >= once))
    return np.asarray((frequencies * wrong).sum(axis=1), float)
