"""Every way that data comes in, on small files made here; and every way that it is refused."""

import os
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest
from PIL import Image

from longtail.dataset import Dataset, load_dataset
from longtail.errors import InputError
from longtail.runs.run_there import STUDY_FILE


def _csv(folder: Path, text: str, name: str = "data.csv") -> Path:
    path = folder / name
    path.write_text(text)
    return path


ROWS = "".join(f"{i},{'red' if i % 3 else 'blue'},{'yes' if i % 2 else 'no'}\n" for i in range(20))


def test_digits_are_split_once_and_stratified():
    digits = load_dataset("digits")
    assert (digits.n_train, digits.n_test) == (1437, 360)
    everything = np.bincount(digits.y) + np.bincount(digits.y_test)
    assert np.abs(np.bincount(digits.y_test) - everything * 360 / 1797).max() <= 1
    assert digits.content_hash == load_dataset("digits").content_hash


def test_csv_numbers_and_categories(tmp_path):
    data = load_dataset(_csv(tmp_path, "size,color,label\n" + ROWS), target="label")
    assert data.class_names == ("no", "yes")
    assert data.feature_names == ("size", "color=blue", "color=red")
    assert (data.n_train, data.n_test) == (16, 4)
    assert (data.X[:, 1] + data.X[:, 2] == 1).all()
    for row, label in zip(data.X, data.y, strict=True):  # the label follows the row through the split
        assert data.class_names[label] == ("yes" if row[0] % 2 else "no")


def test_semicolons_and_tabs_and_parquet_give_the_same_data(tmp_path):
    text = "size,color,label\n" + ROWS
    paths = [
        _csv(tmp_path, text),
        _csv(tmp_path, text.replace(",", ";"), "semi.csv"),
        _csv(tmp_path, text.replace(",", "\t"), "tab.tsv"),
    ]
    table = pa.table({"size": range(20), "color": ["red" if i % 3 else "blue" for i in range(20)]})
    table = table.append_column("label", pa.array(["yes" if i % 2 else "no" for i in range(20)]))
    pa.parquet.write_table(table, tmp_path / "data.parquet")
    hashes = {load_dataset(path, target="label").content_hash for path in [*paths, tmp_path / "data.parquet"]}
    assert len(hashes) == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("gr\xf6\xdfe,label\n1,a\n2,b\n".encode("latin-1"), "data must be a table in UTF-8"),
        ("size,label\n1,k\xf6\n2,b\n".encode("latin-1"), "a table in UTF-8; got other bytes in column 'label'"),
        (b"size;label\n1,5;a\n2;b\n3,25;a\n1,5;b\n", "write numbers with a decimal point; got '1,5' in column 'size'"),
    ],
)
def test_another_encoding_and_decimal_commas_are_named(tmp_path, content, message):
    (tmp_path / "data.csv").write_bytes(content)
    with pytest.raises(InputError, match=message):
        load_dataset(tmp_path / "data.csv", target="label")


def test_lists_of_labels_are_refused(tmp_path):
    table = pa.table({"size": range(20), "label": pa.array([[1, 2]] * 20)})
    pa.parquet.write_table(table, tmp_path / "d.parquet")
    with pytest.raises(InputError, match="target must hold one value a row; got column 'label' of list"):
        load_dataset(tmp_path / "d.parquet", target="label")


def test_labels_in_bytes_are_text_in_utf8():
    rows, y = np.arange(8.0)[:, None], np.arange(8) % 2
    for labels in (np.array(["å".encode(), b"b"])[y], np.array(["å".encode(), b"b"], dtype=object)[y]):
        assert Dataset.from_arrays(rows, labels).class_names == ("b", "å")
    with pytest.raises(InputError, match="y must hold labels in UTF-8"):
        Dataset.from_arrays(rows, np.array([b"\xe5", b"b"])[y])


def test_a_group_that_is_not_a_number_is_refused():
    with pytest.raises(
        InputError, match="group must name a group for every example; got 1 missing value, the first in row 0"
    ):
        Dataset.from_arrays(np.arange(8.0)[:, None], np.arange(8) % 2, group=[np.nan, *range(7)])


def test_a_folder_or_nothing_where_a_table_should_be(tmp_path):
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(InputError, match="got it for the folder"):
        load_dataset(tmp_path / "folder.csv", target="label")
    with pytest.raises(InputError, match="data must be a file that exists"):
        load_dataset(tmp_path / "absent.csv", target="label")


def test_decimal_columns_are_numbers(tmp_path):
    prices = pa.array([Decimal(i) / 4 for i in range(20)], pa.decimal128(9, 2))
    pa.parquet.write_table(pa.table({"price": prices, "label": [i % 2 for i in range(20)]}), tmp_path / "p.parquet")
    data = load_dataset(tmp_path / "p.parquet", target="label")
    assert (4 * data.X[:, 0] % 2 == data.y).all()


