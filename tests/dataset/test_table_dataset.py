"""Roles of columns, frames of other libraries, and that nothing is learned from test rows."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest

from longtail.dataset import Dataset, load_dataset
from longtail.dataset.table_dataset import Roles, table_dataset
from longtail.errors import InputError

N = 60
FRAME = pd.DataFrame(
    {
        "age": [i if i % 7 else None for i in range(N)],
        "town": ["Ulm" if i % 3 else "Bonn" for i in range(N)],
        "body": [f"word{i % 5} and word{i % 4}" for i in range(N)],
        "owner": [f"o{i // 2}" for i in range(N)],
        "label": ["yes" if i % 2 else "no" for i in range(N)],
    }
)
ROLES = {"target": "label", "group": "town", "together": "owner", "text": "body"}


class _Polars:
    """What polars offers: the columns through Arrow's C interface, strings as string views."""

    def __init__(self, frame):
        self._table = pa.table(frame)

    def __arrow_c_stream__(self, requested_schema=None):
        views = [
            pa.field(field.name, pa.string_view() if pa.types.is_large_string(field.type) else field.type)
            for field in self._table.schema
        ]
        return self._table.cast(pa.schema(views)).__arrow_c_stream__(requested_schema)


def test_frames_of_pandas_and_polars_are_the_file(tmp_path):
    FRAME.to_parquet(tmp_path / "d.parquet")
    FRAME.to_csv(tmp_path / "d.csv", index=False)
    shuffled = FRAME.set_axis([f"row {i}" for i in range(N)])  # an index of its own is no column
    found = [load_dataset(data, **ROLES) for data in (FRAME, shuffled, _Polars(FRAME), *tmp_path.iterdir())]
    assert len({data.content_hash for data in found}) == 1
    assert set(found[1].notes) - set(found[0].notes) == {
        "The index without a name is no feature, and names no row: rows are counted by place, from 0."
    }
    assert found[0].feature_names[:3] == ("age", "age is missing", "body: and")


def test_a_frame_of_polars_itself():
    polars = pytest.importorskip("polars")
    assert load_dataset(polars.from_pandas(FRAME), **ROLES).content_hash == load_dataset(FRAME, **ROLES).content_hash


def test_columns_that_mix_types_are_refused_in_one_line():
    with pytest.raises(InputError) as caught:
        load_dataset(FRAME.assign(mixed=[1, "a"] * (N // 2)), "label")
    assert "data must be a frame whose columns have one type each; got" in str(caught.value)
    assert "mixed" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_arrays_may_be_frames_too():
    numbers = FRAME[["age"]].fillna(0)
    data = Dataset.from_arrays(numbers, FRAME["label"], group=FRAME["town"])
    assert data.feature_names == ("age",)
    assert data.group_names == ("Bonn", "Ulm")
    with pytest.raises(InputError, match="X must hold numbers; .* load_dataset"):
        Dataset.from_arrays(FRAME[["age", "town"]], FRAME["label"])
    with pytest.raises(InputError, match="data must be a name, a path or a frame"):
        load_dataset([[1.0], [2.0]], "label")


def test_what_is_fitted_sees_no_test_row():
    """Test rows may say anything: features of training rows stay the same bytes."""
    before = load_dataset(FRAME, **ROLES)
    spoiled = FRAME.copy()
    rows = before.position_test
    spoiled.loc[rows, "age"] = 1e6
    spoiled.loc[rows, "body"] = "other words"
    spoiled.loc[rows, "town"] = "Ulm"
    after = load_dataset(spoiled, **ROLES)
    assert before.feature_names == after.feature_names
    np.testing.assert_array_equal(before.X, after.X)
    assert "fitted on all training rows, and on no test row" in " ".join(before.notes)


def test_dropped_columns_are_no_features_and_not_shown():
    data = load_dataset(FRAME, "label", drop=["body", "owner"])
    assert data.feature_names == ("age", "age is missing", "town=Bonn", "town=Ulm")
    assert data.originals.names == ("age", "town")
    assert "Left out as asked: 'body', 'owner'." in data.notes


def test_given_test_rows_follow_their_roles():
    data = table_dataset(pa.table(FRAME), Roles(target="label", group="town"), name="d", n_training=40)
    assert (data.n_train, data.n_test) == (40, 20)
    towns = [data.group_names[code] for code in data.group_test]
    assert towns == FRAME["town"][40:].tolist()


@pytest.mark.parametrize(
    ("roles", "message"),
    [
        ({"target": "label", "text": "bdoy"}, "text must name a column; got 'bdoy'. Did you mean 'body'?"),
        ({"target": "label", "drop": ["Age"]}, "drop must name a column; got 'Age'. Did you mean 'age'?"),
        ({"target": "label", "text": "label"}, "target must be neither the text nor left out"),
        ({"target": "label", "text": "age"}, "text must name a column of text; got 'age' of double"),
        ({"target": "age"}, "target must have a value in every row; got 9 missing in column 'age'"),
        ({"target": "label", "drop": ["age", "town", "body", "owner"]}, "can be a feature; got only the target"),
    ],
)
def test_roles_that_no_column_can_play_are_refused(roles, message):
    with pytest.raises(InputError) as caught:
        load_dataset(FRAME, **roles)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_too_much_memory_is_refused_before_it_is_taken(monkeypatch):
    monkeypatch.setattr("longtail.dataset.table_features._MOST_BYTES", 4 * N * 3)
    with pytest.raises(InputError, match="as features; got more by column 'town', with 60 rows of 4 features"):
        load_dataset(FRAME, "label", drop=["body", "owner"])


def test_a_target_of_real_numbers_is_refused_by_name():
    with pytest.raises(InputError, match="target must hold classes, not real numbers; got .*ask for a regression"):
        load_dataset(FRAME.assign(price=np.linspace(0, 1, N)), "price", task="classification")
