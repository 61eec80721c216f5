"""Exemplars of a limit: by a table made by hand, an exact test of SciPy's, and under no change at all."""

import numpy as np
import pytest
from scipy.stats import binomtest

from longtail.analysis.exemplars import change_p_values, exemplars
from longtail.dataset import Dataset
from longtail.outcomes import Outcomes


def data_of(n_test):
    rng = np.random.default_rng(0)
    y, y_test = np.arange(20) % 2, np.arange(n_test) % 2
    return Dataset.from_arrays(rng.normal(size=(20, 2)), y, rng.normal(size=(n_test, 2)), y_test)


def outcomes(test_correct):
    inside = np.array([np.random.default_rng(t).permutation(20) < 14 for t in range(len(test_correct))])
    return Outcomes.from_arrays(inside, inside, test_correct=np.asarray(test_correct, bool))


def test_p_values_are_those_of_an_exact_binomial_test():
    """Of every table of up to 12 pairs."""
    lost, won = (each.ravel() for each in np.meshgrid(np.arange(13), np.arange(13)))
    expected = [binomtest(int(a), int(a + b)).pvalue if a + b else 1.0 for a, b in zip(lost, won, strict=True)]
    assert change_p_values(lost, won) == pytest.approx(expected)


def test_who_turns_is_counted_both_ways():
    """20 pairs; five examples: turns wrong surely, turns wrong barely, turns right, falls but stays right, stays."""
    before, after = np.zeros((20, 5), bool), np.zeros((20, 5), bool)
    for example, (right, under) in enumerate([(20, 0), (11, 9), (2, 18), (20, 12), (15, 15)]):
        before[:right, example] = True
        after[:under, example] = True
    found = exemplars(data_of(5), outcomes(before), outcomes(after), 0.95)
    assert (found.n_lost, found.n_surely_lost, found.n_gained, found.n_surely_gained) == (2, 1, 1, 1)
    assert [each.test for each in found.shown] == [0, 1]
    assert found.shown[1].fall.value == pytest.approx(0.1)
    assert found.shown[1].fall.low < 0 < found.shown[1].fall.high
    assert 0.6 < found.shown[0].fall.low < found.shown[0].fall.value == 1.0
    assert found.unlimited_on_lost == pytest.approx((1 + 11 / 20) / 2)
    assert found.unlimited_elsewhere == pytest.approx((1 + 15 / 20) / 2)


def test_without_a_change_hardly_any_turn_surely():
    """2,000 examples at rates of their own, 30 pairs, no change, seed 1: any sure exemplar at all is a false alarm.

    By Benjamini and Hochberg that happens with probability 5 % at most, for discrete tests far less.
    """
    rng = np.random.default_rng(1)
    rate = rng.random(2000)
    before, after = (rng.random((30, 2000)) < rate for _ in range(2))
    found = exemplars(data_of(2000), outcomes(before), outcomes(after), 0.95)
    assert found.n_lost > 20  # rates near one half cross it by chance
    assert found.n_surely_lost == found.n_surely_gained == 0
    assert np.mean([each.fall.low <= 0 <= each.fall.high for each in found.shown]) > 0.5


def test_without_test_examples_there_are_none():
    data = data_of(4)
    alone = Dataset.from_arrays(data.X, data.y, data.X[:0], data.y[:0])
    assert exemplars(alone, outcomes(np.zeros((3, 0))), outcomes(np.zeros((3, 0))), 0.95) is None
