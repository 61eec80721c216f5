"""Folders that the ``datasets`` package itself wrote (see ``hugging_face/README.md``), read without it."""

import json
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from longtail.dataset import load_dataset
from longtail.errors import InputError

FOLDER = Path(__file__).parent / "hugging_face"


def test_texts_with_names_of_classes():
    """Row i of the script: word (7 i) mod 6, number i mod 5, label (7 i mod 2) xor 1."""
    data = load_dataset(FOLDER / "reviews", text="text")
    assert data.class_names == ("neg", "pos")
    assert data.n_train + data.n_test == 24
    words = ["good film", "bad film", "awful plot", "fine plot", "great cast", "dull cast"]
    for position, label in zip(data.position.tolist(), data.y.tolist(), strict=True):
        assert data.originals.words(position) == f"{words[7 * position % 6]} number{position % 5}"
        assert data.originals.row(position)["stars"] == str(position % 5)
        assert data.class_names[label] == ("neg", "pos")[7 * position % 2 ^ 1]
    assert "Column 'label' holds the labels." in data.notes


def test_splits_are_training_and_test_examples():
    data = load_dataset(FOLDER / "reviews_split", text="text")
    assert (data.n_train, data.n_test) == (16, 8)
    assert data.position_test.tolist() == list(range(16, 24))
    assert "The split 'train' is studied; 'test' gives the test examples." in data.notes
    assert data.originals.words(16) == "bad film number0"  # the script's second part starts one word on


def test_words_and_medians_come_from_the_training_split():
    """A column for each word that is said in training, and none for a word of the test split alone."""
    data = load_dataset(FOLDER / "reviews_split", text="text")
    said = {word for row in data.position for word in data.originals.words(int(row)).split()}
    assert {name.removeprefix("text: ") for name in data.feature_names} == said | {"stars"}


def test_pictures_in_two_shards():
    data = load_dataset(FOLDER / "pictures")
    assert data.image_shape == (4, 6, 1)
    for position, features, label in zip(data.position, data.X, data.y, strict=True):
        assert np.unique(features).tolist() == [(10 if position % 2 == 0 else 240) + position]
        assert data.class_names[label] == ("dark", "light")[position % 2]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda folder: (folder / "dataset_info.json").unlink(), "whole folder of save_to_disk"),
        (lambda folder: (folder / "state.json").write_text("{}"), "whole folder of save_to_disk"),
        (lambda folder: (folder / "data-00000-of-00001.arrow").write_bytes(b"torn"), "whole folder of save_to_disk"),
        (lambda folder: _without_label(folder), "target must name the column that holds the labels; got none called"),
    ],
)
def test_torn_folders_and_no_labels_are_refused_in_one_line(tmp_path, spoil, message):
    folder = shutil.copytree(FOLDER / "reviews", tmp_path / "copy")
    spoil(folder)
    with pytest.raises(InputError) as caught:
        load_dataset(folder, text="text")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_another_column_may_be_the_target():
    with pytest.raises(InputError, match="Did you mean 'stars'"):
        load_dataset(FOLDER / "reviews", target="star", text="text")
    assert load_dataset(FOLDER / "reviews", target="stars", text="text").n_classes == 5


def _without_label(folder):
    """As a set without class labels is written: the column is of whole numbers, and called otherwise."""
    import pyarrow as pa
    import pyarrow.ipc

    file = folder / "data-00000-of-00001.arrow"
    with pa.ipc.open_stream(pa.py_buffer(file.read_bytes())) as reader:
        table = reader.read_all().rename_columns(["text", "stars", "kind"])
    with pa.OSFile(str(file), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    info = json.loads((folder / "dataset_info.json").read_text())
    info["features"]["kind"] = {"dtype": "int64", "_type": "Value"}
    (folder / "dataset_info.json").write_text(json.dumps(info))


def test_pictures_in_a_folder_of_parquet_files_are_refused_with_what_makes_them_readable(tmp_path):
    """As a data set is downloaded from the hub: shards with a picture's bytes in a column."""
    pictures = pa.array([{"bytes": b"x", "path": "1.png"}] * 4)
    table = pa.table({"image": pictures, "label": [0, 1, 0, 1]})
    shard = tmp_path / "data" / "train-00000-of-00001.parquet"
    shard.parent.mkdir()
    pq.write_table(table, shard)
    with pytest.raises(InputError, match=r"no picture in .*load_dataset\(FILES\)\.save_to_disk\(FOLDER\)"):
        load_dataset(tmp_path)
    with pytest.raises(InputError, match=r"column 'image' of struct.*load_dataset\(FILES\)\.save_to_disk\(FOLDER\)"):
        load_dataset(shard, "label")
