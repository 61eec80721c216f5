"""Doses where the target is a number: the nearest neighbor needs one copy, and what is planted is of the data."""

import numpy as np
import pyarrow as pa
import pytest

from longtail.dataset import Dataset
from longtail.dataset.documents import document_dataset
from longtail.errors import InputError
from longtail.experiments.dose import dose_study
from longtail.experiments.planted_doses import plant_doses
from longtail.learners.names import named_learner

NEAREST = named_learner("knn", "regression")


def scattered(n=160):
    draws = np.random.default_rng(0)
    return Dataset.from_arrays(draws.normal(size=(n, 12)), draws.normal(size=n), task="regression")


def test_the_nearest_neighbor_of_a_number_needs_one_copy():
    """With a copy in, its error is 0; without any, that of the nearest others: memorization follows the number left.

    100 models, 12 examples a dose, seed 0. Memorization is the left-out error, so their ratio tells that a copy which
    is in is always right; at twice the dose what is left is three tenths, within five standard errors.
    """
    settings = {"copies": (1, 2), "n_examples": 12, "wrong_labels": True}
    found = dose_study(scattered(), NEAREST, **settings, n_trials=100, jobs=1)
    one, two = found.doses
    assert one.memorization.value == pytest.approx(one.left_out.value, rel=1e-6)
    assert two.memorization.value == pytest.approx(two.left_out.value, rel=1e-6)
    assert two.expected / one.memorization.value == pytest.approx(0.3, abs=0.01)
    assert two.memorization.low < 2 * two.expected
    assert two.memorization.high > 0.5 * two.expected
    assert one.exposure.value > 0.8
    assert found.kind.name == "squared_error"
    assert found.worth is None
    assert found.to_json()["kind"]["direction"] == "lower"


def test_what_is_planted_has_the_numbers_of_the_data():
    data = scattered()
    own = plant_doses(data, (1, 3), 5)
    assert np.array_equal(own.data.target[own.planted >= 0], np.repeat(data.target[own.rows], own.doses))
    assert np.array_equal(own.data.target_test, data.target[own.siblings])
    canaries = plant_doses(data, (1, 3), 5, wrong_labels=True)
    planted = canaries.data.target[canaries.planted >= 0]
    assert (planted != np.repeat(data.target[canaries.rows], canaries.doses)).all()
    assert np.isin(planted, data.target).all()
    assert len(np.unique(planted)) <= 10  # the copies of an example share theirs
    noisy = plant_doses(data, (1, 3), 5, label_noise=0.5)
    changed = noisy.data.target != own.data.target
    assert 0.3 < changed.mean() < 0.7
    away = ((data.X - data.X[own.rows[0]]) ** 2).sum(axis=1)
    assert away.argsort()[:2].tolist() == [own.rows[0], own.siblings[0]]


def test_texts_have_no_doses():
    lines = [f"document {i} of some" for i in range(40)]
    texts = document_dataset(pa.table({"text": lines}), "text", name="texts")
    with pytest.raises(InputError, match="dataset must be of classes or of a number; got texts"):
        plant_doses(texts, (1,), 2)
