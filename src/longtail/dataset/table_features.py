"""The columns of a table that are features: read as what they are, without identifiers, encoded one by one."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from longtail.dataset.arrow_columns import is_text, plain
from longtail.dataset.columns import EncodedColumn, encode_column
from longtail.dataset.gaps import Column, without_blanks
from longtail.dataset.identifiers import COUNTS_ROWS, identifier_law, numbered_note
from longtail.dataset.tables import ReadTable
from longtail.dataset.telltale import telltale_note, telltales
from longtail.dataset.text_features import text_features
from longtail.dataset.typed_columns import typed
from longtail.errors import InputError, Said, parameter

__all__ = ["TableFeatures", "identifiers_among", "table_features", "typed_table"]

_MOST_BYTES = 4_000_000_000
_MOST_NAMED = 8
_FITTED = "What is fitted above (medians, levels, words) is fitted on all training rows, and on no test row."
_ASIDE = re.compile(r" \([^()]*\)")
_LEADING_ZERO = r"^[+-]?0\d"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFeatures:
    """Features made of columns.

    Parameters
    ----------
    values : (n, d) float32 array
    names : list of d str
    sources : tuple of d int
        Which of the shown columns each feature was made of.
    notes : list of str
        What was chosen.
    aside : dict of str
        Columns that are no features, and the law that says so.
    as_they_are : (n, columns) float32 array or None
        The columns in one number each, where that is something else than the features.
    unordered : tuple of int
        Which of these hold levels without an order.
    """

    values: NDArray[np.float32]
    names: list[str]
    sources: tuple[int, ...]
    notes: list[str]
    aside: dict[str, str]
    as_they_are: NDArray[np.float32] | None
    unordered: tuple[int, ...]


def typed_table(read: ReadTable, columns: Sequence[str]) -> pa.Table:
    """Return some columns in their own types, as far as a file of text says what these are.

    The index of a frame comes last.

    Numbers with leading zeros of which some are equal, ``007`` and ``7``, are codes, and stay text.
    """
    ordered = [name for name in columns if name not in read.index] + [name for name in columns if name in read.index]
    if not read.from_text:
        return read.table.select(ordered)
    return pa.table({name: _typed(read.table.column(name)) for name in ordered})


def table_features(
    shown: pa.Table,
    rows: NDArray[np.intp],
    text: str | None,
    read: ReadTable,
    training: NDArray[np.intp],
    labels: NDArray[np.int64],
) -> TableFeatures:
    """Make the features of the rows that are studied.

    Parameters
    ----------
    shown : pyarrow.Table
        Candidates, from :func:`typed_table`.
    rows : int array
        Which of its rows are studied.
    text : str or None
        The column whose words are features.
    read : ReadTable
        Whose index is no feature.
    training : int array
        Which of ``rows`` are for training.
    labels : (len(rows),) int array
        Codes of classes, to warn of columns that tell them.

    Raises
    ------
    InputError
        If no column can be a feature, one holds what cannot be encoded, or all take too much memory.
    """
    table = shown.select([name for name in shown.column_names if name not in read.index])
    aside = identifiers_among(table, text)
    table = table if len(rows) == table.num_rows else table.take(rows)
    parts = _encoded(table, text, training, aside)
    values = _joined(parts)
    candidates = {name: table.column(name) for name in table.column_names if name not in aside and name != text}
    notes = _sentences(choice for part in parts for choice in part.choices)
    notes += [_FITTED] if any(part.choices and part.names for part in parts) else []
    notes += numbered_note(candidates)
    notes += telltale_note(telltales(candidates, labels, training))
    single, unordered = _as_they_are(parts)
    return TableFeatures(
        values=values,
        names=[feature for part in parts for feature in part.names],
        sources=tuple(column for column, part in enumerate(parts) for _ in part.names),
        notes=notes,
        aside=aside,
        as_they_are=single,
        unordered=unordered,
    )


def identifiers_among(table: pa.Table, text: str | None) -> dict[str, str]:
    """Map row numbers and identifiers among the columns to the law that says why they are no features."""
    aside = identifier_law({name: table.column(name) for name in table.column_names if name != text})
    if aside and all(name in aside for name in table.column_names):  # There is nothing else to learn from.
        return {name: law for name, law in aside.items() if law != COUNTS_ROWS}
    return aside


def _typed(column: Column) -> Column:
    found = typed(column)
    if pa.types.is_integer(found.type):
        bare = without_blanks(column)
        zeros = pc.match_substring_regex(bare, _LEADING_ZERO)
        if pc.any(zeros).as_py() and len(bare.unique()) > len(found.unique()):
            return bare
    return found


def _encoded(
    table: pa.Table, text: str | None, training: NDArray[np.intp], aside: dict[str, str]
) -> list[EncodedColumn]:
    """Encode the columns in their order, the text among them, as long as they fit."""
    parts: list[EncodedColumn] = []
    n_features = 0
    for name in table.column_names:
        if name in aside:
            nothing = np.empty((table.num_rows, 0), np.float32)
            parts.append(EncodedColumn(names=(), values=nothing, choices=((aside[name], repr(name)),)))
            continue
        encode = _encoded_text if name == text else encode_column
        parts.append(encode(name, table.column(name), training))
        n_features += len(parts[-1].names)
        if 4 * table.num_rows * n_features > _MOST_BYTES:
            law = f"take at most {_MOST_BYTES / 1e9:g} GB as features"
            what = Said(f"more by column {name!r}, with {table.num_rows:,} rows of {n_features:,} features")
            raise InputError(
                "data", law, what, f"Leave columns out with {parameter('drop')}, or give an {parameter('embedding')}."
            )
    return parts


def _encoded_text(name: str, column: Column, training: NDArray[np.intp]) -> EncodedColumn:
    column = column if pa.types.is_null(column.type) else plain("text", column)
    if not (pa.types.is_null(column.type) or is_text(column)):
        raise InputError("text", "name a column of text", Said(f"{name!r} of {column.type}"))
    found = text_features(name, [text or "" for text in column.to_pylist()], training)
    names = tuple(f"{name}: {word}" for word in found.words)
    return EncodedColumn(names=names, values=found.weights, choices=(("{}", found.note),))


def _joined(parts: list[EncodedColumn]) -> NDArray[np.float32]:
    if not any(part.names for part in parts):
        left_out = next((choice for part in parts for choice in part.choices), None)
        said = "only the target" if left_out is None else left_out[0].format(left_out[1]).removesuffix(".")
        what = Said(_ASIDE.sub("", said))
        raise InputError(
            "data", "have a column that can be a feature", what, f"Name texts with {parameter('text')} COLUMN."
        )
    return np.column_stack([part.values for part in parts])


def _as_they_are(parts: list[EncodedColumn]) -> tuple[NDArray[np.float32] | None, tuple[int, ...]]:
    """Return the columns that are features, a number each (the words of a text as they are), and those unordered."""
    kept = [part for part in parts if part.names]
    if all(part.as_it_is is None for part in kept):
        return None, ()
    blocks = [part.values if part.as_it_is is None else part.as_it_is[:, None] for part in kept]
    ends = np.cumsum([block.shape[1] for block in blocks])
    return np.column_stack(blocks), tuple(int(end) - 1 for end, part in zip(ends, kept, strict=True) if part.unordered)


def _sentences(choices: Iterable[tuple[str, str]]) -> list[str]:
    """Write one sentence for each choice.

    It names the columns that the choice was made for, or as many as can be read.
    """
    by_law: dict[str, list[str]] = {}
    for law, column in choices:
        by_law.setdefault(law, []).append(column)
    return [law.format(_listed(columns)) for law, columns in by_law.items()]


def _listed(columns: list[str]) -> str:
    shown = ", ".join(columns[:_MOST_NAMED])
    return shown if len(columns) <= _MOST_NAMED else f"{shown} and {len(columns) - _MOST_NAMED:,} more"
