"""Columns of a table as they are: gaps, levels, and who is handed them."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

import longtail as lt
from longtail.dataset import Dataset, load_dataset
from longtail.dataset.as_they_are import AsTheyAre
from longtail.errors import InputError
from longtail.handed_rows import handed_rows
from longtail.learners import BoostedTrees, Forest
from longtail.limits import SmallerTrees
from longtail.trials import SubsetDesign, TrialSet, run_trials


def _people(n=40):
    return pa.table(
        {
            "age": pa.array([None if i % 7 == 3 else 20 + i for i in range(n)], pa.int64()),
            "height": [150.5 + i % 9 for i in range(n)],
            "town": [None if i % 11 == 5 else ("Ulm", "Bonn", "Rome")[i % 3] for i in range(n)],
            "bought": ["no", "yes"] * (n // 2),
        }
    )


def test_gaps_stay_gaps_and_levels_are_numbers_without_an_order():
    table = _people()
    data = load_dataset(table, "bought")
    assert data.as_they_are is not None
    assert data.as_they_are.unordered == (2,)
    for part, X in ((data.position, data.X), (data.position_test, data.X_test)):
        values = data.as_they_are.of(part)
        ages = [table["age"][int(row)].as_py() for row in part]
        np.testing.assert_array_equal(values[:, 0], np.array([np.nan if a is None else a for a in ages], np.float32))
        np.testing.assert_array_equal(values[:, 1], X[:, data.feature_names.index("height")])
        towns = np.array([table["town"][int(row)].as_py() or "(missing)" for row in part])
        assert {(town, code) for town, code in zip(towns, values[:, 2], strict=True)} <= {
            ("(missing)", 0.0),
            ("Bonn", 1.0),
            ("Rome", 2.0),
            ("Ulm", 3.0),
        }


def test_a_level_of_test_rows_alone_is_missing():
    table = pa.table({"x": ["a", "b"] * 20 + ["new"] * 2, "y": ["no", "yes"] * 21})
    rows = load_dataset(table, "y")
    only_in_test = [row for row in rows.position_test if row >= 40]
    values = rows.as_they_are.of(np.arange(42))[:, 0]
    alone = len(only_in_test) == 2
    assert np.isnan(values[40:]).all() == alone
    assert not np.isnan(values[:40]).any()


def test_ten_thousand_levels_are_all_told_apart():
    levels = [f"level {i % 10_000}" for i in range(30_000)]
    data = load_dataset(pa.table({"x": levels, "y": ["no", "yes"] * 15_000}), "y")
    known = data.as_they_are.of(data.position)[:, 0]
    assert len(np.unique(known)) == len({levels[row] for row in data.position})
    assert data.X.shape[1] == 50


def test_numbers_without_gaps_are_their_features():
    assert load_dataset(pa.table({"x": np.arange(20.0) % 7, "y": ["no", "yes"] * 10}), "y").as_they_are is None


@pytest.mark.parametrize(
    ("learner", "handed"), [(BoostedTrees(), True), (BoostedTrees(categorical=()), False), (Forest(), False)]
)
def test_who_is_handed_them(learner, handed):
    data = load_dataset(_people(), "bought")
    X = handed_rows(learner, data)
    assert (X.shape[1] == 3) == handed
    assert ("rows" in TrialSet.of(data, learner, SubsetDesign(n_trials=20)).identity["data"]) == handed


def test_trees_split_levels_as_a_set():
    """Even and odd levels of twelve: one split of an unordered column tells them apart, none of an ordered one does."""
    codes = np.arange(480) % 12
    table = pa.table({"x": [f"level {code:02}" for code in codes], "y": np.where(codes % 2, "odd", "even")})
    data = load_dataset(table, "y")
    stump = BoostedTrees(n_trees=1, n_leaves=2, learning_rate=1.0)
    design = SubsetDesign(n_trials=20)
    assert run_trials(stump, data, design, jobs=1).test_correct.all()
    limited = SmallerTrees(inner=BoostedTrees(n_trees=1, learning_rate=1.0), depth=1)
    assert run_trials(limited, data, design, jobs=1).test_correct.all()
    ordered = Dataset.from_arrays(data.as_they_are.of(data.position), data.labels)
    assert run_trials(stump, ordered, design, jobs=1).test_correct.mean() < 0.7


def test_a_data_set_in_memory_keeps_them_in_its_run(tmp_path):
    data = load_dataset(_people(), "bought")
    run = lt.measure(data, out=tmp_path, learner=BoostedTrees(n_trees=2), trials=20, jobs=1)
    again = run.dataset
    np.testing.assert_array_equal(handed_rows(BoostedTrees(), again), handed_rows(BoostedTrees(), data))
    assert again.as_they_are.unordered == (2,)


@pytest.mark.parametrize(
    ("columns", "unordered", "said"),
    [
        (np.zeros((3, 2)), [0], "columns must hold a row of numbers, or NaN, for each of 20 examples"),
        (np.zeros((20, 2)), [2], "unordered must hold numbers below 2"),
        (np.zeros((20, 2)), [0.5], "unordered must hold numbers of columns"),
        (np.full((20, 2), np.inf), [0], "columns must hold a row of numbers"),
    ],
)
def test_an_archive_may_hold_them_or_is_refused(tmp_path, columns, unordered, said):
    X, y = np.arange(20.0)[:, None], [0, 1] * 10
    np.savez(tmp_path / "data.npz", X=X, y=y, columns=columns, unordered=unordered)
    with pytest.raises(InputError, match=said):
        load_dataset(tmp_path / "data.npz")


def test_no_column_that_is_not_there():
    with pytest.raises(InputError, match="unordered must hold numbers below 1"):
        AsTheyAre(values=np.zeros((2, 1), np.float32), unordered=(1,))
