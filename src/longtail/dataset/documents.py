"""Texts that are themselves what is learned: one document a line of a file, or a row of a table.

A document keeps its text as it is written. What learners see as features are weights of its hashed words and pairs of
words, from which copies and kinds are found; a language model reads the text itself. Nothing is left out in silence: a
document without a letter, a digit or a mark is refused, as are bytes that are no text.
"""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.dataset.arrow_columns import is_text
from longtail.dataset.column_choice import listed, require_column
from longtail.dataset.dataset import Dataset
from longtail.dataset.groups_and_units import given_units, said_of_spanning, said_of_whole, whole_groups
from longtail.dataset.originals import Originals
from longtail.dataset.splitting import whole_units_split
from longtail.dataset.tables import TABLES, ReadTable, frame_table, is_frame, read_table
from longtail.errors import InputError, Said
from longtail.randomness import generator

__all__ = ["document_dataset", "load_documents"]

_HASHED = 256
_TEST_SHARE = 5
_BLANK = re.compile(r"\s*")


@checked
def load_documents(
    data: Any, text: str | None = None, test: str | Path | None = None, together: str | None = None
) -> Dataset:
    """Load documents of a text file (one a line) or of a column of a table.

    Parameters
    ----------
    data : path or frame
        A .txt file in UTF-8, a .csv, .tsv or .parquet table, or a frame of pandas, polars or Arrow.
    text : str, optional
        Of a table: the column; not needed where only one holds text.
    test : path, optional
        A file of the same kind, of documents that no model is trained on. By default a fifth is set aside at random.
    together : str, optional
        Of a table: the column whose equal values, an author's for instance, are in or out of a subset together.

    Raises
    ------
    InputError
        If there is no such file or column, a document is empty or no text, or there are fewer than two.
    """
    in_memory = is_frame(data)
    path = Path("frame" if in_memory else str(data))
    table, column, said = _column_of(frame_table(data), text) if in_memory else _read("data", path, text)
    if together is not None and not in_memory and path.suffix.lower() not in TABLES:
        raise InputError("together", "be given for a table alone (.csv, .tsv, .parquet)", together)
    n_training = None
    if test is not None:
        other, _, _ = _read("test", Path(test), column)
        n_training = table.num_rows
        names = [name for name in table.column_names if name in other.column_names]
        table = pa.concat_tables([table.select(names), other.select(names)], promote_options="permissive")
    units = None
    if together is not None:
        require_column("together", table.column_names, together)
        units = table.column(together).to_pylist()
    return document_dataset(table, column, name=path.stem, n_training=n_training, together=units, notes=said)


@checked
def document_dataset(
    table: pa.Table,
    text: str,
    *,
    name: str,
    n_training: int | None = None,
    together: list[Any] | None = None,
    notes: tuple[str, ...] = (),
) -> Dataset:
    """Make a data set whose examples are the documents of a column.

    Parameters
    ----------
    table : pyarrow.Table
        A row a document.
    text : str
        The column.
    name : str
        Of the data, for people.
    n_training : int, optional
        How many rows at the top are training documents; by default a fifth is set aside at random, of units whole ones.
    together : list, optional
        The unit that each row belongs to; a row that names none is one of its own.
    notes : tuple of str
        Said before.

    Raises
    ------
    InputError
        If a document is empty, or there are fewer than two training documents.
    """
    texts = [value or "" for value in table.column(text).to_pylist()]
    _require_words(texts)
    order = np.arange(len(texts))
    said = list(notes)
    units = None if together is None else given_units(np.array(together, object), len(texts))[0]
    if n_training is None:
        kept, aside = _split(len(texts), units)
        n_training, order = len(kept), np.concatenate([kept, aside])
        whole = "" if units is None else said_of_whole(units[aside], units[kept])
        said.append(
            f"{len(aside)} of {len(texts)} documents were set aside as test documents, at random{whole}."
            if len(aside)
            else f"No documents were set aside as test documents: {len(texts)} are too few."
        )
        said += [] if units is None else said_of_spanning(units[aside], units[kept])
    if n_training < 2:
        raise InputError("data", "hold at least two training documents", Said(f"{n_training}"))
    features = _hashed(texts)[order]
    codes = None if units is None else whole_groups(units[order[:n_training]])
    arrays: list[NDArray[Any]] = [features[:n_training], features[n_training:], *np.split(order, [n_training])]
    nothing = [np.zeros(len(part), np.int64) for part in arrays[:2]]
    for array in (*arrays, *nothing):
        array.flags.writeable = False
    dataset = Dataset(
        name=name,
        X=arrays[0],
        y=nothing[0],
        class_names=(),
        X_test=arrays[1],
        y_test=nothing[1],
        group=None,
        group_names=(),
        feature_names=tuple(f"hashed {number}" for number in range(_HASHED)),
        image_shape=None,
        notes=tuple(said),
        position=arrays[2],
        position_test=arrays[3],
        originals=Originals(table=table, text=text, for_models=(text,)),
        task="language",
    )
    return dataset if codes is None else replace(dataset, together=codes)


