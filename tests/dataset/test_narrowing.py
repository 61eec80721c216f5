"""What differs stays different in single precision: by counting different values before and after."""

from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from longtail.dataset import Dataset, load_dataset
from longtail.dataset.columns import encode_column
from longtail.dataset.narrowing import narrowed

STEPS = np.arange(240)
Y = np.where(STEPS < 120, "early", "late")

FAR_FROM_ZERO = {
    "minutes of 2024 in seconds": 1_704_067_200.0 + 60 * STEPS,
    "whole seconds": 1_704_067_200 + STEPS,
    "milliseconds": 1_704_067_200_000 + 7 * STEPS,
    "nanoseconds": 1_704_067_200_000_000_000 + STEPS,
    "a kilometer of eastings in centimeters": 500_000 + STEPS / 100,
    "unsigned beyond 63 bits": np.uint64(2**63) + STEPS.astype(np.uint64),
    "from 2^24, odd and even": 2**24 + STEPS,
    "negative": -3.0e9 - STEPS,
}


@pytest.mark.parametrize("values", FAR_FROM_ZERO.values(), ids=FAR_FROM_ZERO)
def test_values_far_from_zero_stay_apart(values):
    assert len(np.unique(values.astype(np.float32))) < 240  # else there is nothing to show
    data = Dataset.from_arrays(values[:, None], Y, values[:, None], Y)
    assert len(np.unique(data.X)) == 240
    np.testing.assert_array_equal(data.X, data.X_test)
    exact = np.array(
        [int(value) - int(values[0]) for value in values] if values.dtype.kind != "f" else values - values[0]
    )
    np.testing.assert_allclose(data.X[:, 0] - data.X[0, 0], exact, rtol=1e-6, atol=1e-6)
    assert data.notes[0].startswith("Subtracted, so that single precision tells")


def test_columns_of_tables_stay_apart(tmp_path):
    """Instants, decimals and numbers in text, from a CSV file and from Parquet."""
    start = datetime(2024, 1, 1)
    frame = pd.DataFrame(
        {
            "at": [start + timedelta(seconds=int(step)) for step in STEPS],
            "price": [Decimal("12345678901234567.01") + Decimal(int(step)) / 100 for step in STEPS],
            "account": [f"${9_000_000_000 + int(step):,}" for step in STEPS],
            "unix": np.random.default_rng(0).permutation(1_704_067_200 + STEPS),
            "y": Y,
        }
    )
    frame.to_csv(tmp_path / "d.csv", index=False)
    frame.to_parquet(tmp_path / "d.parquet")
    found = {file.suffix: load_dataset(file, "y") for file in tmp_path.iterdir()}
    for data in found.values():
        everything = np.concatenate([data.X, data.X_test])
        assert data.feature_names == ("at", "price", "account", "unix")
        kept = [0, 2, 3] if data is found[".csv"] else [0, 1, 2, 3]  # a text file's price is double precision already
        assert [len(np.unique(everything[:, column])) for column in kept] == [240] * len(kept)


def test_what_cannot_be_told_apart_is_counted():
    wide = np.concatenate([[0.0], 1e12 + np.arange(9)])
    found = narrowed(wide, np.arange(10))
    assert (found.n_different, found.n_lost) == (10, 10 - len(np.unique(found.values)))
    data = Dataset.from_arrays(wide[:, None].repeat(2, axis=0), [0, 1] * 10)
    assert f"Single precision makes rows equal that differ: {2 * found.n_lost}, by column 'x0'." in data.notes
    said = encode_column("amount", pa.chunked_array([wide.astype(np.int64)]), np.arange(10)).choices
    assert said[-1][1] == f"{found.n_lost} of 10 in 'amount'"


def test_ordinary_numbers_are_left_as_they_are():
    """What was read rightly before stays the same bytes, rounding noise and gaps included."""
    rng = np.random.default_rng(1)
    for values in (rng.normal(size=500), rng.integers(0, 256, 500), rng.normal(300, 10, 500).round(1), rng.random(500)):
        found = narrowed(values, np.arange(500))
        assert found.center is None
        np.testing.assert_array_equal(found.values, values.astype(np.float32))
    noisy = np.repeat(5.1, 100) + np.arange(100) * 1e-16
    assert narrowed(noisy, np.arange(100)).n_lost == 0


