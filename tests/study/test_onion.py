"""Removal of the most memorized, on a part of digits."""

from dataclasses import astuple

import pytest

from longtail.dataset import load_dataset
from longtail.errors import InputError
from longtail.study.onion import onion
from longtail.trials.compiled_mlp import CompiledMLP


@pytest.fixture(scope="module")
def dataset():
    return load_dataset("digits").sample(300)


@pytest.fixture(scope="module")
def found(dataset):
    return onion(dataset, CompiledMLP(), n_trials=40, share=0.1, seed=1, jobs=1)


def test_those_who_are_removed_were_exposed_and_the_next_layer_is_between(found):
    assert found.n_removed == found.next_layer.n_examples == 30
    assert found.removed_before.low > found.next_layer.before.value > found.remaining.before.value
    assert found.correlation.low > 0


def test_the_effect_is_the_difference_of_what_is_told(found):
    for layer in (found.remaining, found.next_layer):
        assert layer.effect.low <= layer.effect.value <= layer.effect.high
        assert layer.effect.value == pytest.approx(layer.after_removal.value - layer.after_matched.value)


def test_it_repeats(dataset, found):
    assert astuple(onion(dataset, CompiledMLP(), n_trials=40, share=0.1, seed=1, jobs=2)) == astuple(found)


def test_a_share_that_leaves_too_little_is_refused(dataset):
    with pytest.raises(InputError, match="share"):
        onion(dataset, CompiledMLP(), share=0.5)
