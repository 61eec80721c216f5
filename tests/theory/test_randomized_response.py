"""The sharp label-privacy bound against a linear program over every channel."""

import math
from itertools import combinations, permutations

import numpy as np
import pytest
from scipy.optimize import linprog

from longtail.errors import InputError
from longtail.theory.randomized_response import (
    label_private_accuracy,
    label_private_accuracy_paper,
    randomized_response,
)


def _events(n_classes: int) -> list[list[int]]:
    return [list(event) for size in range(1, n_classes) for event in combinations(range(n_classes), size)]


def _best_channel(posterior: np.ndarray, epsilon: float, delta: float) -> float:
    """The accuracy of the best channel: every event, every pair of labels, as a linear program."""
    m = len(posterior)
    rows = []
    for label, other in permutations(range(m), 2):
        for event in _events(m):
            row = np.zeros((m, m))
            row[label, event] += 1
            row[other, event] -= math.exp(epsilon)
            rows.append(row.ravel())
    sums = np.kron(np.eye(m), np.ones(m))
    solved = linprog(
        -np.diag(posterior).ravel(),
        A_ub=rows,
        b_ub=np.full(len(rows), delta),
        A_eq=sums,
        b_eq=np.ones(m),
        method="highs",
    )
    assert solved.status == 0
    return -solved.fun


@pytest.mark.parametrize("delta", [0.0, 0.03, 0.3])
def test_the_bound_is_the_optimum_over_all_channels(delta: float) -> None:
    """100 random posteriors over 2 to 4 labels, seed 2: equality to 1e-9, in both directions."""
    rng = np.random.default_rng(2)
    for _ in range(100):
        posterior = rng.dirichlet(np.full(rng.integers(2, 5), rng.choice([0.3, 1.0, 5.0])))
        epsilon = float(rng.uniform(0, 3))
        best = _best_channel(posterior, epsilon, delta)
        assert label_private_accuracy(posterior, epsilon, delta) == pytest.approx(best, abs=1e-9)
        assert best <= label_private_accuracy_paper(float(posterior.max()), epsilon, delta) + 1e-9


def test_the_channel_is_private_and_attains_the_bound() -> None:
    rng = np.random.default_rng(3)
    for _ in range(60):
        posterior = rng.dirichlet(np.full(rng.integers(2, 6), 0.7))
        epsilon, delta = float(rng.uniform(0, 3)), float(rng.choice([0.0, 0.05]))
        channel = randomized_response(posterior, epsilon, delta)
        assert channel.sum(axis=1) == pytest.approx(1)
        assert posterior @ np.diag(channel) == pytest.approx(label_private_accuracy(posterior, epsilon, delta))
        for event in _events(len(posterior)):
            chance = channel[:, event].sum(axis=1)
            assert chance.max() <= math.exp(epsilon) * chance.min() + delta + 1e-12


def test_extremes_of_the_level() -> None:
    assert label_private_accuracy([0.7, 0.3], 0.0) == 0.7
    assert label_private_accuracy([0.7, 0.3], math.inf) == 1.0
    assert label_private_accuracy([0.7, 0.3], 0.0, delta=1.0) == 1.0
    assert label_private_accuracy_paper(0.5, 1000.0) == 1.0
    assert label_private_accuracy_paper(0.0, math.inf) == 0.0


@pytest.mark.parametrize(
    ("posterior", "line"),
    [
        ([0.5, 0.4], "posterior must sum to 1; got a sum of 0.9."),
        (["a", "b"], "posterior must be a list of at least 2 numbers; got ['a', 'b']."),
        ([1.0], "posterior must be a list of at least 2 numbers; got [1.0]."),
        ([1.5, -0.5], "posterior must hold no negative number and no NaN; got [1.5, -0.5]."),
        ([math.nan, 1.0], "posterior must hold no negative number and no NaN; got [nan, 1.0]."),
    ],
)
def test_a_posterior_is_a_distribution(posterior: list[float], line: str) -> None:
    with pytest.raises(InputError) as caught:
        label_private_accuracy(posterior, 1.0)
    assert str(caught.value) == line
