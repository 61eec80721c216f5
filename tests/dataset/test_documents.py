"""Documents from files: what is taken, and what is refused in one line."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from longtail.dataset.documents import load_documents
from longtail.errors import InputError

LINES = ["one rose", " two  roses", "a third", "“four” – more", "five"]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "texts.txt"
    path.write_bytes("\r\n".join(LINES).encode() + b"\r\n")
    return path


def test_a_line_is_a_document_as_it_is_written(file):
    data = load_documents(file)
    assert (data.n_train, data.n_test, data.n_classes, data.task) == (4, 1, 0, "language")
    assert sorted([*data.position, *data.position_test]) == list(range(5))
    for place in data.position:
        assert data.originals.words(int(place)) == LINES[place]
    assert data.notes == ("1 of 5 documents were set aside as test documents, at random.",)
    np.testing.assert_allclose(np.linalg.norm(data.X, axis=1), 1, rtol=1e-6)


def test_a_column_of_a_table_is_the_same(file, tmp_path):
    table = pa.table({"id": range(5), "text": LINES, "author": ["x", "x", "y", "y", "y"]})
    pa.parquet.write_table(table, tmp_path / "texts.parquet")
    data = load_documents(tmp_path / "texts.parquet", "text", together="author")
    assert data.content_hash == load_documents(file).content_hash
    assert len(set(data.together.tolist())) == 2
    with pytest.raises(InputError, match="text must name the column of the documents; got none; columns of text are"):
        load_documents(tmp_path / "texts.parquet")
    with pytest.raises(InputError, match="text must name a column of text; got 'id' of int64"):
        load_documents(tmp_path / "texts.parquet", "id")
    other = tmp_path / "others.txt"
    other.write_text("six\nseven\n", "utf-8")
    data = load_documents(file, test=other)
    assert (data.n_train, data.n_test, data.originals.words(6)) == (5, 2, "seven")


def test_authors_are_set_aside_whole_and_gaps_tie_nobody(tmp_path):
    authors = [f"author {n // 4}" if n < 40 else None for n in range(48)]
    table = pa.table({"text": [f"words of number {n}" for n in range(48)], "author": authors})
    pa.parquet.write_table(table, tmp_path / "texts.parquet")
    data = load_documents(tmp_path / "texts.parquet", "text", together="author")
    kept, aside = ({authors[row] for row in rows} - {None} for rows in (data.position, data.position_test))
    assert aside
    assert not kept & aside
    nobody = [code for row, code in zip(data.position, data.together, strict=True) if authors[row] is None]
    assert len(set(nobody)) == len(nobody) > 1
    assert any("set aside as test documents, at random, all rows of" in said for said in data.notes)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"one\n\ntwo\n", "data must hold a word in each document; got 1 empty, the first in row 1"),
        (b"one\n", "data must hold at least two documents; got 1"),
        (b"", "data must hold at least two documents; got 0"),
        (b"one\ntw\xffo\n", "data must be text in UTF-8; got byte 0xff in line 2 of x.txt. Convert it"),
        (b"one\ntw\x00o\n", "data must be text in UTF-8; got a zero byte in line 2 of x.txt"),
    ],
)
def test_what_is_no_document_is_refused_in_one_line(content, said, tmp_path):
    (tmp_path / "x.txt").write_bytes(content)
    with pytest.raises(InputError, match=said):
        load_documents(tmp_path / "x.txt")


def test_other_files_are_refused(file, tmp_path):
    with pytest.raises(InputError, match=r"data must be a \.txt of one document a line"):
        load_documents(tmp_path / "none.txt")
    with pytest.raises(InputError, match="together must be given for a table alone"):
        load_documents(file, together="author")
    with pytest.raises(InputError, match="text must be given for a table alone"):
        load_documents(file, "review")


def test_a_document_of_a_hundred_thousand_tokens_is_taken(tmp_path):
    """One of a million takes four seconds, by the same code."""
    (tmp_path / "x.txt").write_text("a b " * 50_000 + "\nc d\n", "utf-8")
    assert load_documents(tmp_path / "x.txt").n_train == 2


def test_nothing_is_said_to_be_set_aside_where_nothing_is(tmp_path):
    (tmp_path / "two.txt").write_text("a b\nc d\n")
    assert load_documents(tmp_path / "two.txt").notes == (
        "No documents were set aside as test documents: 2 are too few.",
    )
