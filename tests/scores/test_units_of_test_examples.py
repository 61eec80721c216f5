"""Test rows of one unit are one draw: rows copied k times in one unit say what they say once."""

import numpy as np
import pytest

from longtail.analysis.quality import mean_quality
from longtail.outcomes import PERFORMANCES, Outcomes
from longtail.scores.class_means import class_mean_cost, class_means
from longtail.scores.new_examples import NewExamples
from longtail.scores.subgroup_cost import group_accuracy

RNG = np.random.default_rng(0)
N, COPIES = 40, 5
RIGHT = RNG.random((2, 6, N)) < np.array([0.9, 0.6])[:, None, None]
FIRST = (np.zeros(2, bool), np.arange(N) < N // 2)
SECOND = (np.zeros(2, bool), np.arange(N) >= N // 2)


def paired(right, unit=None):
    inside = np.tile([True, False], (right.shape[1], 1))
    tables = [Outcomes.from_arrays(inside, inside, test_correct=each) for each in right]
    return NewExamples(plain=tables[0], limited=tables[1], level=0.95, left_out=False, test_unit=unit)


def ends(estimate):
    return pytest.approx([estimate.value, estimate.low, estimate.high])


def told(new, masks):
    each = [new.cost(), *new.accuracies(), new.cost(*masks[0]), class_mean_cost(new, masks), *class_means(new, masks)]
    return [value for estimate in each for value in (estimate.value, estimate.low, estimate.high)]


def test_copies_in_one_unit_say_what_they_say_once():
    copied, unit = np.repeat(RIGHT, COPIES, axis=2), np.repeat(np.arange(N), COPIES)
    masks = [FIRST, SECOND]
    many = [(train, np.repeat(test, COPIES)) for train, test in masks]
    assert told(paired(copied, unit), many) == pytest.approx(told(paired(RIGHT), masks))
    assert paired(copied, unit).cost().low < paired(copied).cost().low
    once = group_accuracy(RIGHT[0], 0.95)
    again = group_accuracy(copied[0], 0.95, unit=unit)
    assert [again.value, again.low, again.high] == ends(once)
    numbers = RNG.normal(size=(6, N))
    once = mean_quality(numbers, PERFORMANCES["log_loss"], 0.95)
    again = mean_quality(np.repeat(numbers, COPIES, axis=1), PERFORMANCES["log_loss"], 0.95, unit=unit)
    assert [again.value, again.low, again.high] == ends(once)


def test_a_row_a_unit_changes_nothing():
    assert told(paired(RIGHT, RNG.permutation(N)), [FIRST, SECOND]) == pytest.approx(
        told(paired(RIGHT), [FIRST, SECOND])
    )


def test_units_with_rows_in_two_classes_are_one_draw_in_the_mean_over_classes():
    """Row i of either class is of unit i, and right alike: the mean over classes is that of one of them."""
    once = np.repeat(RNG.random((2, 1, 200)), 6, axis=1) < np.array([0.9, 0.6])[:, None, None]
    masks = [(np.zeros(2, bool), np.repeat(each, 200)) for each in ([True, False], [False, True])]
    both, unit = np.tile(once, 2), np.tile(np.arange(200), 2)
    found, alone = (class_mean_cost(paired(both, known), masks) for known in (unit, None))
    assert found.high - found.low > 1.2 * (alone.high - alone.low)


def test_intervals_hold_where_units_differ_and_rows_alone_do_not():
    """200 worlds, 60 units of 1 to 9 rows with chances of their own, one model: coverage of the mean over units.

    At 95 % fewer than 178 of 200 hold by chance in 1 of 10^4 cases; rows alone held in at most 170. Seeds 0 to 199.
    """
    held = np.zeros(2, int)
    for seed in range(200):
        rng = np.random.default_rng(seed)
        unit = np.repeat(np.arange(60), rng.integers(1, 10, 60))
        chance = rng.choice([0.1, 0.9], 60)
        right = (rng.random(len(unit)) < chance[unit])[None]
        for place, known in enumerate((unit, None)):
            found = group_accuracy(right, 0.95, unit=known)
            held[place] += found.low <= 0.5 <= found.high
    assert held[0] >= 178
    assert held[1] <= 170
