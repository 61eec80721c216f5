"""Columns of a table as features: numbers, dates, truth values and categories, each by a stated law.

=====================  ===============================================================================================
numbers, true/false    as they are; where one is missing, the median, and beside it a column that is 1 there
dates, times           days since 1970-01-01, hours since midnight, then as numbers
text                   a column of 0 and 1 for each level; a missing text is a level of its own; of more than 50
                       levels, the 49 most frequent, and one for all others
numbers in text        ``1,234``, ``$3``, ``12 %``: numbers; a few words among numbers are refused
mostly different       text with more levels than half of the rows is left out: a name, or prose, says nothing as a
                       category
=====================  ===============================================================================================

Medians and levels are those of the training rows, so that no test row decides how it is seen. They are those of *all*
training rows: a model's subset does not choose them, and no label enters.
"""

import re
import shlex
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.dataset.arrow_columns import is_bytes, plain
from longtail.dataset.broken_columns import refuse_broken_numbers
from longtail.dataset.gaps import Column, without_blanks
from longtail.dataset.numeric_columns import Numeric, dates, exact_numbers, times_of_day
from longtail.dataset.originals import MISSING
from longtail.dataset.typed_columns import typed
from longtail.dataset.written_numbers import written_numbers
from longtail.errors import InputError, Said, parameter

__all__ = ["MOST_LEVELS", "SAVED", "EncodedColumn", "encode_column"]

SAVED = "Pictures in Parquet files are read once datasets has saved them: load_dataset(FILES).save_to_disk(FOLDER)."
"""What to do with pictures that Hugging Face keeps in tables."""

MOST_LEVELS = 50
"""Beyond, rare levels are pooled."""

OTHERS = "(other)"

_DATE = re.compile(r"\d{1,4}([/.-])(\d{1,2}|[A-Za-z]{3,9})\1\d{2,4}\b|[A-Za-z]{3,9}\.? \d{1,2},? \d{4}\b")
"""How other dates begin."""

_DIGITS_ALONE = re.compile(r"(?=.*\d)[\d\s.,:;/'’\"_°+()-]+")
"""``120/80``, ``1:02:33``, ``555-0100``."""

