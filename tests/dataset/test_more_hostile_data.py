"""Containers and columns that were told apart, or refused, by nobody: each beside what is in them, by another route."""

import uuid
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from longtail.dataset import Dataset, load_dataset
from longtail.dataset.headless import no_header_note
from longtail.errors import InputError

N = 60
Y = ["a", "b"] * (N // 2)
RNG = np.random.default_rng(0)
ORDER = RNG.permutation(N)
BESIDE = RNG.normal(size=N)


def test_archives_of_another_byte_order_are_read(tmp_path):
    plain = {"X": RNG.normal(size=(N, 2)), "y": np.array([3, 10] * 30), "group": np.array(["u", "v"] * 30)}
    np.savez(tmp_path / "plain.npz", **plain)
    np.savez(tmp_path / "swapped.npz", **{name: each.astype(each.dtype.newbyteorder()) for name, each in plain.items()})
    one, other = load_dataset(tmp_path / "plain.npz"), load_dataset(tmp_path / "swapped.npz")
    assert one.class_names == other.class_names == ("3", "10")
    assert one.group_names == other.group_names == ("u", "v")
    np.testing.assert_array_equal(one.X, other.X)
    np.testing.assert_array_equal(one.y, other.y)


@pytest.mark.parametrize(
    "X",
    [
        pd.DataFrame({"key": 2**60 + ORDER, "size": BESIDE}),
        pd.DataFrame({"key": pd.array(2**60 + ORDER, "Int64"), "size": BESIDE}),
        [[2**60 + int(i), 0.5] for i in ORDER],
        np.array([[Decimal(10**18) + int(i)] for i in ORDER], object),
        np.array([[2**70 + int(i)] for i in ORDER], object),
    ],
    ids=["frame", "nullable frame", "lists", "decimals", "long integers"],
)
def test_numbers_that_doubles_make_equal_are_refused(X):
    """60 different numbers; ``float`` leaves 1 of each, as 2^60 and 10^18 have neighbors 256 and 128 apart."""
    with pytest.raises(InputError, match="double precision tells apart; got 60 different numbers in column"):
        Dataset.from_arrays(X, Y)


def test_large_numbers_that_doubles_tell_apart_are_taken():
    data = Dataset.from_arrays([[2.0**60 + 4096 * int(i), 0.5] for i in ORDER], Y)
    assert len(np.unique(np.concatenate([data.X, data.X_test])[:, 0])) == N


def test_half_precision_warns_of_nothing(recwarn):
    Dataset.from_arrays((BESIDE[:, None] * 1e4).astype(np.float16), Y)
    assert not len(recwarn)


def test_unique_identifiers_tie_rows_by_what_they_are():
    units = [uuid.UUID(int=int(i) // 2) for i in range(N)]
    data = load_dataset(pd.DataFrame({"x": BESIDE, "unit": units, "y": Y}), target="y", together="unit")
    assert set(data.together_names) <= {str(unit) for unit in units}


def test_rows_in_another_order_are_refused():
    frame = pd.DataFrame({"x": BESIDE})
    labels = pd.Series(Y)
    shuffled = labels.sample(frac=1, random_state=0)
    with pytest.raises(InputError, match=r"y must have the index of X in X's order; .*y\.loc\[X\.index\]"):
        Dataset.from_arrays(frame, shuffled)
    mended = Dataset.from_arrays(frame, shuffled.loc[frame.index])
    np.testing.assert_array_equal(mended.y, Dataset.from_arrays(frame, labels).y)
    Dataset.from_arrays(frame, labels.set_axis(labels.index + 1000))  # Other rows: nothing says that they are these.


def test_a_table_of_pixels_on_two_scales_is_refused():
    X, X_test = RNG.integers(0, 256, (N, 16)).astype(np.uint8), RNG.random((10, 16))
    with pytest.raises(InputError, match="pixels on the scale of X's"):
        Dataset.from_arrays(X, Y, X_test, Y[:10])
    Dataset.from_arrays(X % 3, Y, X_test, Y[:10])


def _column(tmp_path, write):
    frame = pd.DataFrame({"v": [write(int(i)) for i in ORDER], "w": BESIDE, "y": Y})
    frame.to_csv(tmp_path / "t.csv", index=False)
    return load_dataset(tmp_path / "t.csv", target="y")


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (lambda i: "<0.5" if i % 10 == 0 else f"{i}.5", "no text in a column of numbers; got '<0.5'"),
        (lambda i: "<0.5" if i % 5 else f"{i * 3}.5", "no text in a column of numbers; got '<0.5'"),
        (lambda i: f"{i}*" if i % 7 == 0 else str(i), r"no text in a column of numbers; got '\d+\*'"),
        (lambda i: f"{i}K" if i % 2 else f"{i}M", "in one unit; got 'K' and 'M'"),
        (lambda i: f"€{i}K" if i % 2 else f"€{i}.5M", "in one unit; got '€K' and '€M'"),
    ],
    ids=["a tenth below a limit", "most below a limit", "footnotes", "magnitudes", "currency in magnitudes"],
)
def test_numbers_with_marks_are_refused_and_no_identifiers(tmp_path, write, said):
    with pytest.raises(InputError, match=said):
        _column(tmp_path, write)


def test_one_magnitude_is_a_unit(tmp_path):
    data = _column(tmp_path, lambda i: f"€{i}.5K")
    order = np.concatenate([data.position, data.position_test])
    values = np.concatenate([data.X, data.X_test])[:, 0]
    np.testing.assert_array_equal(values, ORDER[order] + 0.5)


@pytest.mark.parametrize(
    "write", [lambda i: f"{100 + i}/80", lambda i: f"{i // 10}:0{i % 10}:33", lambda i: f"1_{i:03d}"]
)
def test_digits_in_another_form_are_called_so(tmp_path, write):
    notes = _column(tmp_path, write).notes
    assert any(note.startswith("Digits in a form that is no number here are left out") for note in notes)
    assert not any("identifier" in note for note in notes)


def test_a_file_without_names_is_told(tmp_path):
    rows = RNG.normal(size=(N, 3)).round(3).tolist()
    lines = [",".join(map(str, [*row, label])) for row, label in zip(rows, Y, strict=True)]
    (tmp_path / "t.csv").write_text("\n".join(lines) + "\n")
    assert any(
        note.startswith("The first line was taken for the names")
        for note in load_dataset(tmp_path / "t.csv", target="a").notes
    )
    for names in ("0,1,2,y", "400.5,410.5,420.5,y", "x,z,w,a"):
        (tmp_path / "named.csv").write_text("\n".join([names, *lines]) + "\n")
        told = load_dataset(tmp_path / "named.csv", target=names.rpartition(",")[2]).notes
        assert not any(note.startswith("The first line") for note in told)


def test_no_column_is_no_row():
    assert no_header_note(pd.DataFrame().pipe(__import__("pyarrow").table)) == []
