"""A table as a data set: what each column is for, and what became of it.

One column is the target; others may name subpopulations, rows that stay together, or the text. All that are left are
features, encoded column by column (:mod:`longtail.dataset.columns`), unless an embedding stands in for them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from longtail.dataset.columns import EncodedColumn, encode_column
from longtail.dataset.dataset import Dataset
from longtail.dataset.embedding import embedding_note, require_rows
from longtail.dataset.labels import encode_labels
from longtail.dataset.originals import Originals
from longtail.dataset.splitting import stratified_split
from longtail.dataset.tables import require_column
from longtail.dataset.text_features import text_features
from longtail.errors import InputError, Said

__all__ = ["Roles", "table_dataset"]

_MOST_BYTES = 4_000_000_000
_MOST_NAMED = 8
_FITTED = "What is fitted above (medians, levels, words) is fitted on all training rows, and on no test row."


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """What the columns of a table are for.

    Parameters
    ----------
    target : str or None
        Holds the labels.
    group, together : str or None
        Names subpopulations; says which rows are in or out of a subset together. No features.
    text : str or None
        Holds a text, whose words become features.
    drop : tuple of str
        Are left out.
    """

    target: str | None = None
    group: str | None = None
    together: str | None = None
    text: str | None = None
    drop: tuple[str, ...] = ()


def table_dataset(
    table: pa.Table,
    roles: Roles,
    *,
    name: str,
    n_training: int | None = None,
    features: NDArray[Any] | None = None,
    notes: Sequence[str] = (),
) -> Dataset:
    """Make a data set of a table.

    Parameters
    ----------
    table : pyarrow.Table
        A row an example.
    roles : Roles
        What its columns are for.
    name : str
        Of the data, for people.
    n_training : int, optional
        Of how many rows at the top the others are test examples. By default a fifth is set aside.
    features : (n, d) array, or pictures, optional
        What models see instead of the columns, which are shown all the same.
    notes : sequence of str
        Said before.

    Raises
    ------
    InputError
        If a column is not there, none is left as a feature, or one holds what cannot be encoded.
    """
    target = _checked(table, roles)
    labels = column_labels("--target", target, table.column(target))
    codes, _ = encode_labels(f"--target {target}", labels)  # refuses here, by the name that the user typed
    training = stratified_split(codes)[0] if n_training is None else np.arange(n_training)
    special = (target, roles.group, roles.together, *roles.drop)
    shown = table.select([column for column in table.column_names if column not in special])
    said = [*notes, *_role_notes(roles)]
    names: list[str] | None = None
    sources: tuple[int, ...] = ()
    if features is None:
        parts = _encoded(shown, roles.text, training)
        features = _joined(parts)
        names = [feature for part in parts for feature in part.names]
        sources = tuple(column for column, part in enumerate(parts) for _ in part.names)
        said += _sentences(choice for part in parts for choice in part.choices)
        said += [_FITTED] if any(part.choices and part.names for part in parts) else []
    elif features.ndim == 2:
        require_rows(features, table.num_rows)
        said.append(embedding_note(features))
    cut = slice(n_training)
    given = {
        argument: column_labels(f"--{argument}", column, table.column(column)).astype(str)
        for argument, column in (("group", roles.group), ("together", roles.together))
        if column is not None
    }
    held: dict[str, Any] = {}
    if n_training is not None:
        held = {"X_test": features[n_training:], "y_test": labels[n_training:]}
        if "group" in given:
            held["group_test"] = given["group"][n_training:]
    return Dataset.from_arrays(
        features[cut],
        labels[cut],
        **held,
        **{argument: values[cut] for argument, values in given.items()},
        name=name,
        feature_names=names,
        notes=said,
        originals=Originals(table=shown, text=roles.text, column_of_feature=sources),
    )


def column_labels(argument: str, name: str, column: "pa.ChunkedArray[Any]") -> NDArray[Any]:
    """A column of names, one in every row."""
    if column.null_count:
        row = int(np.flatnonzero(column.is_null().to_numpy())[0])
        what = Said(f"{column.null_count} missing in column {name!r}, the first in row {row}")
        raise InputError(argument, "have a value in every row", what, "Drop those rows first.")
    if pa.types.is_dictionary(column.type):
        column = column.cast(pa.string())
    if pa.types.is_nested(column.type):
        remedy = "Multilabel and multi-output targets are not handled."
        raise InputError(argument, "hold one value a row", Said(f"column {name!r} of {column.type}"), remedy)
    return np.asarray(column.to_numpy())


def _encoded(table: pa.Table, text: str | None, training: NDArray[np.intp]) -> list[EncodedColumn]:
    """The columns in their order, the text among them, as long as they fit."""
    parts: list[EncodedColumn] = []
    n_features = 0
    for name in table.column_names:
        encode = _encoded_text if name == text else encode_column
        parts.append(encode(name, table.column(name), training))
        n_features += len(parts[-1].names)
        if 4 * table.num_rows * n_features > _MOST_BYTES:
            law = f"take at most {_MOST_BYTES / 1e9:g} GB as features"
            what = Said(f"more by column {name!r}, with {table.num_rows:,} rows of {n_features:,} features")
            raise InputError("data", law, what, "Leave columns out with --drop, or give an --embedding.")
    return parts


def _encoded_text(name: str, column: "pa.ChunkedArray[Any]", training: NDArray[np.intp]) -> EncodedColumn:
    if pa.types.is_dictionary(column.type):
        column = column.cast(pa.string())
    if not (pa.types.is_null(column.type) or pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        raise InputError("--text", "name a column of text", Said(f"{name!r} of {column.type}"))
    found = text_features(name, [text or "" for text in column.to_pylist()], training)
    names = tuple(f"{name}: {word}" for word in found.words)
    return EncodedColumn(names=names, values=found.weights, choices=(("{}", found.note),))


def _joined(parts: list[EncodedColumn]) -> NDArray[np.float32]:
    if not any(part.names for part in parts):
        left_out = next((choice for part in parts for choice in part.choices), None)
        what = Said("only the target" if left_out is None else left_out[0].format(left_out[1]).removesuffix("."))
        raise InputError("data", "have a column that can be a feature", what, "Name texts with --text COLUMN.")
    return np.column_stack([part.values for part in parts])


def _sentences(choices: Iterable[tuple[str, str]]) -> list[str]:
    """One sentence a choice, which names the columns that it was made for, or as many as can be read."""
    by_law: dict[str, list[str]] = {}
    for law, column in choices:
        by_law.setdefault(law, []).append(column)
    return [law.format(_listed(columns)) for law, columns in by_law.items()]


def _listed(columns: list[str]) -> str:
    shown = ", ".join(columns[:_MOST_NAMED])
    return shown if len(columns) <= _MOST_NAMED else f"{shown} and {len(columns) - _MOST_NAMED:,} more"


def _role_notes(roles: Roles) -> list[str]:
    notes = []
    if roles.group is not None:
        notes.append(f"Column {roles.group!r} names the subpopulations and is not used as a feature.")
    if roles.together is not None:
        notes.append(f"Rows with one value of {roles.together!r} are in or out together; it is not a feature.")
    if roles.drop:
        notes.append(f"Left out as asked: {_listed([repr(column) for column in roles.drop])}.")
    return notes


def _checked(table: pa.Table, roles: Roles) -> str:
    columns = table.column_names
    if roles.target is None:
        shown = ", ".join(columns[:12]) + (", …" if len(columns) > 12 else "")
        raise InputError("--target", "name the column that holds the labels", Said(f"none; the columns are {shown}"))
    asked = (("--target", roles.target), ("--group", roles.group), ("--together", roles.together))
    for argument, column in (*asked, ("--text", roles.text), *(("--drop", column) for column in roles.drop)):
        if column is not None:
            require_column(argument, columns, column)
    if roles.target in (roles.text, *roles.drop):
        raise InputError("--target", "be neither the --text nor left out", roles.target)
    if roles.text is not None and roles.text in (roles.group, roles.together, *roles.drop):
        raise InputError("--text", "name a column of its own", roles.text)
    return roles.target