_FEW_LEVELS, _ALL_DIFFERENT = 10, 0.5
"""A text column with more levels than the first, and than the second share of its rows, is no category."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedColumn:
    """One column of a table as columns of features: none if it was left out.

    Parameters
    ----------
    names : tuple of str
        Of the features.
    values : (n, len(names)) float32 array
        Finite, unless the column holds infinite numbers.
    choices : tuple of (str, str)
        What was decided: the sentence that several columns may share, and what to say of this one.
    as_it_is : (n,) float32 array or None
        The column in one number, where that is something else: NaN where it is missing, the place of a text's level.
    unordered : bool
        Whether those numbers name levels without an order.
    """

    names: tuple[str, ...]
    values: NDArray[np.float32]
    choices: tuple[tuple[str, str], ...] = ()
    as_it_is: NDArray[np.float32] | None = None
    unordered: bool = False


@checked
def encode_column(name: str, column: Column, training: NDArray[np.intp]) -> EncodedColumn:
    """Encode one column as features.

    Parameters
    ----------
    name : str
        Of the column.
    column : pyarrow.ChunkedArray of n values
        May have missing values.
    training : int array
        The rows whose medians and levels count.

    Raises
    ------
    InputError
        If it holds what is no number, date or text, text among numbers, or decimal commas.

    Examples
    --------
    >>> sizes = encode_column("size", pa.chunked_array([[1.0, 4.0, None, 2.0]]), np.array([0, 1, 2]))
    >>> sizes.names, sizes.values.tolist()
    (('size', 'size is missing'), [[1.0, 0.0], [4.0, 0.0], [2.5, 1.0], [2.0, 0.0]])
    >>> towns = encode_column("town", pa.chunked_array([["Ulm", "Bonn", None, "Rome"]]), np.array([0, 1, 2]))
    >>> towns.names, towns.values.astype(int).tolist()
    (('town=(missing)', 'town=Bonn', 'town=Ulm'), [[0, 0, 1], [0, 1, 0], [1, 0, 0], [0, 0, 0]])
    """
    kind = column.type
    if pa.types.is_null(kind) or column.null_count == len(column):
        return _left_out(len(column), name, "Columns without a value are left out: {}.")
    if not is_bytes(kind):
        column = plain("data", column)
        kind = column.type
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return _numbers(name, dates(name, column, training), len(column))
    if pa.types.is_time(kind):
        return _numbers(name, times_of_day(name, column, training), len(column))
    if (
        pa.types.is_boolean(kind)
        or pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_decimal(kind)
    ):
        return _numbers(name, exact_numbers(name, column, training), len(column))
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        law, what = "have columns of numbers, dates or text", Said(f"column {name!r} of {kind}")
        pictures = pa.types.is_struct(kind) and kind.get_field_index("bytes") >= 0
        raise InputError(
            "data", law, what, SAVED if pictures else f"Leave it out with {parameter('drop')} {shlex.quote(name)}."
        )
    return _text(name, column, training)


def _numbers(name: str, found: Numeric, n_rows: int) -> EncodedColumn:
    if found.values is None:
        return EncodedColumn(names=(), values=np.empty((n_rows, 0), np.float32), choices=found.choices)
    names = (name, f"{name} is missing") if found.says_missing else (name,)
    return EncodedColumn(names=names, values=found.values, choices=found.choices, as_it_is=found.with_gaps)


def _text(name: str, column: Column, training: NDArray[np.intp]) -> EncodedColumn:
    """Encode a column of text: as numbers, with their signs and commas, as categories, or as neither."""
    levels, codes, bare = _levels(column)
    present = np.bincount(codes[training], minlength=len(levels))
    mostly_differ = (present > 0).sum() > max(_FEW_LEVELS, _ALL_DIFFERENT * len(training))
    found = written_numbers(bare)
    if found is not None and (mostly_differ or (found.said and not found.is_word)):
        as_numbers = pa.chunked_array([pa.array(found.values, from_pandas=True)])
        encoded = _numbers(name, exact_numbers(name, as_numbers, training), len(column))
        said = ("Text was read as numbers: {}.", f"{name!r}" + (f" ({found.said})" if found.said else ""))
        return replace(encoded, choices=(said, *encoded.choices))
    if found is None:
        refuse_broken_numbers(name, levels, codes)
    if found is None and pa.types.is_temporal((other := typed(column)).type):  # A frame's dates are read as text.
        return encode_column(name, other, training)
    if mostly_differ and all(_DATE.match(level) for level in levels if level != MISSING):
        return _left_out(len(codes), name, "Dates in another form than 2020-01-31 are left out: {}.")
    if mostly_differ and all(_DIGITS_ALONE.fullmatch(level) for level in levels if level != MISSING):
        example = next(level for level in levels if level != MISSING)
        law = "Digits in a form that is no number here are left out (codes, or numbers to be written anew): {}."
        return replace(_left_out(len(codes), name, law), choices=((law, f"{name!r}, as {example!r}"),))
    if mostly_differ:
        law = (
            "Text columns whose values mostly differ are left out (an identifier says nothing; name prose as text, and "
            "its words are used): {}."
        )
        return _left_out(len(codes), name, law)
    n_blank = len(column.unique()) - len(bare.unique())
    blanks = [("Blanks around values are no part of them, and joined levels: {}.", f"{name!r} ({n_blank})")]
    encoded = _categories(name, levels, codes, present)
    return replace(encoded, choices=(*encoded.choices, *(blanks if n_blank else [])))


def _categories(name: str, levels: list[str], codes: NDArray[np.int64], present: NDArray[np.intp]) -> EncodedColumn:
    kept = np.flatnonzero(present)
    if len(kept) > MOST_LEVELS:
        kept = np.sort(np.argsort(-present, kind="stable")[: MOST_LEVELS - 1])
    indicators = (codes[:, None] == kept).astype(np.float32)
    names = [f"{name}={levels[level]}" for level in kept]
    choices = []
    if len(kept) < np.count_nonzero(present):
        others = 1 - indicators.sum(axis=1, keepdims=True)
        indicators, names = np.column_stack([indicators, others]), [*names, f"{name}={OTHERS}"]
        law = f"Of more than {MOST_LEVELS} levels, all but the {MOST_LEVELS - 1} most frequent were pooled: {{}}."
        choices.append((law, f"{name!r} ({len(levels)})"))
    choices.insert(0, ("Text became a column of 0 and 1 for each level: {}.", f"{name!r} ({len(names)})"))
    if MISSING in levels:
        n_missing = int((codes == levels.index(MISSING)).sum())
        rows = "1 row" if n_missing == 1 else f"{n_missing:,} rows"
        choices.append(("Missing text became a level of its own: {}.", f"{name!r} (in {rows})"))
    places = np.where(present[codes] > 0, codes, np.nan).astype(np.float32)
    return EncodedColumn(names=tuple(names), values=indicators, choices=tuple(choices), as_it_is=places, unordered=True)


def _levels(column: Column) -> tuple[list[str], NDArray[np.int64], Column]:
    """Return the different texts in sorted order, the position of each row's text, and the column without blanks.

    The blanks are those around values.
    """
    bare = without_blanks(column)
    known = bare.unique().drop_null()
    found = [str(level) for level in known.to_pylist()]
    codes = pc.index_in(bare, value_set=known).fill_null(len(found)).to_numpy()
    levels = sorted({*found, MISSING} if column.null_count else found)
    place = {level: code for code, level in enumerate(levels)}
    return levels, np.array([place[level] for level in (*found, MISSING) if level in place])[codes], bare


def _left_out(n_rows: int, name: str, why: str) -> EncodedColumn:
    return EncodedColumn(names=(), values=np.empty((n_rows, 0), np.float32), choices=((why, repr(name)),))
