"""What a limit costs on new examples, held against worlds in which it is known; and what is no new example."""

import numpy as np
import pytest
from scipy.stats import hypergeom

from longtail.errors import InputError
from longtail.outcomes import Outcomes
from longtail.scores.new_examples import NewExamples
from longtail.scores.subgroup_cost import group_cost
from longtail.scores.witness_pools import mutual_effects
from scores.planted_kinds import World


def limited_trials(world, plain):
    """A learner that knows a kind only if it saw it twice, on the same subsets; else wrong."""
    seen = np.zeros((plain.n_trials, len(world.D)), int)
    np.add.at(seen, (np.arange(plain.n_trials)[:, None], world.pool), plain.inclusion)
    knows = seen >= 2
    return Outcomes.from_arrays(plain.inclusion, knows[:, world.pool], test_correct=knows[:, world.test])


def plain_trials(world, n_trials, fraction=0.7):
    """One that knows what it saw once, and never guesses right."""
    inclusion = np.zeros((n_trials, len(world.pool)), bool)
    for row in inclusion:
        row[world.rng.permutation(len(world.pool))[: round(fraction * len(world.pool))]] = True
    seen = np.zeros((n_trials, len(world.D)), bool)
    np.logical_or.at(seen, (np.arange(n_trials)[:, None], world.pool), inclusion)
    return Outcomes.from_arrays(inclusion, seen[:, world.pool], test_correct=seen[:, world.test])


def seen_once(n, counts, m):
    """Chance that exactly one of ``counts`` examples is among m of n."""
    values, where = np.unique(counts, return_inverse=True)
    return np.where(values > 0, hypergeom(n, values, m).pmf(1), 0.0)[where]


def truth(world, m):
    """The mass of what was seen exactly once: what the limit costs."""
    counts = np.bincount(world.pool, minlength=len(world.D))
    return float((world.D * seen_once(len(world.pool), counts, m)).sum())


def test_intervals_cover_what_is_planted_and_are_narrower_than_those_of_test_examples():
    """40 worlds of 300 and 75 examples, seeds 0 to 39, 40 trials; fewer than 33 covered has a chance below 2e-3 at
    95 %. The mean may be off by four of its standard errors.
    """
    covered, off, narrower = 0, [], []
    for seed in range(40):
        world = World(seed, kinds=300, pool=300, test=75)
        plain = plain_trials(world, 40)
        found = NewExamples.of(plain, limited := limited_trials(world, plain), 0.95)
        cost, planted = found.cost(), truth(world, 210)
        covered += cost.low <= planted <= cost.high
        off.append(cost.value - planted)
        alone = group_cost(plain.test_correct, limited.test_correct, 0.95)
        narrower.append((cost.high - cost.low) / (alone.high - alone.low))
    assert covered >= 33
    assert abs(np.mean(off)) < 4 * np.std(off) / np.sqrt(40)
    assert np.median(narrower) < 0.75


def test_mutual_effects_are_those_of_the_kinds():
    """Of a kind with c others, each changes f(c) to f(c - 1); seeds 0 to 19, within four standard errors."""
    ratio = []
    for seed in range(20):
        world = World(seed, kinds=500, pool=400, test=1)
        plain = plain_trials(world, 60)
        lost = plain.correct.astype(float) - limited_trials(world, plain).correct
        others = np.bincount(world.pool)[world.pool] - 1
        change = seen_once(399, others, 280) - seen_once(399, np.maximum(others - 1, 0), 280)
        exact = float((others * change**2).sum())
        ratio.append(mutual_effects(lost, ~plain.inclusion, plain.inclusion) / exact)
    assert abs(np.mean(ratio) - 1) < max(4 * np.std(ratio) / np.sqrt(20), 0.1)


