"""The tail as the learner meets it, held against worlds in which it is known, enumeration, and Good and Turing."""

from itertools import combinations

import numpy as np
import pytest
from scipy.special import digamma

from longtail.errors import InputError
from longtail.outcomes import Outcomes
from longtail.scores import learner_tail
from longtail.scores.witnesses import Pool, left_out_pool, mutual_support, pool_of_test_examples
from scores.planted_kinds import World

FRACTIONS = (0.5, 0.9)
WORLDS = {
    "Zipf 1": {},
    "Zipf 0.6": {"power": 0.6, "kinds": 3000},
    "Zipf 1.5": {"power": 1.5},
    "covered": {"kinds": 200},
}


def every_subset(kinds, size, guess_right):
    """All subsets of a tiny pool as trials of the learner that remembers; guesses are right where told."""
    n = len(kinds)
    inclusion = np.zeros((len(list(combinations(range(n), size))), n), bool)
    for row, chosen in zip(inclusion, combinations(range(n), size), strict=True):
        row[list(chosen)] = True
    seen = np.array([[kind in set(kinds[row]) for kind in kinds] for row in inclusion])
    return inclusion, seen | guess_right


def test_singleton_worth_is_the_telescoped_sum_of_single_removals():
    """By enumeration: the mean of m (e(m-1) - e(m)) with weights 1/m, over every subset of eight examples."""
    kinds = np.array([0, 0, 0, 1, 1, 2, 3, 4])
    tables, errors = {}, {}
    for size in (3, 4, 5, 6):
        inclusion, right = every_subset(kinds, size, np.zeros(8, bool))
        tables[size / 8] = Outcomes.from_arrays(inclusion, right)
        errors[size] = 1 - right[~inclusion].mean()
    single = {m: m * (errors[m - 1] - errors[m]) for m in (4, 5, 6)}
    expected = sum(single[m] / m for m in single) / sum(1 / m for m in single)
    found = learner_tail({3 / 8: tables[3 / 8], 6 / 8: tables[6 / 8]})
    assert found.singleton_worth.value == pytest.approx(expected, abs=1e-12)
    assert found.sizes == pytest.approx((3, 6))


def test_the_variance_of_unseen_mass_is_good_and_turings():
    """Singletons have no supporter, both examples of a pair have one: phi_1 + 2 phi_2 in all."""
    pairs = mutual_support(np.ones(1), np.ones(1), np.arange(4.0), np.array([30.0, 2 * 20, 3 * 10, 0]))
    assert pairs == 2 * 20


def exact_pool(world, sizes):
    """Left-out errors over all subsets, so that nothing but the witnesses varies."""
    asked = np.full((len(sizes), len(world.pool)), 10**7)
    wrong = np.array([np.round(world.left_out_errors(m) * 10**7) for m in sizes]).astype(int)
    return Pool(name="", fractions=np.array(sizes) / len(world.pool), wrong=wrong, asked=asked, trains=True)


@pytest.mark.parametrize("name", WORLDS)
def test_mutual_support_is_the_missing_part_of_the_variance(name):
    """Seeds 0 to 199: squared deviations of M_1 average one variance, within 0.4, four standard errors of a chi-square.

    The spread of the witnesses alone explains less than two thirds of them.
    """
    own, whole = [], []
    a = np.array([1.0, -1.0]) / (digamma(1081) - digamma(601))
    for seed in range(200):
        world = World(seed, test=1, **WORLDS[name])
        pool = exact_pool(world, (600, 1080))
        squared = (float(a @ pool.errors) - world.truth(600, 1080)[0]) ** 2
        own.append(squared / (pool._spread(a) / pool.size**2))
        whole.append(squared / pool.variance(a))
    assert 0.6 < np.mean(whole) < 1.4
    assert np.mean(own) > 1.5


@pytest.mark.parametrize("name", WORLDS)
def test_intervals_cover_what_is_planted(name):
    """40 worlds each, seeds 0 to 39, 50 trials a fraction; fewer than 33 of 40 covered has a chance below 2e-3 at 95 %.

    The mean may be off by four of its standard errors.
    """
    covered, off = np.zeros(2), []
    for seed in range(40):
        world = World(seed, **WORLDS[name])
        found = learner_tail({fraction: world.trials(fraction, 50) for fraction in FRACTIONS})
        for k, (estimate, truth) in enumerate(
            zip((found.singleton_worth, found.exponent), world.truth(600, 1080), strict=True)
        ):
            covered[k] += estimate.low <= truth <= estimate.high
            if k == 0:
                off.append(estimate.value - truth)
    assert covered.min() >= 33
    assert abs(np.mean(off)) < 4 * np.std(off) / np.sqrt(40)


