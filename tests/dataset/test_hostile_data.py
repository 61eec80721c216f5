"""Data that nobody would make on purpose, and some that somebody would: one line each, in bounded time and memory."""

import io
import json
import os
import shutil
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.ipc
import pytest

from longtail.dataset import load_dataset
from longtail.errors import InputError

ROWS = [f"{7 * i % 23},{'yes' if i % 2 else 'no'}" for i in range(20)]
REVIEWS = Path(__file__).parent / "hugging_face" / "reviews"


def _refused(make, says):
    with pytest.raises(InputError) as caught:
        make()
    message = str(caught.value)
    assert says in message
    assert message.isprintable()


def test_carriage_returns_alone_end_lines(tmp_path):
    (tmp_path / "d.csv").write_text("\n".join(["size,label", *ROWS]))
    (tmp_path / "mac.csv").write_bytes("\r".join(["size,label", *ROWS]).encode())
    (tmp_path / "dos.csv").write_bytes("\r\n".join(["size,label", *ROWS]).encode())
    assert len({load_dataset(file, "label").content_hash for file in tmp_path.iterdir()}) == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'[{"a": "' + b"x" * 200_000 + b'", "b": 1}]', "data must be a readable .csv table"),
        (b"a" * (1 << 24) + b"b,label\n" + "\n".join(ROWS).encode(), "data must"),
        (b"size,label\n1,\x1b]0;title\x07\n2,a,b\n", "data must be a readable .csv table"),
        (b"si\x1b[31mze,label\n1,a\n", "target must name a column"),
        (b"\x1b\x00\x9b", "data must"),
    ],
    ids=["JSON", "a header beyond a block", "escapes in rows", "escapes in names", "bytes"],
)
def test_files_that_are_no_tables(tmp_path, content, says):
    (tmp_path / "d.csv").write_bytes(content)
    _refused(lambda: load_dataset(tmp_path / "d.csv", "lable"), says)


def _archive(path, **members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as held:
        for name, content in members.items():
            held.writestr(f"{name}.npy", content)
    return path


def _array(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def _header(shape):
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(buffer, {"descr": "<f8", "fortran_order": False, "shape": shape})
    return buffer.getvalue()


def test_archives_that_are_none(tmp_path):
    y = _array(np.arange(20) % 2)
    (tmp_path / "one.npz").write_bytes(_array(np.zeros((20, 2))))
    _refused(lambda: load_dataset(tmp_path / "one.npz"), "plain arrays; got one.npz: one array alone. Save several by")
    _archive(tmp_path / "torn.npz", X=b"\x93NUMPY\x01\x00v\x00{'descr'", y=y)
    _refused(lambda: load_dataset(tmp_path / "torn.npz"), "plain arrays")
    _archive(tmp_path / "boast.npz", X=_header((10**12, 8)), y=y)
    _refused(lambda: load_dataset(tmp_path / "boast.npz"), "X.npy says to have 64,000,000,000,000 bytes")
    (tmp_path / "b.csv.npz").write_text("a,b\n1,2\n")
    _refused(lambda: load_dataset(tmp_path / "b.csv.npz"), "no archive")


def test_an_archive_unpacks_to_no_more_than_is_allowed(tmp_path, monkeypatch):
    """200,000 zeros in a file of a few hundred bytes, refused by what the archive says of itself."""
    np.savez_compressed(tmp_path / "d.npz", X=np.zeros((100_000, 2)), y=np.arange(100_000) % 2)
    assert (tmp_path / "d.npz").stat().st_size < 10_000
    monkeypatch.setattr("longtail.dataset.archives._MOST_BYTES", 1_000_000)
    _refused(lambda: load_dataset(tmp_path / "d.npz"), "data must unpack to at most 0.001 GB")


def test_text_in_archives_has_gaps_and_bytes_are_names(tmp_path):
    X, y = np.arange(24.0).reshape(12, 2), np.array(["a", "b"] * 6)
    np.savez(tmp_path / "g.npz", X=X, y=y, group=np.array([b"north", b"south"] * 6))
    assert load_dataset(tmp_path / "g.npz").group_names == ("north", "south")
    np.savez(tmp_path / "y.npz", X=X, y=np.where(np.arange(12) == 3, " ?", y))
    _refused(lambda: load_dataset(tmp_path / "y.npz"), "1 missing labels, the first in row 3")
    np.savez(tmp_path / "t.npz", X=X, y=y, user=np.array(["u", "NA", "v"] * 4))
    units = load_dataset(tmp_path / "t.npz", together="user")
    assert "stand each on its own: 4." in " ".join(units.notes)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (_array(np.zeros((20, 0))), "embedding must have at least one column; got (20, 0)"),
        (_array(np.full((20, 1), 1e300)), "hold finite numbers of single precision, below 3.4e38; got 20"),
        (_header((20, 10**12)), "it says to have 160,000,000,000,000 bytes, and has 0"),
        (b"\x93NUMPY\x07", "embedding must be an .npy array"),
        (b"", "embedding must be an .npy array"),
    ],
    ids=["no column", "too large", "a boast", "torn", "empty"],
)
def test_embeddings_that_are_none(tmp_path, content, says):
    (tmp_path / "d.csv").write_text("\n".join(["size,label", *ROWS]))
    (tmp_path / "e.npy").write_bytes(content)
    _refused(lambda: load_dataset(tmp_path / "d.csv", "label", embedding=tmp_path / "e.npy"), says)


