"""Columns as features, by hand and by pandas and scikit-learn, which have their own encoders."""

from datetime import date, datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import OneHotEncoder

from longtail.dataset.columns import encode_column
from longtail.errors import InputError

RNG = np.random.default_rng(0)


def _column(values, kind=None):
    whole = pa.array(values, kind)
    return pa.chunked_array([whole[:3], whole[3:]])


def test_missing_numbers_by_scikit_learns_imputer():
    values = RNG.normal(size=60)
    values[[3, 20, 59]] = np.nan
    training = np.arange(40)
    imputer = SimpleImputer(strategy="median", add_indicator=True).fit(values[training, None])
    for given in (values.tolist(), [None if np.isnan(value) else value for value in values]):
        found = encode_column("size", _column(given, pa.float64()), training)
        np.testing.assert_allclose(found.values, imputer.transform(values[:, None]).astype(np.float32))
        assert found.names == ("size", "size is missing")
    assert "median of the training rows" in found.choices[0][0]
    assert found.choices[0][1] == "'size' (in 3 rows)"


def test_missing_in_test_rows_alone_has_no_indicator():
    found = encode_column("size", _column([1, 3, 9, None], pa.int64()), np.arange(3))
    assert found.names == ("size",)
    assert found.values[:, 0].tolist() == [1, 3, 9, 3]


def test_levels_by_scikit_learns_encoder_with_test_levels_unknown():
    values = RNG.choice(["a", "b", "c", "(missing)"], 80)
    values[70] = "never seen"
    training = np.arange(60)
    encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(values[training, None])
    column = _column([None if value == "(missing)" else str(value) for value in values])
    found = encode_column("kind", column, training)
    np.testing.assert_array_equal(found.values, encoder.transform(values[:, None]))
    assert found.names == tuple(f"kind={level}" for level in encoder.categories_[0])


def test_rare_levels_are_pooled_by_scikit_learns_rule():
    """``max_categories`` counts the pooled one; ties are broken by the alphabet in both."""
    values = np.array([f"level{i:03d}" for i in RNG.zipf(1.3, 4000) % 90])
    training = np.arange(3000)
    encoder = OneHotEncoder(max_categories=50, handle_unknown="infrequent_if_exist", sparse_output=False)
    expected = encoder.fit(values[training, None]).transform(values[:, None])
    found = encode_column("code", _column(values.tolist()), training)
    np.testing.assert_array_equal(found.values, expected)
    assert found.names[-1] == "code=(other)"
    assert found.choices[-1] == (
        "Of more than 50 levels, all but the 49 most frequent were pooled: {}.",
        f"'code' ({len(np.unique(values))})",
    )


def test_dates_count_days():
    days = [date(1970, 1, 1), date(1970, 1, 31), None, date(1969, 12, 31)]
    found = encode_column("joined", _column(days), np.array([0, 1]))
    assert found.values[:, 0].tolist() == [0, 30, 15, -1]
    noon = encode_column("at", _column([datetime(1970, 1, 2, 12)] * 4), np.arange(4))
    assert set(noon.values[:, 0].tolist()) == {1.5}


def test_truth_values_decimals_and_categories_of_pandas():
    assert encode_column("flag", _column([True, False, True, True]), np.arange(4)).values[:, 0].tolist() == [1, 0, 1, 1]
    frame = pa.table(pd.DataFrame({"kind": pd.Categorical(["x", None, "y", "x"])}))
    found = encode_column("kind", frame.column("kind"), np.arange(4))
    assert found.names == ("kind=(missing)", "kind=x", "kind=y")


@pytest.mark.parametrize(
    ("name", "values", "says"),
    [
        ("id", [f"n{i}" for i in range(40)], "mostly differ"),
        ("empty", [None] * 40, "without a value"),
        ("late", [None] * 30 + [1.0] * 10, "without a value in any training row"),
    ],
)
def test_what_says_nothing_is_left_out_by_name(name, values, says):
    found = encode_column(name, _column(values), np.arange(30))
    assert (found.names, found.values.shape) == ((), (40, 0))
    assert says in found.choices[0][0]
    assert found.choices[0][1] == repr(name)


def test_numbers_that_all_differ_stay_numbers():
    assert encode_column("age", _column(list(range(40))), np.arange(30)).names == ("age",)
    assert encode_column("id", _column(list(range(40))), np.arange(30)).names == ("id",)  # identifiers.py judges names


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([str(i) for i in range(39)] + ["unknown"], "got 'unknown' in row 39 of column 'c', 1 such in all"),
        (["1,5", "2,5"] * 20, "decimal point; got '1,5' in column 'c'"),
        ([[1, 2]] * 40, "numbers, dates or text; got column 'c' of list<item: int64>. Leave it out with drop c."),
        ([{"a": 1}] * 40, "numbers, dates or text"),
    ],
)
def test_what_cannot_be_encoded_is_refused_by_name(values, message):
    with pytest.raises(InputError) as caught:
        encode_column("c", _column(values), np.arange(30))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
