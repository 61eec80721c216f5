"""Columns of a table as features: numbers, dates, truth values and categories, each by a stated law.

=====================  ===============================================================================================
numbers, true/false    as they are; where one is missing, the median, and beside it a column that is 1 there
dates                  days since 1970-01-01, then as numbers
text                   a column of 0 and 1 for each level; a missing text is a level of its own; of more than 50
                       levels, the 49 most frequent, and one for all others
mostly different       text with more levels than half of the rows is left out, as are row numbers: an identifier, or
                       prose, says nothing as a category
=====================  ===============================================================================================

Medians and levels are those of the training rows, so that no test row decides how it is seen. They are those of *all*
training rows: a model's subset does not choose them, and no label enters.
"""

import re
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.dataset.originals import MISSING
from longtail.errors import InputError, Said

__all__ = ["MOST_LEVELS", "EncodedColumn", "encode_column"]

MOST_LEVELS = 50
"""Beyond, rare levels are pooled."""

OTHERS = "(other)"

_FEW_LEVELS, _ALL_DIFFERENT = 10, 0.5
"""A text column with more levels than the first, and than the second share of its rows, is no category."""

_FEW_NUMBERS, _STRAY_SHARE = 10, 0.1
"""A text column with more different numbers than the first, and less other text than the second, is a broken column."""

_DECIMAL_COMMA = re.compile(r"[+-]?\d+(,\d+)?")
_IDENTIFIER = re.compile(r"|index|idx|row|unnamed: 0|(.*[ _-])?id|uuid|guid", re.IGNORECASE)
_DAY = 86_400_000_000  # microseconds

Column: TypeAlias = "pa.ChunkedArray[Any]"


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
    """

    names: tuple[str, ...]
    values: NDArray[np.float32]
    choices: tuple[tuple[str, str], ...] = ()


@checked
def encode_column(name: str, column: Column, training: NDArray[np.intp]) -> EncodedColumn:
    """One column as features.

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
    if pa.types.is_decimal(kind):
        return _numbers(name, column.cast(pa.float64()), training)
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return _dates(name, column, training)
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return _numbers(name, column, training)
    if pa.types.is_dictionary(kind):
        column = column.cast(pa.string())
    elif not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        law, what = "have columns of numbers, dates or text", Said(f"column {name!r} of {kind}")
        raise InputError("data", law, what, f"Leave it out with --drop {name}.")
    return _categories(name, column, training)


def _numbers(name: str, column: Column, training: NDArray[np.intp]) -> EncodedColumn:
    if pa.types.is_integer(column.type) and _IDENTIFIER.fullmatch(name) and _all_different(column):
        return _left_out(len(column), name, "Columns of row numbers are left out: {}.")
    if column.null_count == 0 and not pa.types.is_floating(column.type):
        with np.errstate(over="ignore"):
            return EncodedColumn(names=(name,), values=column.to_numpy().astype(np.float32)[:, None])
    return _filled(name, np.asarray(column.cast(pa.float64(), safe=False).to_numpy()), training)


def _filled(name: str, values: NDArray[np.float64], training: NDArray[np.intp]) -> EncodedColumn:
    """Numbers with the median of the training rows where they are missing, and where that was."""
    missing = np.isnan(values)
    with np.errstate(over="ignore"):  # what overflows becomes infinite, and is refused with its place
        if not missing.any():
            return EncodedColumn(names=(name,), values=values.astype(np.float32)[:, None])
        known = values[training][~missing[training]]
        if len(known) == 0:
            return _left_out(len(values), name, "Columns without a value in any training row are left out: {}.")
        filled = np.where(missing, np.median(known), values).astype(np.float32)
    said = (
        "Missing numbers became the median of the training rows, and a column of 0 and 1 says where: {}.",
        f"{name!r} (in {_rows(int(missing.sum()))})",
    )
    if not missing[training].any():
        return EncodedColumn(names=(name,), values=filled[:, None], choices=(said,))
    both = np.column_stack([filled, missing.astype(np.float32)])
    return EncodedColumn(names=(name, f"{name} is missing"), values=both, choices=(said,))


def _dates(name: str, column: Column, training: NDArray[np.intp]) -> EncodedColumn:
    instants = column.cast(pa.timestamp("us"), safe=False).cast(pa.int64())
    days = np.asarray(instants.cast(pa.float64(), safe=False).to_numpy()) / _DAY
    encoded = _filled(name, days, training)
    said = ("Dates became days since 1970-01-01: {}.", repr(name))
    return EncodedColumn(names=encoded.names, values=encoded.values, choices=(said, *encoded.choices))


def _categories(name: str, column: Column, training: NDArray[np.intp]) -> EncodedColumn:
    levels, codes = _levels(column)
    present = np.bincount(codes[training], minlength=len(levels))
    _refuse_text_among_numbers(name, levels, codes)
    with_comma = next((level for level in levels if "," in level), None)
    if with_comma and all(_DECIMAL_COMMA.fullmatch(level) for level in levels if level != MISSING):
        what = Said(f"{with_comma!r} in column {name!r}")
        raise InputError("data", "write numbers with a decimal point", what, "Replace the commas first.")
    kept = np.flatnonzero(present)
    if len(kept) > max(_FEW_LEVELS, _ALL_DIFFERENT * len(training)):
        law = (
            "Text columns whose values mostly differ are left out (an identifier says nothing; --text NAME uses the "
            "words of prose): {}."
        )
        return _left_out(len(codes), name, law)
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
        choices.append(("Missing text became a level of its own: {}.", f"{name!r} (in {_rows(n_missing)})"))
    return EncodedColumn(names=tuple(names), values=indicators, choices=tuple(choices))


def _levels(column: Column) -> tuple[list[str], NDArray[np.int64]]:
    """The different texts in sorted order, and which of them each row has."""
    encoded = column.combine_chunks().dictionary_encode()
    found = [str(level) for level in encoded.dictionary.to_pylist()]
    codes = encoded.indices.fill_null(len(found)).to_numpy()
    levels = sorted({*found, MISSING} if column.null_count else found)
    place = {level: code for code, level in enumerate(levels)}
    return levels, np.array([place[level] for level in (*found, MISSING) if level in place])[codes]


def _refuse_text_among_numbers(name: str, levels: list[str], codes: NDArray[np.int64]) -> None:
    """One "unknown" in a column of ages makes it text; it is no category."""
    strange = np.array([not _is_number(level) and level != MISSING for level in levels])
    wrong = strange[codes]
    if (~strange).sum() > _FEW_NUMBERS and 0 < wrong.mean() < _STRAY_SHARE:
        row = int(np.argmax(wrong))
        what = Said(f"{levels[codes[row]]!r} in row {row} of column {name!r}, {wrong.sum()} such in all")
        remedy = f"Mend or empty those cells, or leave the column out with --drop {name}."
        raise InputError("data", "have no text in a column of numbers", what, remedy)


def _all_different(column: Column) -> bool:
    return column.null_count == 0 and len(column.unique()) == len(column)


def _left_out(n_rows: int, name: str, why: str) -> EncodedColumn:
    return EncodedColumn(names=(), values=np.empty((n_rows, 0), np.float32), choices=((why, repr(name)),))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _rows(n: int) -> str:
    return "1 row" if n == 1 else f"{n:,} rows"
