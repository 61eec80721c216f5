"""The least cost of so many misfits: against a linear program, and below what misfits cost where they fall."""

import numpy as np
import pytest
from scipy.optimize import linprog

from longtail.analysis.least_cost import least_cost, least_of
from longtail.analysis.paired_trials import PairedTrials, PlainTrials


def test_it_is_the_optimum_of_a_linear_program():
    """Drawn kinds, 50 seeds, solved by SciPy."""
    for seed in range(50):
        rng = np.random.default_rng(seed)
        worth, room = rng.random(6), rng.integers(0, 9, 6).astype(float)
        number = rng.random() * room.sum()
        found = linprog(worth, A_eq=np.ones((1, 6)), b_eq=[number], bounds=[(0, most) for most in room])
        assert least_of(worth, room, number) == pytest.approx(found.fun, abs=1e-9)
    assert least_of(worth, room, -1.0) == 0
    assert least_of(worth, room, 1e9) == pytest.approx(worth @ room)


def world(misfit_frequent):
    """Zipf's kinds; limited models misfit either kinds seen once, or as many of the most frequent."""
    rng = np.random.default_rng(0)
    weights = 1 / np.arange(1, 201)
    ids = rng.choice(200, 400, p=weights / weights.sum())
    inclusion = np.array([rng.permutation(400) < 280 for _ in range(12)])
    limited = np.ones((12, 400), bool)
    for trial, inside in enumerate(inclusion):
        counts = np.bincount(ids[inside], minlength=200)
        once = np.flatnonzero(counts == 1)[:10]
        chosen = np.argsort(-counts)[:10] if misfit_frequent else once
        limited[trial, np.isin(ids, chosen)] = False
    plain = PlainTrials(
        inclusion=inclusion,
        correct=np.ones((12, 400), bool),
        ids=ids,
        test_correct=np.ones((12, 1), bool),
        ids_test=np.array([-1]),
    )
    return PairedTrials(plain=plain, limited=limited, limited_test=np.ones((12, 1), bool))


def test_forgetting_the_frequent_costs_more_than_as_many_had_to():
    """Ten kinds are forgotten. Those seen once are near the least; the ten most frequent hold half of the mass."""
    (least, fallen), (same, frequent) = (least_cost(world(each), 0.95) for each in (False, True))
    assert least.value <= fallen.value + 1e-12
    assert frequent.value > 0.4
    assert frequent.value > 5 * same.value
    assert least.low <= least.value <= least.high