def _split(n: int, units: NDArray[np.int64] | None) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the positions of training and of test documents, of whole units where these can be spared."""
    drawn = generator(0, "documents").permutation(n)
    kept, aside = np.sort(drawn[: n - n // _TEST_SHARE]), np.sort(drawn[n - n // _TEST_SHARE :])
    if units is None:
        return kept, aside
    whole = whole_units_split(np.zeros(n, np.int64), units)
    spared = len(whole[1]) and not np.isin(units[whole[1]], units[whole[0]]).any()
    return whole if spared else (kept, aside)


def _read(argument: str, path: Path, text: str | None) -> tuple[pa.Table, str, tuple[str, ...]]:
    """Return a table with the texts, the column that holds them, and what was chosen."""
    if path.suffix.lower() in TABLES and path.is_file():
        return _column_of(read_table(path), text)
    if path.suffix.lower() != ".txt" or not path.is_file():
        law = "be a .txt of one document a line, or a .csv, .tsv or .parquet with a column of them, that exists"
        raise InputError(argument, law, str(path))
    if text not in (None, "text"):
        raise InputError("text", "be given for a table alone (.csv, .tsv, .parquet)", text)
    return pa.table({"text": pa.array(_lines(argument, path), pa.large_string())}), "text", ()


def _column_of(read: ReadTable, text: str | None) -> tuple[pa.Table, str, tuple[str, ...]]:
    names = [name for name in read.table.column_names if is_text(read.table.column(name))]
    if text is None and len(names) != 1:
        law = "name the column of the documents"
        raise InputError("text", law, Said(f"none; columns of text are {listed(names) if names else 'not there'}"))
    column = text or names[0]
    require_column("text", read.table.column_names, column)
    if not is_text(read.table.column(column)):
        raise InputError("text", "name a column of text", Said(f"{column!r} of {read.table.column(column).type}"))
    chosen = () if text else (f"The documents are the column {column!r}, the only one of text.",)
    return read.table, column, (*read.notes, *chosen)


def _lines(argument: str, path: Path) -> list[str]:
    content = path.read_bytes()
    try:
        decoded = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = content[: error.start].count(b"\n") + 1
        what = Said(f"byte 0x{content[error.start]:02x} in line {place} of {path.name}")
        raise InputError(argument, "be text in UTF-8", what, "Convert it first: iconv -t UTF-8.") from None
    if "\x00" in decoded:
        place = decoded[: decoded.index("\x00")].count("\n") + 1
        raise InputError(argument, "be text in UTF-8", Said(f"a zero byte in line {place} of {path.name}"))
    lines = decoded.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _require_words(texts: list[str]) -> None:
    empty = [place for place, text in enumerate(texts) if _BLANK.fullmatch(text)]
    if empty:
        what = Said(f"{len(empty):,} empty, the first in row {empty[0]}")
        raise InputError("data", "hold a word in each document", what, "Leave empty rows out.")
    if len(texts) < 2:
        raise InputError("data", "hold at least two documents", Said(f"{len(texts)}"))


def _hashed(texts: list[str]) -> NDArray[np.float32]:
    """Return weights of hashed words and pairs of words, of length one."""
    from sklearn.feature_extraction.text import HashingVectorizer  # Imported here, as it takes most of a second.

    vectorizer = HashingVectorizer(n_features=_HASHED, ngram_range=(1, 2), token_pattern=r"\S+", lowercase=False)
    weights: NDArray[np.float32] = np.asarray(vectorizer.transform(texts).toarray(), np.float32)
    return weights
