"""Masks that do not belong to the outcomes: inverted, numbered from 1, shuffled."""

import numpy as np
import pytest

from longtail.errors import InputError
from longtail.runs.mask_fit import MaskFit


def _fit(masks, taken, seed=0):
    """Trials whose models are right on 95 % of what they trained on, on 75 % of the rest, under the masks as taken."""
    stream = np.random.default_rng(seed)
    right = stream.random(masks.shape) < np.where(masks, 0.95, 0.75)

    def differences(asked):
        return np.array([row[mask].mean() - row[~mask].mean() for row, mask in zip(right, asked, strict=False)])

    return MaskFit(own=differences(taken), previous=differences(np.roll(taken, 1, axis=0))[1:])


@pytest.fixture
def masks():
    return np.random.default_rng(1).random((32, 400)) < 0.5


def test_the_right_masks_are_taken_without_a_word(masks):
    fit = _fit(masks, masks)
    fit.require("logits")
    assert fit.warning == ""


def test_inverted_masks_and_numbers_from_one_are_refused_by_name(masks):
    with pytest.raises(InputError, match=r"2\d\.\d % less often, in 32 trials\. The masks look inverted"):
        _fit(masks, ~masks).require("logits")
    with pytest.raises(InputError, match="Number trials from 0"):
        _fit(masks[:-1], masks[1:]).require("logits")


def test_shuffled_rows_are_warned_of_and_nothing_is_said_of_few_trials(masks):
    """Chance reaches three standard errors in 1 of 400 seeds; this one is fixed."""
    shuffled = masks[:, np.random.default_rng(2).permutation(400)]
    fit = _fit(masks, shuffled)
    fit.require("logits")
    assert "standard errors over 32 trials" in fit.warning
    assert _fit(masks[:5], ~masks[:5]).warning == ""


def test_single_trials_whose_masks_are_inverted_are_found(masks):
    assert _fit(masks, masks).strange == []
    wrong = masks.copy()
    wrong[[4, 20]] = ~wrong[[4, 20]]
    assert _fit(masks, wrong).strange == [4, 20]


def test_no_trial_is_strange_where_nothing_is_memorized():
    """40 studies of 32 trials: a trial six deviations below the median has probability 1e-9."""
    stream = np.random.default_rng(2)
    for _ in range(40):
        assert MaskFit(own=stream.normal(0, 0.03, 32), previous=np.zeros(31)).strange == []
        assert MaskFit(own=stream.normal(0.02, 0.03, 32), previous=np.zeros(31)).strange == []
    assert MaskFit(own=np.r_[np.zeros(31), -0.01], previous=np.zeros(31)).strange == []