def test_outcomes_that_nobody_influences_have_no_mutual_effects():
    """Coins: the mean over 200 draws lies within four standard errors of 0 before it is cut at 0; so half are 0."""
    rng = np.random.default_rng(0)
    found = []
    for _ in range(200):
        inclusion = np.array([rng.permutation(60) < 42 for _ in range(20)])
        found.append(mutual_effects(rng.integers(0, 2, (20, 60)).astype(float), ~inclusion, inclusion))
    assert 0.3 < np.mean(np.array(found) == 0) < 0.7


def table(n_trials=20, n=1437, n_test=360, seed=0):
    rng = np.random.default_rng(seed)
    inclusion = np.array([rng.permutation(n) < 0.7 * n for _ in range(n_trials)])
    right = rng.random((n_trials, n + n_test)) < 0.97
    return Outcomes.from_arrays(inclusion, right[:, :n], test_correct=right[:, n:])


def test_an_identical_model_is_affordable():
    """360 test examples alone leave the rule of three, 1.02 points; 1,797 witnesses leave 0.21."""
    same = table()
    cost = NewExamples.of(same, same, 0.95).cost()
    assert cost.value == 0
    assert cost.high == -cost.low == pytest.approx(-np.log(0.025) / 1797)
    assert group_cost(same.test_correct, same.test_correct, 0.95).high > 0.01


def test_the_cost_is_the_difference_of_the_accuracies_also_of_a_group():
    first, second = table(seed=1), table(seed=1)
    rng = np.random.default_rng(2)
    second = Outcomes.from_arrays(
        first.inclusion,
        first.correct & (rng.random(first.correct.shape) < 0.98),
        test_correct=first.test_correct & (rng.random(first.test_correct.shape) < 0.98),
    )
    found = NewExamples.of(first, second, 0.95)
    train, test = np.arange(1437) < 100, np.arange(360) < 12
    for masks, n in (((None, None), 1797), ((train, test), 112), ((train & False, test), 12)):
        before, after = found.accuracies(*masks)
        cost = found.cost(*masks)
        assert cost.value == pytest.approx(before.value - after.value, abs=1e-6)
        assert cost.low < cost.value < cost.high
        assert found.n_witnesses(*masks) == n
    assert "only 12 examples" in cost.warning
    by_hand = 360 * (first.test_correct.mean() - second.test_correct.mean())
    by_hand += 1437 * (first.correct[~first.inclusion].mean() - second.correct[~first.inclusion].mean())
    assert found.cost().value == pytest.approx(by_hand / 1797, abs=1e-6)
    assert found.witnesses == "360 test examples and 1,437 training examples, where left out"


def test_left_out_examples_do_not_count_where_they_differ_or_are_tied():
    plain = table()
    worse = plain.test_correct & (np.random.default_rng(3).random(plain.test_correct.shape) < 0.8)
    limited = Outcomes.from_arrays(plain.inclusion, plain.correct, test_correct=worse)
    found = NewExamples.of(plain, limited, 0.95)
    assert found.cost().value == pytest.approx(plain.test_correct.mean() - worse.mean(), abs=1e-6)
    assert "they are no new examples like these" in found.cost().warning
    assert found.witnesses == "360 test examples"
    tied = NewExamples.of(plain, plain, 0.95, tied=True)
    assert tied.cost().high == pytest.approx(group_cost(plain.test_correct, plain.test_correct, 0.95).high)


def test_tables_of_other_trials_are_refused():
    with pytest.raises(InputError, match="limited must have the shape of plain"):
        NewExamples.of(table(20), table(10), 0.95)
    alone = table()
    with pytest.raises(InputError, match="have an example that is new to some model"):
        NewExamples.of(alone, alone, 0.95).cost(np.zeros(1437, bool), np.zeros(360, bool))


def test_a_learner_beside_itself_has_one_accuracy():
    """Computed once; its equal in another table is computed twice."""
    first, again = table(seed=3), table(seed=3)
    same, twice = (NewExamples.of(first, other, 0.95).accuracies() for other in (first, again))
    assert same == twice
    assert same[0] == same[1]
