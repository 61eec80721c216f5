"""A target with many numeric classes is remarked on; few numbers, or many names, are not."""

import numpy as np
import pyarrow as pa
import pytest

from longtail.dataset import load_dataset


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (np.arange(17, 90), True),
        (np.arange(10), False),
        ([f"kind {k}" for k in range(73)], False),
        ([f"{k}" for k in range(100, 140)], True),
    ],
)
def test_many_numbers_as_classes_are_remarked_on(values, said):
    values = np.tile(np.asarray(values), 6)
    table = pa.table({"x": np.random.default_rng(0).normal(size=len(values)), "age": values})
    notes = [
        note
        for note in load_dataset(table, target="age", task="classification").notes
        if "taken for as many classes" in note
    ]
    assert bool(notes) == said
    if said:
        assert f"{len(set(values.tolist()))} numbers of age" in notes[0]
