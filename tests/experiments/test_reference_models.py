"""Reference models, on made data whose right answers are known without training."""

import numpy as np
import pyarrow as pa
import pytest
from sklearn.dummy import DummyClassifier

from longtail.dataset import Dataset, load_dataset
from longtail.experiments import reference_models as module
from longtail.experiments.reference_models import reference_models


def _separable(n=400, n_test=100):
    """Three of four rows are "low", as their only feature says."""
    x = np.tile([0.0, 1.0, 2.0, 3.0], n // 4)[:, None]
    held = np.tile([0.0, 1.0, 2.0, 3.0], n_test // 4)[:, None]
    label = np.array(["low", "low", "low", "up"])
    return Dataset.from_arrays(x, label[x[:, 0].astype(int)], held, label[held[:, 0].astype(int)])


@pytest.mark.parametrize("reference", ["boosting", "logistic"])
def test_a_constant_learner_gets_the_majority_and_a_reference_model_all(reference):
    found = reference_models(_separable(), DummyClassifier(), reference=reference)
    assert found.majority_class == "low"
    assert found.majority.value == found.learner_accuracy.value == 0.75
    assert found.reference_accuracy.value == 1.0
    assert found.difference.value == -0.25
    assert found.difference.low < -0.25 < found.difference.high < 0
    assert (found.n_reference, found.n_train, found.n_test, found.n_learner) == (400, 400, 100, 400)


def test_the_interval_of_the_difference_is_that_of_paired_answers():
    """A quarter of the answers differ, all one way: variance p (1 - p) / (n - 1), by hand."""
    found = reference_models(_separable(), DummyClassifier())
    half = 1.984217 * np.sqrt(0.25 * 0.75 / 99)  # Student's quantile of 99 degrees of freedom
    assert found.difference.high == pytest.approx(-0.25 + half, abs=1e-6)


def test_a_part_is_taken_where_all_rows_would_take_long_and_it_is_said_how_many(monkeypatch):
    monkeypatch.setitem(module.MOST_NUMBERS, "boosting", 100)
    found = reference_models(_separable(), DummyClassifier())
    assert (found.n_reference, found.n_train) == (100, 400)


def test_many_classes_are_left_to_logistic_regression():
    codes = np.tile(np.arange(31), 4)
    found = reference_models(Dataset.from_arrays(codes[:, None].astype(float), codes), DummyClassifier())
    assert found.reference == "logistic regression"


def test_the_learner_is_trained_on_the_studied_part_alone():
    whole = _separable()
    part = whole.restricted_to(np.flatnonzero(whole.y == 1)[:20])
    found = reference_models(whole, DummyClassifier(), studied=part)
    assert found.n_learner == 20
    assert found.learner_accuracy.value == 0.25  # says "up" always
    assert found.majority.value == 0.75


def test_a_learner_that_fails_is_left_out_and_without_test_examples_nothing_is_said():
    class Failing(DummyClassifier):
        def fit(self, X, y):
            raise ValueError("not today")

    found = reference_models(_separable(), Failing())
    assert found.learner_accuracy is None
    assert found.difference is None
    data = _separable()
    assert reference_models(Dataset.from_arrays(data.X, data.labels, np.empty((0, 1)), []), DummyClassifier()) is None


def test_a_class_of_one_among_many_rows_is_no_obstacle():
    """scikit-learn's boosting holds a tenth of more than 10,000 rows out by class, and refuses a class of one."""
    x = np.arange(13_000.0) % 2
    labels = np.where(x == 1, "up", "low")
    labels[-1] = "alone"
    found = reference_models(Dataset.from_arrays(x[:, None], labels), DummyClassifier())
    assert found.n_reference == found.n_train > 10_000
    assert found.reference_accuracy.value == 1.0


def test_boosting_takes_columns_as_they_are_with_more_levels_than_it_knows():
    """Twenty frequent levels tell the class of nine rows in ten; 400 rare ones are more than boosting tells apart."""
    levels = [f"{'ab'[i % 2]}{i % 20:02}" if i % 10 else f"{'ab'[(i // 10) % 2]}-{i // 10:03}" for i in range(4000)]
    table = pa.table({"level": levels, "label": [level[0] for level in levels]})
    found = reference_models(load_dataset(table, "label"), DummyClassifier())
    assert found.reference_accuracy.value > 0.88
