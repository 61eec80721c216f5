"""Training examples that a limit gives up, against a table small enough to read; and by class, in a run."""

import numpy as np

from longtail.analysis.flipped_training import flipped_training
from longtail.analysis.groups import classes_of
from longtail.dataset import Dataset
from longtail.outcomes import Outcomes
from longtail.scores import memorization

INSIDE = np.array([[1, 1, 1, 1, 0, 1], [1, 1, 1, 0, 0, 1], [0, 1, 1, 1, 0, 1], [1, 0, 0, 1, 0, 1]], bool)
PLAIN = np.array([[1, 1, 0, 1, 1, 1], [1, 1, 0, 0, 1, 1], [0, 1, 0, 1, 1, 1], [1, 0, 1, 1, 1, 1]], bool)
LIMITED = np.array([[0, 1, 0, 0, 0, 0], [0, 0, 0, 1, 0, 1], [1, 0, 0, 0, 0, 0], [0, 1, 1, 1, 0, 0]], bool)
DATA = Dataset.from_arrays(np.arange(12.0).reshape(6, 2), list("abcabc"), np.zeros((2, 2)), ["a", "c"])


def outcomes(correct):
    return Outcomes.from_arrays(INSIDE, correct)


def test_what_is_fitted_without_and_misfitted_under_is_given_up_the_largest_fall_first():
    """Counted by hand, over models that had it in.

    0 is right 3 times of 3, then never; 5 4 of 4, then 1; 1 and 3 3 of 3, then 1. 2 was never fitted, 4 never in.
    """
    scores = memorization(outcomes(PLAIN))
    given_up = flipped_training(DATA, outcomes(PLAIN), outcomes(LIMITED), scores)
    assert [(each.train, each.label) for each in given_up] == [(0, "a"), (5, "c"), (1, "b"), (3, "a")]
    assert [(each.unlimited, each.limited) for each in given_up] == [(1, 0), (1, 1 / 4), (1, 1 / 3), (1, 1 / 3)]
    undetermined, others = given_up.pop(1), given_up
    assert undetermined.memorization is None  # it was never out
    assert [each.memorization.value for each in others] == [1, 1, 1]  # never right when out
    assert others[0].memorization.low == scores.low[0]


def test_classes_that_have_a_test_example():
    assert [(each.name, each.train.sum(), each.test.sum()) for each in classes_of(DATA)] == [("a", 2, 1), ("c", 2, 1)]
