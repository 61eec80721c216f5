"""How much of an audit's budget its models may take."""

import numpy as np
import pytest

from longtail.dataset import Dataset
from longtail.study.audit_clock import seconds_after_training, seconds_for_models


def _data(n, n_test, d=2):
    X, X_test = (np.zeros((rows, d), np.float32) for rows in (n, n_test))
    return Dataset.from_arrays(X, np.arange(n) % 2, X_test, np.arange(n_test) % 2)


def test_small_data_leave_nine_tenths_and_large_ones_what_follows_does_not_need():
    assert seconds_for_models(_data(100, 20), 3.0) == pytest.approx(162.0)
    # 5 s, 2.4 s of examples, 6 s of pairs, and 1e-10 s for each of 2 x 1e8 + 4e8 + 2e8 + 4e7 products
    large = _data(20_000, 10_000)
    assert seconds_after_training(large) == pytest.approx(5 + 2.4 + 6 + 0.084)
    assert seconds_for_models(large, 0.5) == pytest.approx(30 - 13.484)
    assert seconds_for_models(large, 0.2) == pytest.approx(4.8)  # two fifths in any case


def test_what_is_not_done_takes_no_time():
    """30,000 examples of 500 features are too many for all their neighbors: 2,000 have them, and all in classes."""
    wide = _data(30_000, 2, 500)
    products = 4.5e8 + 6e7 + 6e4 + 0.1 * 9e8
    assert seconds_after_training(wide) == pytest.approx(5 + 8e-5 * 30_002 + 3e-8 * 6e4 + 2.5e-8 * products)


def test_beyond_two_billion_pairs_and_four_trillion_products_no_time_is_planned_for_more():
    """Influences are then of the most memorized alone, no kinds are looked for, and few have neighbors among all."""
    products = 2e10 + 2e5 * 2_000 + 2e5 * 1_000 + 0.1 * 2e5 * 4e4
    asked = 5 + 8e-5 * 240_000 + 60 + 5e-11 * 2 * products
    assert seconds_after_training(_data(200_000, 40_000)) == pytest.approx(asked)
    products = 3e6 * 1_307 + 6e6 + 0.1 * 3e6 * 4e4
    asked = 5 + 8e-5 * 3_000_002 + 3e-8 * 6e6 + 5e-11 * 2 * products
    assert seconds_after_training(_data(3_000_000, 2)) == pytest.approx(asked)