def test_the_third_fraction_is_predicted():
    """A power law of kinds: the found error lies in the predicted interval in at least 33 of 40 worlds."""
    held = 0
    for seed in range(40):
        world = World(seed)
        check = learner_tail({fraction: world.trials(fraction, 50) for fraction in (0.5, 0.7, 0.9)}).check
        assert check is not None
        assert check.fraction == 0.9
        held += check.holds
    assert held >= 33


def test_the_fastest_fall_is_that_of_a_single_kind():
    """Mixtures of (1 - D)^m are log-convex: 200 random ones lie above the extrapolated fall; one kind lies on it."""
    rng = np.random.default_rng(0)
    for draw in range(200):
        kinds = 1 if draw == 0 else 8
        D, weight = rng.random(kinds) ** 3, rng.random(kinds)
        first, second, third = (float(weight @ (1 - D) ** m) for m in (5.0, 7.0, 9.0))
        fastest = second * (second / first) ** ((9 - 7) / (7 - 5))
        assert fastest <= third * (1 + 1e-12)
        assert draw or fastest == pytest.approx(third)


def test_few_kinds_are_predicted_too():
    """Zipf 0.6, where the exponent rises with m. Seeds 0 to 39; fewer than 36 held has a chance below 5 % at 95 %."""
    held = 0
    for seed in range(40):
        world = World(seed, power=0.6, kinds=3000)
        found = learner_tail({fraction: world.trials(fraction, 50) for fraction in (0.5, 0.7, 0.9)})
        held += found.check.holds
        ratio = np.log(0.9 / 0.7) / np.log(0.7 / 0.5)
        first, second = (found.errors[k].value for k in range(2))
        assert found.check.predicted.value == pytest.approx(second * (second / first) ** ratio, rel=1e-3)
        assert found.check.predicted.low < second * (second / first) < found.check.predicted.value
    assert held >= 36


def test_the_exponent_is_that_of_the_whole_error_under_label_noise():
    """5 % of new labels are wrong: the exponent covers that fall in 33 of 40 worlds, below that of kinds."""
    covered, tail = 0, 0
    for seed in range(40):
        world = World(seed)
        tables = {}
        for fraction in FRACTIONS:
            fits = world.trials(fraction, 50)
            flipped, flipped_test = np.random.default_rng(seed).random((2, 1200)) < 0.05
            right = np.where(fits.inclusion, fits.correct, fits.correct & ~flipped)
            tables[fraction] = Outcomes.from_arrays(
                fits.inclusion, right, test_correct=fits.test_correct & ~flipped_test[: fits.n_test]
            )
        found = learner_tail(tables).exponent
        error = [0.05 + 0.95 * world.error(m) for m in (600, 1080)]
        covered += found.low <= np.log(error[0] / error[1]) / np.log(1080 / 600) <= found.high
        tail += found.value < world.truth(600, 1080)[1]
    assert covered >= 33
    assert tail >= 33


def test_pools_are_weighted_by_size_and_answers_counted_not_shares():
    inclusion = np.zeros((12, 3), bool)
    inclusion[:, 0] = True
    inclusion[0, 1] = True
    correct = np.ones((12, 3), bool)
    correct[:6, 2] = False
    table = Outcomes.from_arrays(inclusion, correct, trial_numbers=range(12))
    pool = left_out_pool({0.4: table})
    assert pool.errors[0] == pytest.approx(6 / 23)
    assert pool.size == 2


def test_the_exponent_is_refused_where_models_do_not_fit():
    world = World(0)
    tables = {}
    for fraction in FRACTIONS:
        fits = world.trials(fraction, 50)
        wrong = np.random.default_rng(1).random(fits.correct.shape) < 0.05
        tables[fraction] = Outcomes.from_arrays(fits.inclusion, fits.correct & ~wrong, test_correct=fits.test_correct)
    found = learner_tail(tables)
    assert np.isnan(found.exponent.value)
    assert "trained on" in found.exponent.warning
    assert found.check is None
    assert np.isfinite(found.singleton_worth.value)
    assert np.isnan(found.error_left().value)


