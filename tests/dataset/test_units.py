"""Units keep their names, through parts of the data and through a run; those that span training and test are told."""

import numpy as np

from longtail.dataset import Dataset, load_dataset
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


def test_units_that_span_training_and_test_are_told():
    note = "12 of 12 test examples are of units that training examples are of, too"
    spanning = Dataset.from_arrays(np.arange(60.0)[:, None], np.arange(60) % 2, together=["a", "b", "c"] * 20)
    assert any(note in said for said in spanning.notes)
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
