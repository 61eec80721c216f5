"""Units keep their names, through parts of the data and through a run; those that span training and test are told."""

import numpy as np

from longtail.dataset import Dataset, load_dataset
from longtail.dataset.splitting import whole_units_split
from longtail.runs.kept_data import keep_arrays

PERSONS = np.array(["ann", "bob", None, "cem", "dee"] * 12, object)


def data(**more):
    X = np.arange(60.0)[:, None]
    return Dataset.from_arrays(X, np.arange(60) % 2, together=PERSONS, **more)


def names_of_rows(dataset):
    return [dataset.unit_names[code] for code in dataset.together]


def test_a_row_has_the_name_of_its_unit_and_rows_of_none_are_called_by_their_number():
    dataset = data()
    expected = [PERSONS[row] or f"row {row}" for row in dataset.position]
    assert names_of_rows(dataset) == expected
    part = dataset.restricted_to(np.array([3, 8, 40]))
    assert names_of_rows(part) == [expected[3], expected[8], expected[40]]


def test_units_are_set_aside_whole():
    dataset = data()
    kept, aside = (set(map(str, PERSONS[rows])) - {"None"} for rows in (dataset.position, dataset.position_test))
    assert not kept & aside
    assert aside
    assert len(dataset.position) + dataset.n_test == 60
    assert any(said.endswith("by class, all rows of 3 units.") for said in dataset.notes)


def test_a_table_and_its_features_are_split_alike(tmp_path):
    """Words and scales are learned from training rows alone: they are those of the split by units."""
    rows = [f"{n % 7},word{n // 6},{'ab'[n // 6 % 2]},p{n // 6}" for n in range(120)]
    (tmp_path / "t.csv").write_text("x,note,label,who\n" + "\n".join(rows) + "\n")
    dataset = load_dataset(tmp_path / "t.csv", "label", together="who", text="note")
    words = {name for name in dataset.feature_names if "word" in name}
    assert {int(name.rsplit("word", 1)[1]) for name in words} <= set((dataset.position // 6).tolist())
    assert not set((dataset.position // 6).tolist()) & set((dataset.position_test // 6).tolist())


def test_units_of_test_rows_that_are_given_and_span_are_told(tmp_path):
    for name, people in (("train", "aabbcc"), ("test", "cd")):
        rows = [f"{n},{'xy'[n % 2]},{who}" for n, who in enumerate(people)]
        (tmp_path / f"{name}.csv").write_text("v,label,who\n" + "\n".join(rows) + "\n")
    dataset = load_dataset(tmp_path / "train.csv", "label", together="who", test=tmp_path / "test.csv")
    assert any("1 of 2 test examples are of units that training examples are of, too" in said for said in dataset.notes)


def same_units(codes, names):
    return np.array_equal(codes[:, None] == codes, np.equal.outer(np.asarray(names), np.asarray(names)))


def test_units_of_test_rows_are_known_where_the_data_say_them(tmp_path):
    dataset = data()
    names = [PERSONS[row] or f"row {row}" for row in dataset.position_test]
    assert same_units(dataset.together_test, names)
    np.testing.assert_array_equal(dataset.restricted_to(np.array([3, 8, 40])).together_test, dataset.together_test)
    given = data(X_test=np.arange(4.0)[:, None], y_test=[0, 1, 0, 1])
    assert given.together_test is None
    given = data(X_test=np.arange(4.0)[:, None], y_test=[0, 1, 0, 1], together_test=["ann", "eve", None, "ann"])
    assert same_units(given.together_test, [0, 1, 2, 0])
    kept = load_dataset(tmp_path / keep_arrays(given, tmp_path), together="together")
    assert same_units(kept.together_test, [0, 1, 2, 0])
    for name, people in (("train", "aabbcc"), ("test", "cdd")):
        rows = [f"{n},{'xy'[n % 2]},{who}" for n, who in enumerate(people)]
        (tmp_path / f"{name}.csv").write_text("v,label,who\n" + "\n".join(rows) + "\n")
    dataset = load_dataset(tmp_path / "train.csv", "label", together="who", test=tmp_path / "test.csv")
    assert same_units(dataset.together_test, list("cdd"))


def test_no_class_leaves_training_and_no_giant_is_set_aside():
    """Drawn tables of units whose sizes differ by 30: seeds 0 to 199."""
    for seed in range(200):
        rng = np.random.default_rng(seed)
        sizes = np.minimum(rng.zipf(1.5, rng.integers(3, 40)), 60)
        units = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
        codes = rng.integers(0, rng.integers(2, 5), len(units))
        keep, aside = whole_units_split(codes, units)
        assert sorted([*keep, *aside]) == list(range(len(units)))
        assert len(aside) <= 0.4 * len(units) + 4
        if not np.isin(units[aside], units[keep]).any():
            assert set(codes[keep]) == set(codes)


def test_units_that_span_training_and_test_are_told():
    note = "12 of 12 test examples are of units that training examples are of, too"
    spanning = Dataset.from_arrays(np.arange(60.0)[:, None], np.arange(60) % 2, together=["a", "b"] * 30)
    assert any(note in said for said in spanning.notes)  # one of two units cannot be spared
    alone = Dataset.from_arrays(np.arange(60.0)[:, None], np.arange(60) % 2, together=np.arange(60))
    assert not any("are of units" in said for said in alone.notes)


def test_without_units_each_row_is_one():
    dataset = Dataset.from_arrays(np.arange(20.0)[:, None], np.arange(20) % 2)
    assert dataset.unit_names == tuple(f"row {row}" for row in dataset.position)


def test_names_are_kept_with_a_run(tmp_path):
    dataset = data()
    kept = keep_arrays(dataset, tmp_path)
    again = load_dataset(tmp_path / kept, together="together")
    assert (again.together == dataset.together).all()
    named = [name if not name.startswith("row") else "" for name in names_of_rows(dataset)]
    assert [name if not name.startswith("row") else "" for name in names_of_rows(again)] == named