def test_a_perfect_learner_is_worth_nothing_up_to_the_rule_of_three():
    world = World(0)
    tables = {}
    for fraction in FRACTIONS:
        fits = world.trials(fraction, 50)
        right = np.ones_like(fits.correct)
        tables[fraction] = Outcomes.from_arrays(fits.inclusion, right, test_correct=np.ones_like(fits.test_correct))
    found = learner_tail(tables)
    assert found.errors[0].value == 0
    assert 3 / 1600 * 0.5 < found.errors[0].high < 3 / 1600 * 1.5
    assert found.singleton_worth.value == 0 < found.singleton_worth.high
    assert "no error is left" in found.exponent.warning


def test_twice_the_data_leaves_two_to_the_minus_exponent():
    world = World(3)
    found = learner_tail({fraction: world.trials(fraction, 50) for fraction in FRACTIONS})
    left = found.error_left(2)
    assert left.value == pytest.approx(2**-found.exponent.value)
    assert left.low == pytest.approx(2**-found.exponent.high)
    assert left.low < left.value < left.high
    with pytest.raises(InputError, match="factor must be a finite number of at least 1"):
        found.error_left(0.5)


def test_a_shifted_test_set_is_named():
    world = World(0)
    tables = {}
    for fraction in FRACTIONS:
        fits = world.trials(fraction, 50)
        worse = fits.test_correct & (np.random.default_rng(2).random(fits.test_correct.shape) < 0.8)
        tables[fraction] = Outcomes.from_arrays(fits.inclusion, fits.correct, test_correct=worse)
    assert "harder" in learner_tail(tables).notes[0]
    assert learner_tail({fraction: world.trials(fraction, 50) for fraction in FRACTIONS}).notes == ()


def test_tied_examples_count_as_units_and_widen_the_interval():
    world = World(0)
    tables = {fraction: world.trials(fraction, 50) for fraction in FRACTIONS}
    alone, tied = learner_tail(tables), learner_tail(tables, together=world.pool)
    assert tied.sizes[0] == pytest.approx(len(set(world.pool)) / 2)
    width = [each.singleton_worth.high - each.singleton_worth.low for each in (alone, tied)]
    assert width[1] > width[0]


def test_test_examples_of_one_unit_are_one_draw():
    """Each test example and its copies in one unit: the same answer as once; as rows it is surer than it may be."""
    world = World(0)
    tables = {fraction: world.trials(fraction, 30) for fraction in FRACTIONS}
    n_test, left = tables[0.5].n_test, {}
    for name, copies, unit in (("once", 1, True), ("units", 6, True), ("rows", 6, False)):
        more = {
            fraction: Outcomes.from_arrays(
                table.inclusion, table.correct, test_correct=np.repeat(table.test_correct, copies, axis=1)
            )
            for fraction, table in tables.items()
        }
        pool = pool_of_test_examples(more, np.repeat(np.arange(n_test), copies) if unit else None)
        step = np.array([1.0, -1.0])
        left[name] = pool.variance(step), pool.freedom(step)
    assert left["units"] == pytest.approx(left["once"])
    assert left["rows"][0] < left["once"][0] / 3
    assert left["once"][1] == pytest.approx(n_test - 1)
    given = learner_tail(tables, test_unit=np.repeat(np.arange(-(-n_test // 6)), 6)[:n_test])
    alone = learner_tail(tables, test_unit=np.arange(n_test))
    assert given.errors[0].value == alone.errors[0].value
    assert given.errors[0].high - given.errors[0].low > alone.errors[0].high - alone.errors[0].low


def test_what_cannot_be_answered_is_refused_by_name():
    world = World(0)
    table = world.trials(0.5, 12)
    with pytest.raises(InputError, match=r"outcomes must hold trials at two fractions or more; got 1\. One size"):
        learner_tail({0.5: table})
    with pytest.raises(InputError, match="be named by the fraction"):
        learner_tail({0.5: table, 0.9: table})
    with pytest.raises(InputError, match="at least 10 trials"):
        learner_tail({0.5: table, 0.9: world.trials(0.9, 5)})
    with pytest.raises(InputError, match="same examples"):
        learner_tail({0.5: table, 0.9: World(0, pool=100).trials(0.9, 12)})