def test_an_embedding_far_from_zero_stays_apart(tmp_path):
    np.save(tmp_path / "e.npy", 1e9 + np.arange(1797.0)[:, None])
    digits = load_dataset("digits", embedding=tmp_path / "e.npy")
    assert len(np.unique(digits.X)) == digits.n_train


def test_a_pipe_is_no_embedding(tmp_path):
    os.mkfifo(tmp_path / "e.npy")
    _refused(lambda: load_dataset("digits", embedding=tmp_path / "e.npy"), "no regular file")


def _saved(folder, column, kind, **features):
    """A folder as ``save_to_disk`` writes it, with another column."""
    shutil.copytree(REVIEWS, folder)
    file = next(folder.glob("*.arrow"))
    with pa.ipc.open_stream(pa.py_buffer(file.read_bytes())) as reader:
        table = reader.read_all()
    place = table.column_names.index("label")
    for name, values in column.items():
        held = pa.chunked_array([values])
        table = table.set_column(place, name, held) if name == "label" else table.append_column(name, held)
    table = table.replace_schema_metadata()
    with pa.OSFile(str(file), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    info = json.loads((folder / "dataset_info.json").read_text())
    info["features"].update({name: {"_type": kind} for name in column if name != "label"})
    (folder / "dataset_info.json").write_text(json.dumps(info))
    return folder


def test_hugging_face_codes_out_of_range_and_pictures_of_text(tmp_path):
    codes = pa.array([0, 1] * 11 + [7, 0], pa.int64())
    _refused(
        lambda: load_dataset(_saved(tmp_path / "codes", {"label": codes}, ""), text="text"),
        "data must have codes of 2 classes, -1 to 1, in 'label'; got 7",
    )
    names = pa.array(["a.png"] * 24)
    _refused(
        lambda: load_dataset(_saved(tmp_path / "text", {"image": names}, "Image")),
        "hold bytes or paths of pictures in column 'image'; got a column of string",
    )


def test_hugging_face_paths_lead_nowhere_else(tmp_path):
    from PIL import Image

    kind = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    (tmp_path / "secret.png").write_bytes(b"")
    Image.new("L", (4, 4)).save(tmp_path / "secret.png")
    buffer = io.BytesIO()
    Image.new("L", (4, 4), 9).save(buffer, "PNG")
    rows = [{"bytes": buffer.getvalue(), "path": None}] * 20
    rows += [
        {"bytes": None, "path": path} for path in ("../secret.png", str(tmp_path / "secret.png"), "gone.png", None)
    ]
    data = load_dataset(_saved(tmp_path / "pictures", {"image": pa.array(rows, kind)}, "Image"))
    assert (data.n_train + data.n_test, data.X.min()) == (20, 9)
    assert "Pictures whose path leads out of the folder are not read: 2." in data.notes


def test_hugging_face_splits_lie_in_the_folder(tmp_path):
    folder = shutil.copytree(REVIEWS.parent / "reviews_split", tmp_path / "split")
    (folder / "dataset_dict.json").write_text('{"splits": ["train", "../elsewhere"]}')
    _refused(lambda: load_dataset(folder, text="text"), "have its splits in its folder; got '../elsewhere'")


def test_hugging_face_rows_without_a_label(tmp_path):
    """In the training split refused or set aside; those of a test split are left out, and told."""
    codes = pa.array([0, 1] * 10 + [-1] * 4, pa.int64())
    folder = _saved(tmp_path / "f", {"label": codes}, "")
    _refused(lambda: load_dataset(folder, text="text"), "got 4 missing in column 'label', the first in row 20")
    data = load_dataset(folder, text="text", missing="drop")
    assert data.n_train + data.n_test == 20
    split = tmp_path / "split"
    split.mkdir()
    shutil.copytree(REVIEWS, split / "train")
    shutil.copytree(folder, split / "test")
    (split / "dataset_dict.json").write_text('{"splits": ["train", "test"]}')
    both = load_dataset(split, text="text")
    assert (both.n_train, both.n_test) == (24, 20)
    assert "Rows of 'test' without a label are left out: 4." in both.notes


def test_memory_follows_the_data_not_its_longest_cell(tmp_path):
    """2,000 reviews, one of 40,000 letters, named as the target by mistake: 320 MB where cells are of one width."""
    rows = "".join(
        f'"review {i} {"long " * (8_000 if i == 7 else 3)}",{"yes" if i % 2 else "no"}\n' for i in range(2_000)
    )
    (tmp_path / "d.csv").write_text("review,label\n" + rows)
    np.save(tmp_path / "e.npy", np.zeros((2_000, 1)))
    tracemalloc.start()
    try:
        _refused(lambda: load_dataset(tmp_path / "d.csv", "review"), "at least two examples a class")
        load_dataset(tmp_path / "d.csv", "label", together="review", text=None, drop=[], embedding=tmp_path / "e.npy")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 30_000_000
