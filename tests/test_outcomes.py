"""Tables that cannot be right are refused, and the trial is named."""

import numpy as np
import pytest

from longtail.errors import InputError
from longtail.outcomes import Outcomes

RNG = np.random.default_rng(0)
INSIDE, CORRECT, MARGIN = RNG.random((6, 80)) < 0.7, RNG.random((6, 80)) < 0.5, RNG.normal(size=(6, 80))


def with_copy(table):
    copied = table.copy()
    copied[4] = copied[1]
    return copied


def test_a_trial_given_twice_is_named():
    inside, correct, margin = map(with_copy, (INSIDE, CORRECT, MARGIN))
    for tables in ((correct,), (correct, margin)):
        with pytest.raises(
            InputError, match="inclusion must hold each trial once; got trial 4, a copy of trial 1. Leave"
        ):
            Outcomes.from_arrays(inside, *tables)
    with pytest.raises(InputError, match="trial 4, a copy of trial 1"):
        Outcomes.from_arrays(inside, correct, confidence=margin)


def test_two_models_on_one_subset_are_no_copies():
    inside, correct = with_copy(INSIDE), with_copy(CORRECT)
    assert Outcomes.from_arrays(inside, CORRECT).n_trials == 6
    assert Outcomes.from_arrays(inside, correct, MARGIN).n_trials == 6
    assert Outcomes.from_arrays(inside, correct, trial_numbers=np.arange(6)).n_trials == 6


def test_of_few_examples_equal_subsets_may_be_chance():
    assert Outcomes.from_arrays([[1, 0], [0, 1], [1, 0]], [[1, 0], [1, 1], [1, 0]]).n_trials == 3


@pytest.mark.parametrize(("value", "said"), [(True, "all of 80"), (False, "none of 80")])
def test_a_trial_of_everybody_or_nobody_is_named(value, said):
    inside = INSIDE.copy()
    inside[3] = value
    with pytest.raises(InputError, match=f"got {said} in trial 3"):
        Outcomes.from_arrays(inside, CORRECT)


def test_correctness_that_is_none_is_named():
    with pytest.raises(
        InputError, match="correct must hold only true and false, or 0 and 1; got 0.5 in trial 2, example 7"
    ):
        Outcomes.from_arrays(INSIDE, np.where((np.arange(6)[:, None] == 2) & (np.arange(80) == 7), 0.5, CORRECT))


def test_an_infinite_margin_is_the_largest_that_trials_record():
    """log(0) makes one; an average over trials with both signs would be NaN."""
    inclusion = np.arange(48).reshape(8, 6) % 4 < 2
    margin = np.where(inclusion, np.inf, -np.inf)
    outcomes = Outcomes.from_arrays(inclusion, inclusion, margin=margin, test_correct=inclusion, test_margin=margin)
    assert np.array_equal(outcomes.margin, np.where(inclusion, 65_504, -65_504))
    assert np.array_equal(outcomes.test_margin, outcomes.margin)
