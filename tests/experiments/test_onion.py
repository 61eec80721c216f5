"""Removal and privatization of the most memorized, on a part of digits."""

from dataclasses import astuple

import numpy as np
import pytest

from longtail.dataset import Dataset, load_dataset
from longtail.errors import InputError
from longtail.experiments.onion import _privatized, onion
from longtail.learners.mlp.compiled_mlp import CompiledMLP
from longtail.trials import run_trials


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
        for arm in (layer.removal, layer.privatization):
            for told, other in ((arm.effect, arm.after_matched), (arm.change, layer.before)):
                assert told.low <= told.value <= told.high
                assert told.value == pytest.approx(arm.after_memorized.value - other.value)


def test_what_each_side_is_trained_on(dataset, monkeypatch):
    """Everybody twice; without 30, twice; then everybody with labels changed among the memorized, or the matched."""
    trained = []

    def spy(learner, data, design, **settings):
        trained.append(data)
        return run_trials(learner, data, design, **settings)

    monkeypatch.setattr("longtail.experiments.onion.run_trials", spy)
    onion(dataset, CompiledMLP(), n_trials=20, share=0.1, epsilon=0.5, seed=1, jobs=1)
    choosing, before, removed, matched, privatized, privatized_matched = trained
    assert choosing is before is dataset
    assert removed.n_train == matched.n_train == dataset.n_train - 30
    assert np.array_equal(np.bincount(removed.y), np.bincount(matched.y))
    changed = [set(np.flatnonzero(each.y != dataset.y).tolist()) for each in (privatized, privatized_matched)]
    gone = [{i for i in range(dataset.n_train) if not in_it(dataset.X[i], each.X)} for each in (removed, matched)]
    for some, share in zip(changed, gone, strict=True):
        assert some <= share
        assert len(some) >= 15  # of 30, of which each changes with probability 0.85: less once in 10,000 draws
    assert changed[0].isdisjoint(changed[1])


def in_it(row, rows):
    return bool((rows == row).all(axis=1).any())


def test_at_a_vast_epsilon_every_label_stays(dataset):
    assert np.array_equal(_privatized(dataset, np.arange(dataset.n_train), 60.0, seed=1).y, dataset.y)


@pytest.mark.parametrize("epsilon", [1.0, 3.0])
def test_only_the_labels_asked_for_are_randomized_and_stay_as_often_as_warner_says(epsilon):
    """2,000 labels of ten classes, seed 3: the share that stays leaves four standard errors in 1 of 16,000 tests."""
    dataset = Dataset.from_arrays(np.zeros((5000, 1)), np.arange(5000) % 10)  # 4,000 to train
    rows, others = np.arange(0, 4000, 2), np.arange(1, 4000, 2)
    privatized = _privatized(dataset, rows, epsilon, seed=3)
    assert np.array_equal(privatized.y[others], dataset.y[others])
    expected = np.exp(epsilon) / (np.exp(epsilon) + 9)
    assert np.mean(privatized.y[rows] == dataset.y[rows]) == pytest.approx(
        expected, abs=4 * np.sqrt(expected * (1 - expected) / 2000)
    )
    assert privatized.X is dataset.X


def test_it_repeats(dataset, found):
    assert astuple(onion(dataset, CompiledMLP(), n_trials=40, share=0.1, seed=1, jobs=2)) == astuple(found)


def test_a_share_that_leaves_too_little_is_refused(dataset):
    with pytest.raises(InputError, match="share"):
        onion(dataset, CompiledMLP(), share=0.5)


@pytest.mark.parametrize("epsilon", [0.0, -1.0, float("inf"), float("nan")])
def test_a_privacy_that_is_none_or_total_is_refused(dataset, epsilon):
    with pytest.raises(InputError, match="epsilon must be positive and finite"):
        onion(dataset, CompiledMLP(), epsilon=epsilon)
