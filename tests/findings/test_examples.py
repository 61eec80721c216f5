"""Every example on disk: back as it was, the same bytes twice, and refused where it is damaged."""

import gzip
import json
from dataclasses import fields, is_dataclass

import numpy as np
import pytest

from longtail.errors import DamagedRunError
from longtail.findings import plain
from longtail.findings.columns import Column
from longtail.findings.examples import Examples
from report.example_examples import EXAMPLES, ROWS, TEXTS, WIDE_ROWS, N


def same(one: object, other: object) -> bool:
    if is_dataclass(one) and not isinstance(one, Column):
        return type(one) is type(other) and all(same(getattr(one, f.name), getattr(other, f.name)) for f in fields(one))
    if isinstance(one, np.ndarray):
        return one.dtype.kind == other.dtype.kind and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    if isinstance(one, list) and one and isinstance(one[0], np.ndarray):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


@pytest.mark.parametrize("examples", [EXAMPLES, ROWS, WIDE_ROWS, TEXTS])
def test_they_come_back_as_they_were_and_are_the_same_bytes_again(examples):
    packed = examples.packed()
    again = Examples.unpacked(packed)
    assert same(again, examples)
    assert again.packed() == packed


@pytest.mark.parametrize("examples", [EXAMPLES, ROWS, WIDE_ROWS, TEXTS])
@pytest.mark.parametrize("at_a_time", [1, 7, 8192])
def test_written_in_parts_it_is_the_same_document(examples, at_a_time, monkeypatch):
    """Beside the standard library's one text of all."""
    monkeypatch.setattr(plain, "_AT_A_TIME", at_a_time)
    document = {"format_version": 2, **plain.to_plain(examples)}
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    assert gzip.decompress(examples.packed()) == text.encode()


def test_what_is_undetermined_is_null_in_the_file_and_the_file_says_what_it_is():
    document = json.loads(gzip.decompress(EXAMPLES.packed()))
    assert document["format_version"] == 2
    assert document["train"]["columns"][0]["value"][11] is None
    assert document["train"]["label"][:3] == EXAMPLES.train.label[:3].tolist()
    assert gzip.decompress(EXAMPLES.packed()).count(b"NaN") == 0


def test_nothing_of_the_file_tells_when_it_was_written():
    assert EXAMPLES.packed()[4:8] == bytes(4)  # RFC 1952: the time


def test_arrays_of_a_file_cannot_be_changed():
    again = Examples.unpacked(EXAMPLES.packed())
    with pytest.raises(ValueError, match="read-only"):
        again.train.label[0] = 1


def put(document, path, value):
    *way, last = path
    for step in way:
        document = document[step]
    document[last] = value


DAMAGE = {
    "a shorter column": (("train", "columns", 4, "value"), [280] * (N - 1)),
    "a shorter interval": (("train", "columns", 0, "low"), [0.0]),
    "a label without a name": (("train", "label", 0), 10),
    "a negative label": (("test", "label", 0), -1),
    "a group without a name": (("train", "group", 3), 2),
    "half a label": (("train", "label", 0), 0.5),
    "no label": (("train", "label", 0), None),
    "an influence of nobody": (("influences", "train", 0), N),
    "an influence on nobody": (("influences", "test", 0), 10**6),
    "a neighbor that is not there": (("train", "neighbors", "train", 0, 0), N),
    "a distance too few": (("train", "neighbors", "distance", 0), [1.0]),
    "a picture of nobody": (("train", "looks", "pictures", "of", 0), N),
    "a picture that is none": (("train", "looks", "pictures", "webp", 0), 'x" onerror="alert(1)'),
    "a number for a picture": (("train", "looks", "pictures", "webp", 0), 3),
    "a text for a number": (("train", "columns", 1, "value", 0), "small"),
    "nothing for a section": (("influences",), None),
    "half an interval": (("train", "columns", 0, "low"), None),
    "a part of nothing": (("train", "columns", 2, "of"), "n_all"),
    "two columns of one name": (("train", "columns", 1, "name"), "memorization"),
    "a column without a name": (("train", "columns", 1, "name"), ""),
    "no column at all": (("train", "columns"), []),
    "the version before": (("format_version",), 1),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_does_not_fit_together_is_refused(damage):
    document = json.loads(gzip.decompress(EXAMPLES.packed()))
    put(document, *DAMAGE[damage])
    with pytest.raises(DamagedRunError, match="examples.json.gz (is incomplete|must have format version 2; got 1)"):
        Examples.unpacked(gzip.compress(json.dumps(document).encode()))


ROW_DAMAGE = {
    "a column too few": (ROWS, ("train", "looks", "rows", "columns"), []),
    "a cell that is a number": (ROWS, ("train", "looks", "rows", "columns", 0, 0), 1),
    "a wide row's column that is not there": (WIDE_ROWS, ("train", "looks", "wide_rows", "columns", 0, 0), 3),
    "a wide row's value too few": (WIDE_ROWS, ("train", "looks", "wide_rows", "values", 0), ["1"]),
    "a text too few": (TEXTS, ("test", "looks", "texts"), ["an answer"]),
}


@pytest.mark.parametrize("damage", ROW_DAMAGE)
def test_rows_and_texts_that_do_not_fit_are_refused(damage):
    examples, path, value = ROW_DAMAGE[damage]
    document = json.loads(gzip.decompress(examples.packed()))
    put(document, path, value)
    with pytest.raises(DamagedRunError, match="incomplete"):
        Examples.unpacked(gzip.compress(json.dumps(document).encode()))


@pytest.mark.parametrize("content", [b"", b"{}", gzip.compress(b"{"), gzip.compress(b"\xff"), EXAMPLES.packed()[:-50]])
def test_torn_files_are_refused_by_name(content):
    with pytest.raises(DamagedRunError, match="examples.json.gz is not compressed JSON"):
        Examples.unpacked(content)


@pytest.mark.parametrize("content", ["[]", "3", "null", "{}"])
def test_other_json_is_refused(content):
    with pytest.raises(DamagedRunError, match="format version"):
        Examples.unpacked(gzip.compress(content.encode()))
