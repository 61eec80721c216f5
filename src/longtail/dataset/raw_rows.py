"""The rows of a table as they are, for learners that encode them themselves: a frame of pandas, or texts.

Columns have the types that pandas gives them: whole numbers with gaps are floats, text is text, categories keep all
their levels whatever rows are chosen, dates are ``datetime64``. The target, groups, units, columns left out and
identifiers are not there, as they are no features either.
"""

import hashlib
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from longtail.dataset.arrow_columns import is_text, plain
from longtail.dataset.column_choice import listed
from longtail.dataset.dataset import Dataset
from longtail.dataset.gaps import Column
from longtail.dataset.originals import Originals
from longtail.errors import InputError, Said, parameter

__all__ = ["as_frame", "frame_rows", "has_rows", "hash_of_rows", "rows_table", "text_rows"]


def frame_rows(dataset: Dataset, asked: Sequence[str] = (), who: str = "learner") -> Any:
    """The training rows, then the test rows, as a frame of pandas with their numbers as its index.

    Parameters
    ----------
    dataset : Dataset
        Made of a table.
    asked : sequence of str
        Columns that must be there.
    who : str
        Who asks, for errors.

    Raises
    ------
    InputError
        If there is no table, no pandas, or not every column that is asked for.
    """
    given = _table(dataset, who)
    for name in asked:
        _require(name, given, who)
    return as_frame(rows_table(dataset, who), who)


def rows_table(dataset: Dataset, who: str = "learner") -> pa.Table:
    """The training rows, then the test rows, of the columns that a model may see.

    Raises
    ------
    InputError
        If there is no table.
    """
    given = _table(dataset, who)
    places = pa.array(_places(dataset), pa.int64())
    table = given.table.select(list(given.for_models)).unify_dictionaries().take(places)
    columns = {name: _plain(table.column(name), is_the_text=name == given.text) for name in table.column_names}
    return pa.table(columns)


def as_frame(table: pa.Table, who: str) -> Any:
    """A table of :func:`rows_table` as a frame of pandas.

    Raises
    ------
    InputError
        If there is no pandas.
    """
    try:
        import_module("pandas")
    except ImportError as error:
        remedy = "Install it (pip install pandas)."
        raise InputError(who, "have pandas installed, to be given a frame", Said("no pandas"), remedy) from error
    frame: Any = table.to_pandas(date_as_object=False)
    for name in table.column_names:
        if frame[name].dtype == object:
            frame[name] = frame[name].where(frame[name].notna(), np.nan)
    return frame


def text_rows(dataset: Dataset, who: str = "learner") -> NDArray[np.object_]:
    """The texts of the training rows, then of the test rows.

    A text that is missing is empty.

    Raises
    ------
    InputError
        If there is no table, or no column of it is the text.
    """
    given = _table(dataset, who)
    if given.text is None:
        remedy = f"Name the column with {parameter('text')} COLUMN."
        raise InputError(who, "be given data with a text, which it reads", Said("none"), remedy)
    column = plain("text", given.table.column(given.text).take(pa.array(_places(dataset), pa.int64())))
    if not (is_text(column) or pa.types.is_null(column.type)):
        raise InputError("text", "name a column of text", Said(f"{given.text!r} of {column.type}"))
    texts = np.empty(len(column), object)
    texts[:] = [text or "" for text in column.to_pylist()]
    texts.flags.writeable = False
    return texts


def hash_of_rows(rows: Any) -> str:
    """SHA-256 of a frame or of texts: names, types and levels of the columns, and every value."""
    found = hashlib.sha256()
    if isinstance(rows, np.ndarray):
        for text in rows.tolist():
            found.update(repr(text).encode())
        return found.hexdigest()
    hashed = import_module("pandas").util.hash_pandas_object
    for name, column in rows.items():
        levels = list(column.cat.categories) if hasattr(column, "cat") else []
        found.update(repr((name, str(column.dtype), levels)).encode())
        found.update(np.ascontiguousarray(hashed(column, index=False)).tobytes())
    return found.hexdigest()


def has_rows(dataset: Dataset) -> bool:
    """Return whether there are rows as they are: whether the data have a table with columns for models."""
    return dataset.originals is not None and bool(dataset.originals.for_models)


def _places(dataset: Dataset) -> NDArray[np.int64]:
    return np.concatenate([dataset.position, dataset.position_test])


def _table(dataset: Dataset, who: str) -> Originals:
    if dataset.originals is None or not has_rows(dataset):
        law = "be given data that have a table, since it reads columns or texts"
        remedy = "Give a CSV or Parquet file or a frame, or a learner of features."
        raise InputError(who, law, Said(f"{dataset.name}, which has none"), remedy)
    return dataset.originals


def _require(name: str, given: Originals, who: str) -> None:
    if name in given.for_models:
        return
    why = dict(given.not_for_models).get(name)
    what = f"{name!r}, which is {why}" if why else repr(name)
    raise InputError(who, f"ask for columns that are there to learn from: {listed(given.for_models[:12])}", Said(what))


def _plain(column: Column, *, is_the_text: bool) -> Column:
    """A column of a type that pandas has."""
    kind: Any = column.type
    if is_the_text and not pa.types.is_null(kind):
        return pa.chunked_array([[text or "" for text in column.to_pylist()]], pa.string())
    if pa.types.is_null(kind) or pa.types.is_decimal(kind):
        return column.cast(pa.float64())
    return column
