"""An embedding replaces what models see, row by row, and nothing that people see."""

import numpy as np
import pytest
from PIL import Image

from longtail.analysis.views import view_of
from longtail.dataset import Dataset, load_dataset
from longtail.errors import InputError


@pytest.fixture
def table(tmp_path):
    rows = "\n".join(f"text of row {i},{i % 2}" for i in range(20))
    (tmp_path / "d.csv").write_text(f"body,label\n{rows}\n")
    return tmp_path / "d.csv"


def _saved(tmp_path, array):
    np.save(tmp_path / "e.npy", array)
    return tmp_path / "e.npy"


def test_rows_follow_the_split(tmp_path, table):
    """Row i of the embedding is i itself."""
    data = load_dataset(table, "label", text="body", embedding=_saved(tmp_path, np.arange(20.0)[:, None]))
    assert data.X[:, 0].tolist() == data.position.tolist()
    assert data.X_test[:, 0].tolist() == data.position_test.tolist()
    view = view_of(data, 2)
    assert (view.kind, view.text) == ("text", f"text of row {data.position[2]}")
    assert "An embedding of 1 columns" in " ".join(data.notes)
    assert data.sample(8).X[:, 0].tolist() == data.sample(8).position.tolist()


def test_pictures_and_their_files_are_still_shown(tmp_path):
    for label in ("a", "b"):
        (tmp_path / "pics" / label).mkdir(parents=True)
        for i in range(5):
            Image.new("L", (2, 2), 10 * i + 100 * (label == "b")).save(tmp_path / "pics" / label / f"{i}.png")
    plain = load_dataset(tmp_path / "pics")
    data = load_dataset(tmp_path / "pics", embedding=_saved(tmp_path, np.arange(10.0)[:, None]))
    assert data.image_shape is None
    for example in range(data.n_train):
        assert data.X[example, 0] == data.position[example]
        assert view_of(data, example) == view_of(plain, example)
    assert view_of(data, 0, held_out=True) == view_of(plain, 0, held_out=True)


def test_arrays_with_test_examples_of_their_own(tmp_path):
    X, y = np.arange(12.0).reshape(6, 2), [0, 1] * 3
    np.savez(tmp_path / "d.npz", X=X[:4], y=y[:4], X_test=X[4:], y_test=y[4:])
    data = load_dataset(tmp_path / "d.npz", embedding=_saved(tmp_path, np.arange(6.0)[:, None]))
    assert (data.X[:, 0].tolist(), data.X_test[:, 0].tolist()) == ([0, 1, 2, 3], [4, 5])
    assert view_of(data, 1, held_out=True).values == ["10", "11"]  # the numbers that it was given as


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros((19, 2)), "embedding must have a row for each of 20 examples, in their order, test examples last"),
        (np.zeros(20), "embedding must hold a row of numbers for each example; got shape (20,)"),
        (np.where(np.arange(40).reshape(20, 2) == 7, np.nan, 0), "got 1 that are not, the first in row 3, column 1"),
        (np.full((20, 2), "a"), "embedding must hold a row of numbers"),
        (np.array([[{}]] * 20, dtype=object), "embedding must be an .npy array"),
    ],
)  # fmt: skip
def test_other_embeddings_are_refused(tmp_path, table, array, message):
    embedding = _saved(tmp_path, array)
    with pytest.raises(InputError) as caught:
        load_dataset(table, "label", text="body", embedding=embedding)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_is_no_embedding_is_refused(tmp_path, table):
    with pytest.raises(InputError, match="embedding must be a file that exists"):
        load_dataset(table, "label", embedding=tmp_path / "none.npy")
    with pytest.raises(InputError, match="embedding must be an .npy array; .*Write one with numpy.save"):
        load_dataset(table, "label", embedding=table)
    with pytest.raises(InputError, match="a row for each of 1,797 examples"):
        load_dataset("digits", embedding=_saved(tmp_path, np.zeros((3, 2))))


def test_no_column_can_be_named_where_there_is_none():
    for option in ({"text": "body"}, {"drop": ["body"]}):
        with pytest.raises(InputError, match="be given for a table alone"):
            load_dataset("digits", **option)
    assert Dataset.from_arrays(np.zeros((4, 1)), [0, 1] * 2).originals is None