def test_group_column_is_not_a_feature(tmp_path):
    data = load_dataset(_csv(tmp_path, "size,color,label\n" + ROWS), target="label", group="color")
    assert data.feature_names == ("size",)
    assert data.group is not None
    assert [data.group_names[code] for code in data.group] == ["red" if x % 3 else "blue" for x in data.X[:, 0]]


def test_npz_with_and_without_test_examples(tmp_path):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(40, 3)), np.arange(40) % 2
    np.savez(tmp_path / "a.npz", X=X, y=y)
    np.savez(tmp_path / "b.npz", X=X[:30], y=y[:30], X_test=X[30:], y_test=y[30:])
    assert load_dataset(tmp_path / "a.npz").n_test == 8
    own = load_dataset(tmp_path / "b.npz")
    np.testing.assert_array_equal(own.X_test, X[30:].astype(np.float32))


def test_image_folder_names_and_skips_a_broken_file(tmp_path):
    for label, gray in (("dark", 10), ("light", 240)):
        (tmp_path / label).mkdir()
        for i in range(4):
            Image.new("L", (6, 4), gray + i).save(tmp_path / label / f"{i}.png")
    (tmp_path / "dark" / "zz.png").write_bytes(b"not a picture")
    data = load_dataset(tmp_path)
    assert data.image_shape == (4, 6, 1)
    assert data.class_names == ("dark", "light")
    assert "dark/zz.png" in " ".join(data.notes)
    assert (data.X[data.y == 0] < 20).all()
    assert (data.X[data.y == 1] > 200).all()


def test_a_class_of_one_example_stays_in_training():
    data = Dataset.from_arrays(np.arange(21.0)[:, None], ["a"] * 10 + ["b"] * 10 + ["c"])
    assert (data.y == 2).sum() == 1


def test_arrays_are_immutable_and_independent_of_the_caller():
    X = np.zeros((10, 2), np.float32)
    data = Dataset.from_arrays(X, [0, 1] * 5, X, [0, 1] * 5)
    X[:] = 7
    assert (data.X == 0).all()
    with pytest.raises(ValueError, match="read-only"):
        data.X[0, 0] = 1


@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        (np.zeros((4, 2)), [0, 1, 0], "y must have as many rows as X, 4; got 3"),
        (np.zeros((4, 2)), [1, 1, 1, 1], "at least 2 classes"),
        (np.array([[np.nan, 1], [0, 1], [0, 1], [0, 1]]), [0, 1, 0, 1], "X must be finite; got 1 NaN"),
        (np.full((4, 1), 1e300), [0, 1, 0, 1], "X must hold numbers of single precision"),
        (np.zeros((4, 2)), [0.1, 0.5, 0.1, 0.5], "real numbers; got 0.1. For numbers ask for a regression"),
        (np.zeros((4, 2)), np.eye(4), "one label an example"),
        (np.zeros((4, 2)), ["a", None, "b", "a"], "1 missing labels, the first in row 1"),
        (np.zeros((4, 2)), [0, 1, 2, 3], "fewer examples than classes need"),
        (np.zeros((0, 2)), [], "at least one example"),
        (np.zeros(4), [0, 1, 0, 1], "X must have shape"),
        (np.array([["a"], ["b"]] * 2), [0, 1, 0, 1], "X must hold numbers"),
    ],
)
def test_bad_arrays_are_refused_in_one_line(X, y, message):
    with pytest.raises(InputError) as caught:
        Dataset.from_arrays(X, y)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_test_examples_must_match(tmp_path):
    X, y = np.zeros((4, 2)), [0, 1, 0, 1]
    with pytest.raises(InputError, match="y_test must be given together"):
        Dataset.from_arrays(X, y, X_test=X)
    with pytest.raises(InputError, match="X_test must have 2 columns"):
        Dataset.from_arrays(X, y, X[:, :1], y)
    with pytest.raises(InputError, match="only classes of y; got '7'"):
        Dataset.from_arrays(X, y, X, [0, 1, 7, 0])


