"""How many rows an audit studies, on clocks that are set by hand."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin

from longtail.dataset import Dataset
from longtail.learners import CompiledMLP
from longtail.runs import timing, training_memory
from longtail.runs.timing import rows_within
from longtail.runs.training_memory import rows_in_memory
from longtail.trials import SubsetDesign


@pytest.fixture(scope="module")
def data():
    return Dataset.from_arrays(np.zeros((30_000, 1)), np.arange(30_000) % 2, np.zeros((9, 1)), np.arange(9) % 2)


def rows(data, monkeypatch, seconds, clock):
    asked = []

    def timed(_, part, *__):
        asked.append(part.n_train)
        return clock(part.n_train)

    monkeypatch.setattr(timing, "seconds_per_trial", timed)
    found = rows_within(seconds, data, CompiledMLP(), SubsetDesign(n_trials=20))
    return found, asked


def test_what_costs_something_at_any_size_is_not_supposed_to_grow_in_proportion(data, monkeypatch):
    """0.1 s a model and 1e-5 s a row: 30,000 rows take 0.4 s, not the thirtyfold of a thousand's 0.11 s."""
    found, asked = rows(data, monkeypatch, 12.0, lambda n: 0.1 + 1e-5 * n)
    assert found == (None, pytest.approx(0.4))
    assert asked == [1000, 4000, 30_000]


def test_all_rows_are_taken_where_forty_trials_of_them_fit_into_all_models_time(data, monkeypatch):
    """40 x 0.4 s are 16 s, 1.8 x 8.9; with 8.8 s the largest part that leaves time for 200 trials is taken."""
    assert rows(data, monkeypatch, 8.9, lambda n: 0.1 + 1e-5 * n)[0] == (None, pytest.approx(0.4))
    assert rows(data, monkeypatch, 8.8, lambda n: 0.1 + 1e-5 * n)[0] != (None, pytest.approx(0.4))


def test_the_largest_number_on_the_line_is_taken_where_all_are_too_many(data, monkeypatch):
    """0.3 s hold 20,000 rows at 1e-5 s a row and 0.1 s; far too long a time for all of them is not even taken."""
    clock = {1000: 0.11, 4000: 0.14, 30_000: 9.0}
    assert rows(data, monkeypatch, 60.1, clock.__getitem__) == ((20_000, None), [1000, 4000, 30_000])
    assert rows(data, monkeypatch, 15.0, {1000: 0.06, 4000: 0.09, 30_000: 9.0}.__getitem__)[0] == (2_000, None)
    assert rows(data, monkeypatch, 0.1, lambda n: 1e-3 * n) == ((1000, None), [1000, 4000])


def test_a_line_that_is_wrong_is_found_out(data, monkeypatch):
    """Ill-conditioned on few rows, easy on many: the line says 2.0 s, all rows take 0.2 s."""
    clock = {1000: 0.1, 4000: 0.3, 30_000: 0.2}
    assert rows(data, monkeypatch, 16.0, clock.__getitem__)[0] == (None, 0.2)


def test_no_more_rows_than_memory_holds_are_timed_or_taken(data, monkeypatch):
    asked = []

    def timed(_, part, *__):
        asked.append(part.n_train)
        return 0.1

    monkeypatch.setattr(timing, "seconds_per_trial", timed)
    assert rows_within(100.0, data, CompiledMLP(), SubsetDesign(n_trials=20), most=19_999) == (10_000, None)
    assert asked == [1000, 4000]


def test_rows_that_memory_holds_are_counted_beside_all_test_rows(monkeypatch):
    """Of 1,000 and 200 rows of 2 numbers, one model at a time takes 4 x 2 x 3.5 bytes a row: 28 for each."""
    data = Dataset.from_arrays(
        np.eye(2)[np.arange(1000) % 2], np.arange(1000) % 2, np.eye(2)[[0, 1] * 100], [0, 1] * 100
    )
    for at_hand, held in ((28.0 * 1200, 1000), (28.0 * 1199, 999), (28.0 * 200, 0), (0.0, 0)):
        monkeypatch.setattr(training_memory, "memory_at_hand", lambda free=at_hand: free)
        assert rows_in_memory(CompiledMLP(), data, 1) == held


class Counting(ClassifierMixin, BaseEstimator):
    """A classifier that counts how often it was fitted."""

    fits = 0

    def fit(self, X, y):
        Counting.fits += 1
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.full(len(X), self.classes_[0])


def test_a_trial_that_is_timed_is_trained_once(data, monkeypatch):
    """A clock that every fit moves on: whoever checks the learner between two looks at it makes models look slow."""
    monkeypatch.setattr(timing.time, "perf_counter", lambda: 2.0 * Counting.fits)
    part = data.restricted_to(np.arange(100))
    assert timing.seconds_per_trial(Counting(), part, SubsetDesign(n_trials=20), jobs=1) == 2.0