def test_the_constant_comes_from_training_rows():
    values = np.concatenate([1e9 + np.arange(50), [2e9]])
    assert narrowed(values, np.arange(50)).center == 1e9 + 24.5


def test_gaps_become_the_median_of_what_was_moved():
    column = pa.chunked_array([[1_704_067_200 + int(step) if step % 5 else None for step in STEPS]])
    found = encode_column("unix", column, np.arange(200))
    known = [step for step in range(200) if step % 5]
    moved = {int(step): found.values[step, 0] for step in known}
    assert found.values[0, 0] == np.median(list(moved.values()))
    assert found.names == ("unix", "unix is missing")


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"a": pd.array([1, 2, 3, 4], "Int64"), "b": pd.array([1.5, 2.5, 3.5, 4.5], "Float64")}),
        pd.DataFrame({"a": [1, 2, 3, 4], "b": [1.5, 2.5, 3.5, 4.5]}, dtype=object),
        np.array([[Decimal(1), 1.5], [2, 2.5], [3, 3.5], [4, 4.5]], object),
    ],
    ids=["nullable", "objects", "decimals"],
)
def test_numbers_that_come_as_objects_are_numbers(frame):
    data = Dataset.from_arrays(frame, [0, 1, 0, 1], frame, [0, 1, 0, 1])
    assert data.X.tolist() == [[1, 1.5], [2, 2.5], [3, 3.5], [4, 4.5]]
    gap = pd.DataFrame({"a": pd.array([1, None, 3, 4], "Int64")})
    with pytest.raises(
        ValueError, match="X must be finite; got 1 NaN or infinite values, the first in row 1, column 'a'"
    ):
        Dataset.from_arrays(gap, [0, 1, 0, 1])


def test_numbers_beyond_single_precision_are_called_so():
    """3.4e38 is the largest: 1e39 is neither NaN nor infinite, and said to be what it is."""
    with pytest.raises(ValueError, match="must hold numbers of single precision, at most 3.4e38; got 2 beyond it, the"):
        Dataset.from_arrays([[1.0, 1e39], [2.0, -1e39], [3.0, 3e38]], [0, 1, 0], [[1.0, 0.0]], [0])
    with pytest.raises(ValueError, match="must be finite; got 1 NaN or infinite values, the first in row 1"):
        Dataset.from_arrays([[1.0, 1e39], [2.0, np.inf], [3.0, 3e38]], [0, 1, 0], [[1.0, 0.0]], [0])


def test_masks_are_not_lost():
    X = np.ma.masked_array(np.zeros((4, 2)), [[False, False], [False, True], [False, False], [False, False]])
    with pytest.raises(ValueError, match="X must hold no masked value"):
        Dataset.from_arrays(X, [0, 1, 0, 1])


def test_test_pictures_of_another_shape_are_refused():
    """A 6 x 10 picture on its side has as many pixels, and a flat one as well."""
    X, y = np.random.default_rng(0).random((20, 6, 10)), [0, 1] * 10
    for held in (X.transpose(0, 2, 1), X.reshape(20, 60), X.reshape(20, 10, 2, 3)):
        with pytest.raises(ValueError, match=r"X_test must have the shape of X's examples, \(6, 10, 1\)"):
            Dataset.from_arrays(X, y, held, y)
    assert Dataset.from_arrays(X, y, X[..., None], y).image_shape == (6, 10, 1)


def test_test_columns_in_another_order_are_refused():
    """Taken by their places, each would be read as another."""
    frame = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [10.0, 20, 30, 40]})
    with pytest.raises(ValueError, match="X_test must have the columns of X in X's order; got 'b' where X has 'a'"):
        Dataset.from_arrays(frame, [0, 1, 0, 1], frame[["b", "a"]], [0, 1, 0, 1])
    assert Dataset.from_arrays(frame, [0, 1, 0, 1], frame.to_numpy(), [0, 1, 0, 1]).X_test[1].tolist() == [2, 20]


def test_test_pictures_on_another_scale_are_refused():
    X, y = np.random.default_rng(0).integers(0, 256, (20, 4, 4)).astype(np.uint8), [0, 1] * 10
    with pytest.raises(ValueError, match="X_test must have pixels on the scale of X's"):
        Dataset.from_arrays(X, y, X / 255, y)
    assert Dataset.from_arrays(X, y, X.astype(float), y).X_test.max() == X.max()