@pytest.mark.parametrize(
    ("text", "target", "message"),
    [
        ("size,color,label\n" + ROWS, None, "target must name the column that holds the labels"),
        ("size,color,label\n" + ROWS, "lable", "Did you mean 'label'?"),
        ("size,label,label\n" + ROWS, "label", "have columns of different names where one is asked for; got 2 of"),
        ("size,color,label\n", "label", "at least one row"),
        ("", "label", "readable .csv table"),
        ("size,color,label\n" + ROWS + "1,,yes\n", "color", "in column 'color'"),
        ("size,color,label\n" + ROWS, "size", "fewer examples than classes need"),
        (
            "age,label\n" + "".join(f"{i if i != 7 else 'unknown'},{i % 2}\n" for i in range(30)),
            "label",
            "'unknown' in row 7",
        ),
        (
            "id,label\n" + "".join(f"n{i},{i % 2}\n" for i in range(60)),
            "label",
            "can be a feature; got Text columns whose values mostly",
        ),
    ],
)
def test_bad_tables_are_refused_in_one_line(tmp_path, text, target, message):
    with pytest.raises(InputError) as caught:
        load_dataset(_csv(tmp_path, text), target=target)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_unknown_names_and_files_are_refused(tmp_path):
    with pytest.raises(InputError, match="Did you mean 'digits'"):
        load_dataset("digit")
    with pytest.raises(InputError, match="data must exist"):
        load_dataset(tmp_path / "missing.npz")
    with pytest.raises(InputError, match="for a table alone"):
        load_dataset("digits", target="label")
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(InputError, match="must be [.]npz"):
        load_dataset(tmp_path / "notes.txt")


def test_a_pickle_is_never_loaded(tmp_path):
    np.savez(tmp_path / "evil.npz", X=np.array([{"a": 1}], dtype=object), y=np.array([0]))
    with pytest.raises(InputError, match="plain arrays"):
        load_dataset(tmp_path / "evil.npz")
    (tmp_path / "torn.npz").write_bytes(b"PK\x03\x04 torn")
    with pytest.raises(InputError, match="plain arrays"):
        load_dataset(tmp_path / "torn.npz")


def test_groups_of_test_examples_follow_the_split_and_the_archive(tmp_path):
    """Each feature is its group's number, so that every row says whose it is."""
    group = np.tile(["b", "a", "c"], 20)
    X = np.unique(group, return_inverse=True)[1][:, None].astype(float)
    split = Dataset.from_arrays(X, np.repeat([0, 1], 30), group=group)
    assert split.group_test.tolist() == split.X_test[:, 0].astype(int).tolist()
    held = ["c", "a"]
    np.savez(
        tmp_path / "d.npz", X=X, y=np.repeat([0, 1], 30), group=group, X_test=X[:2], y_test=[0, 1], group_test=held
    )
    assert load_dataset(tmp_path / "d.npz").group_test.tolist() == [2, 0]
    with pytest.raises(InputError, match="group_test must hold only groups of training examples; got 'd'."):
        Dataset.from_arrays(X, np.repeat([0, 1], 30), X[:1], [0], group=group, group_test=["d"])


def test_arrays_of_an_archive_that_are_not_used_are_named(tmp_path):
    """A name in other letters is meant; ``sample_weight`` has no meaning."""
    X, y = np.arange(20.0)[:, None], np.arange(20) % 2
    np.savez(tmp_path / "d.npz", X=X, y=y, sample_weight=X)
    assert "Arrays that have no meaning here are not used: 'sample_weight'." in load_dataset(tmp_path / "d.npz").notes
    np.savez(tmp_path / "d.npz", X=X, y=y, x_test=X, y_test=y)
    with pytest.raises(InputError, match="data must write the name of the array X_test so; got 'x_test' in d.npz"):
        load_dataset(tmp_path / "d.npz")


def test_pipes_and_devices_are_refused_by_name(tmp_path):
    """A pipe would be waited for, and what follows of it is lost when it is read twice."""
    os.mkfifo(tmp_path / "d.csv")
    with pytest.raises(InputError, match="data must be a file or a folder; got a pipe or a device, .*d.csv"):
        load_dataset(tmp_path / "d.csv", target="y")


def test_a_part_keeps_what_is_rare_and_every_test_example():
    rng = np.random.default_rng(0)
    y = np.repeat(["usual", "seldom", "rare"], [4000, 300, 26])
    group = np.where(rng.random(len(y)) < 0.01, "few", "many")
    data = Dataset.from_arrays(rng.normal(size=(len(y), 2)), y, rng.normal(size=(900, 2)), y[:900], group=group)
    part = data.sample(1000)
    assert part.n_test == 900
    assert (part.y == data.class_names.index("rare")).sum() == 26
    few = data.group_names.index("few")
    assert (part.group == few).sum() == (data.group == few).sum()
    assert abs(part.n_train - 1000) <= 3
    assert "of each group of a class all up to" in part.notes[-1]


def test_a_name_that_no_system_takes_is_refused():
    with pytest.raises(InputError, match="data must be a path that the system takes"):
        load_dataset("a" * 5_000)
    with pytest.raises(InputError, match="data must exist as a file or folder"):
        load_dataset("a\0b")


def test_a_run_is_no_data(tmp_path):
    (tmp_path / STUDY_FILE).write_text("{}")
    with pytest.raises(InputError, match="data, and no run of longtail; got the run .* longtail scores"):
        load_dataset(tmp_path)
