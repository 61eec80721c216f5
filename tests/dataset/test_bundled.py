"""Bundled data are what scikit-learn ships, whichever way they are read."""

import numpy as np
from sklearn.datasets import load_digits

from longtail.dataset import bundled, load_dataset


def test_digits_are_those_of_scikit_learn():
    X, y = load_digits(return_X_y=True)
    table = bundled._digits_file()
    assert table is not None
    np.testing.assert_array_equal(table, np.column_stack([X, y]))


def test_without_the_file_scikit_learn_is_asked(monkeypatch):
    from_file = load_dataset("digits")
    monkeypatch.setattr(bundled, "_digits_file", lambda: None)
    asked = load_dataset("digits")
    np.testing.assert_array_equal(asked.X, from_file.X)
    np.testing.assert_array_equal(asked.y_test, from_file.y_test)
