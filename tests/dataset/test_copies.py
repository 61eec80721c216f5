"""Examples that equal others are told: against all pairs, compared one by one."""

import numpy as np
import pytest
from PIL import Image

from longtail.dataset import Dataset, load_dataset
from longtail.dataset.copies import said_of_copies


def test_copies_are_counted_as_all_pairs_say():
    """200 rows of 2 features of 4 values, seed 0, a third of them -0.0: every pair is compared."""
    rng = np.random.default_rng(0)
    X, y = rng.integers(0, 12, (200, 2)).astype(float), rng.integers(0, 2, 200)
    X[::3] *= -1.0
    X_test, y_test = rng.integers(0, 24, (50, 2)).astype(float), rng.integers(0, 2, 50)
    equal = (X[:, None] == X[None]).all(axis=2) & ~np.eye(200, dtype=bool)
    n_twins, n_other = equal.any(axis=1).sum(), (equal & (y[:, None] != y[None])).any(axis=1).sum()
    n_test = (X_test[:, None] == X[None]).all(axis=2).any(axis=1).sum()
    assert said_of_copies(Dataset.from_arrays(X, y, X_test, y_test)) == [
        f"{n_twins} of 200 training examples equal another in all features, {n_other} of them one of another label.",
        f"{n_test} of 50 test examples equal a training example in all features: being right on them says little "
        "about new data.",
    ]


def test_where_all_differ_nothing_is_said():
    X = np.arange(40.0)[:, None]
    assert said_of_copies(Dataset.from_arrays(X, [0, 1] * 20, X + 100, [0, 1] * 20)) == []


@pytest.mark.parametrize("other_class", [False, True])
def test_one_picture_in_two_places_is_told(tmp_path, other_class):
    rng = np.random.default_rng(0)
    for name in ("cat", "dog"):
        (tmp_path / "train" / name).mkdir(parents=True)
        (tmp_path / "test" / name).mkdir(parents=True)
        for i in range(6):
            picture = Image.fromarray(rng.integers(0, 255, (4, 4), dtype=np.uint8))
            picture.save(tmp_path / ("test" if i == 5 else "train") / name / f"{i}.png")
    copied = tmp_path / "train" / "cat" / "0.png"
    (tmp_path / "train" / ("dog" if other_class else "cat") / "copy.png").write_bytes(copied.read_bytes())
    labels = "2 of them one of another label" if other_class else "all with the same label"
    said = f"2 of 11 training examples equal another in all features, {labels}."
    assert said in load_dataset(tmp_path).notes
