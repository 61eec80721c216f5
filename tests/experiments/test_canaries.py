"""Canaries in learners whose epsilon is known: nothing, randomized response, everything."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.experiments.canaries import _plant, audit_many_runs, audit_one_run
from longtail.learners.learner import Predictions


@dataclass(frozen=True)
class Teller:
    """Randomized response: says of each example whether it was there with the wrong one of two labels.

    It knows the right labels beforehand, so that it tells no more than that.
    """

    epsilon: float
    right: dict[bytes, int]
    calibrated: bool = True
    name = "teller"
    version = "1"
    executor = "threads"

    def describe(self):
        return {"epsilon": self.epsilon}

    def fit_predict(self, X, y, X_eval, *, n_classes, seed):
        there = {row.tobytes() for row, label in zip(X, y, strict=True) if label != self.right[row.tobytes()]}
        truthful = np.random.default_rng(seed).random(len(X_eval)) < 1 / (1 + np.exp(-self.epsilon))
        logits = np.zeros((len(X_eval), 2))
        for i, row in enumerate(X_eval):
            accused = (row.tobytes() in there) == truthful[i]
            logits[i, 1 - self.right[row.tobytes()]] = 3.0 if accused else -3.0
        return Predictions(labels=logits.argmax(axis=1), logits=logits, calibrated=self.calibrated)


@pytest.fixture(scope="module")
def dataset():
    rng = np.random.default_rng(0)
    return Dataset.from_arrays(rng.normal(size=(1200, 3)).astype(np.float32), rng.integers(0, 2, 1200), name="normal")


@pytest.fixture(scope="module")
def right(dataset):
    return {row.tobytes(): int(label) for row, label in zip(dataset.X, dataset.y, strict=True)}


def test_a_learner_that_does_not_look_shows_nothing(dataset, right):
    """Three seeds: one positive bound would be allowed in one audit of 20; the seeds here give none."""
    for seed in range(3):
        assert audit_one_run(dataset, Teller(0.0, right), 400, seed=seed).epsilon.value == 0.0


def test_one_run_with_many_canaries_tells_a_learner_that_tells(dataset, right):
    audit = audit_one_run(dataset, Teller(4.0, right), 800)
    assert audit.f_dp is not None
    assert 1.0 < audit.f_dp.value < 4.0
    assert audit.design == "one run"
    assert 1.0 < audit.epsilon.value < 4.0
    assert 340 < audit.inclusion.sum() < 460


def test_many_runs_with_one_canary_tell_it_too_and_repeat(dataset, right):
    small = dataset.restricted_to(np.arange(30))
    audit, again = (audit_many_runs(small, Teller(4.0, right), 400, jobs=jobs) for jobs in (1, 2))
    assert 1.0 < audit.epsilon.value < 4.0
    assert len(audit.score) == 400
    np.testing.assert_array_equal(audit.score, again.score)


def test_a_canary_has_a_wrong_label_and_leaves_its_place(dataset, right):
    planted = _plant(dataset, 100, seed=3)
    assert all(right[row.tobytes()] != code for row, code in zip(planted.X, planted.y, strict=True))
    assert planted.always.n_train == dataset.n_train - 100
    assert not {row.tobytes() for row in planted.X} & {row.tobytes() for row in planted.always.X}


def test_bad_input_is_refused(dataset, right):
    with pytest.raises(InputError, match="n_canaries"):
        audit_one_run(dataset, Teller(1.0, right), dataset.n_train)
    with pytest.raises(InputError, match="n_runs must be at least 100"):
        audit_many_runs(dataset, Teller(1.0, right), 99)
    with pytest.raises(InputError, match="learner teller must give probabilities"):
        audit_one_run(dataset, replace(Teller(1.0, right), calibrated=False), 20)
