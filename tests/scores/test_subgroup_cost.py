"""Exact intervals by beta quantiles and enumeration, coverage over models and examples, the two-way bootstrap."""

import numpy as np
import pytest
from scipy.stats import binom

from longtail.errors import InputError
from longtail.scores.subgroup_cost import exact_interval, group_accuracy, group_cost, subgroup_costs


@pytest.mark.parametrize(("right", "n"), [(10, 10), (0, 7), (3, 10), (29, 30)])
def test_exact_interval_has_the_tails_that_define_it(right, n):
    low, high = exact_interval(right / n, n, 0.95)
    if right > 0:
        assert binom.sf(right - 1, n, low) == pytest.approx(0.025)
    if right < n:
        assert binom.cdf(right, n, high) == pytest.approx(0.025)


def test_ten_of_ten():
    found = group_accuracy(np.ones((50, 10), bool), 0.95)
    assert (round(found.low, 2), found.high) == (0.69, 1.0)
    assert "only 10 examples" in found.warning


def test_what_does_not_count_is_as_if_it_were_not_there():
    """The two-way variance by its definition, entry by entry, on a table with gaps; without gaps, the usual one."""
    rng = np.random.default_rng(3)
    correct, counted = rng.random((12, 400)) < np.linspace(0.2, 0.8, 12)[:, None], rng.random((12, 400)) < 0.4
    mean, total = correct[counted].mean(), counted.sum()
    shared = {"row": 0.0, "column": 0.0, "both": 0.0}
    for t, j in np.argwhere(counted):
        mine = correct[t, j] - mean
        shared["row"] += mine * (correct[t, counted[t]] - mean).sum() * 12 / 11
        shared["column"] += mine * (correct[counted[:, j], j] - mean).sum() * 400 / 399
        shared["both"] += mine**2
    both_ways = shared["row"] + shared["column"] - shared["both"]
    variance = max(both_ways, shared["row"], shared["column"]) / total**2
    found = group_accuracy(correct, 0.95, counted)
    assert found.value == pytest.approx(mean)
    assert found.high - found.value == pytest.approx(1.959964 * np.sqrt(variance), rel=1e-6)
    whole = group_accuracy(correct, 0.95, np.ones_like(correct))
    assert whole.to_json() == group_accuracy(correct, 0.95).to_json()
    with pytest.raises(InputError, match="counted must have the shape of correct"):
        group_accuracy(correct, 0.95, counted[:, 1:])
    with pytest.raises(InputError, match="counted must hold an entry"):
        group_accuracy(correct, 0.95, np.zeros_like(counted))


@pytest.mark.parametrize("n", [6, 69, 300])
def test_accuracy_covers_that_of_other_models_on_other_examples(n):
    """400 worlds, right with chance 0.9 on average: at least 0.93 cover, which falls short with chance 0.03 at most.

    Seed 2. Intervals over models alone, of 20 that agree, cover less than half.
    """
    rng = np.random.default_rng(2)
    covered = 0
    for _ in range(400):
        right = rng.random((20, n)) < np.clip(rng.beta(1.8, 0.2, n) + rng.normal(0, 0.01, (20, 1)), 0, 1)
        found = group_accuracy(right, 0.95, rng.random((20, n)) < 0.5)
        covered += found.low <= 0.9 <= found.high
    assert covered / 400 >= 0.93


def test_equal_learners_cost_nothing_but_not_certainly():
    right = np.ones((20, 10), bool)
    cost = group_cost(right, right, 0.95)
    assert cost.value == 0
    assert cost.low < -0.2
    assert cost.high > 0.2


def test_interval_is_hardly_narrower_than_the_two_way_bootstrap():
    """The pigeonhole bootstrap counts a cell's own variance up to three times (Owen); 2,000 resamples (seed 0)."""
    rng = np.random.default_rng(0)
    chance = np.clip(rng.normal(0.7, 0.2, 200) + rng.normal(0, 0.1, (40, 1)), 0, 1)
    unlimited, limited = (rng.random((40, 200)) < p for p in (chance, chance - 0.15))
    lost = unlimited.astype(float) - limited
    means = [lost[np.ix_(rng.integers(40, size=40), rng.integers(200, size=200))].mean() for _ in range(2000)]
    found = group_cost(unlimited, limited, 0.95)
    spread = np.diff(np.quantile(means, [0.025, 0.975]))[0]
    assert 0.7 * spread < found.high - found.low < 1.05 * spread


@pytest.mark.parametrize("n_test", [8, 25, 120])
def test_coverage_over_models_and_examples(n_test):
    """400 worlds, 95 % intervals: at least 0.91 cover, which falls short by chance in 2e-4 at worst (seed 1)."""
    rng = np.random.default_rng(1)
    covered = 0
    for _ in range(400):
        hard = rng.beta(4, 1, n_test)
        model = rng.normal(0, 0.05, (15, 1))
        unlimited = rng.random((15, n_test)) < np.clip(hard + model, 0, 1)
        limited = rng.random((15, n_test)) < np.clip(hard + model - 0.2 * (1 - hard), 0, 1)
        found = group_cost(unlimited, limited, 0.95)
        covered += found.low <= 0.04 <= found.high  # 0.2 * E[1 - hard], clipping apart
    assert covered / 400 >= 0.91


def test_groups_are_apart():
    unlimited = np.array([[1, 1, 1, 0]] * 3, bool)
    limited = np.array([[1, 0, 1, 0]] * 3, bool)
    groups = {"a": np.array([True, True, False, False]), "b": np.array([False, False, True, True])}
    costs = {cost.name: cost for cost in subgroup_costs(unlimited, limited, groups)}
    assert costs["a"].cost.value == 0.5
    assert costs["b"].cost.value == 0.0
    assert costs["b"].unlimited.value == 0.5


def test_bad_input():
    right = np.ones((3, 4), bool)
    with pytest.raises(InputError, match="group must have a test example, to say anything of it; got 'nobody'."):
        subgroup_costs(right, right, {"nobody": np.zeros(4, bool)})
    with pytest.raises(InputError, match="limited must have the shape of unlimited"):
        subgroup_costs(right, right[:, :2], {})
