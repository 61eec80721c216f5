"""A table as a data set: its roles, its rows, and what became of each column.

One column is the target; others may name subpopulations, rows that stay together, or the text
(:mod:`longtail.dataset.roles`). All that are left are features, encoded column by column
(:mod:`longtail.dataset.table_features`), unless an embedding or pictures stand in for them.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from longtail.dataset.as_they_are import AsTheyAre
from longtail.dataset.dataset import Dataset
from longtail.dataset.embedding import embedding_note, require_rows
from longtail.dataset.groups_and_units import given_units, said_of_spanning
from longtail.dataset.labels import quantity_note
from longtail.dataset.originals import Originals
from longtail.dataset.roles import Roles, check_roles, role_names, role_notes, role_values, rows_with_names
from longtail.dataset.splitting import whole_units_split
from longtail.dataset.table_features import TableFeatures, identifiers_among, table_features, typed_table
from longtail.dataset.tables import ReadTable
from longtail.dataset.target import read_target
from longtail.dataset.tied_copies import DUPLICATES, with_copies_tied

__all__ = ["Roles", "table_dataset"]


def table_dataset(
    table: pa.Table | ReadTable,
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
    table : pyarrow.Table or ReadTable
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
    read = table if isinstance(table, ReadTable) else ReadTable(table=table)
    if roles.together == DUPLICATES and DUPLICATES not in read.table.column_names:
        roles = replace(roles, together=None)
        return with_copies_tied(
            table_dataset(read, roles, name=name, n_training=n_training, features=features, notes=notes)
        )
    target = check_roles(read.table.column_names, roles)
    rows, set_aside = rows_with_names(read.table, roles, target)
    chosen = read.table if len(rows) == read.table.num_rows else read.table.take(rows)
    labels = chosen.column(target)
    # The target is refused here, by the name that the user knows.
    wanted = read_target("target", labels, roles.task, target)
    codes, class_names = wanted.codes, wanted.class_names
    n_training = None if n_training is None else int((rows < n_training).sum())
    units = _units(chosen, roles)
    training = whole_units_split(codes, units)[0] if n_training is None else np.arange(n_training)
    shown = typed_table(read, [column for column in read.table.column_names if column not in roles.special])
    said = [*notes, *read.notes, *set_aside, *role_notes(roles), *quantity_note(target, class_names), *wanted.said]
    if units is not None and n_training is not None:
        said += said_of_spanning(units[n_training:], units[:n_training])
    names: Sequence[str] | None = None
    sources: tuple[int, ...] = ()
    as_they_are: AsTheyAre | None = None
    if features is None:
        made = table_features(shown, rows, roles.text, read, training, codes)
        features, names, sources = made.values, made.names, made.sources
        said += made.notes
        as_they_are = _placed(made, rows, read.table.num_rows)
        aside = made.aside
    else:
        require_rows(features, read.table.num_rows)
        features = features[rows]
        said += [embedding_note(features)] if features.ndim == 2 else []
        aside = identifiers_among(
            shown.select([column for column in shown.column_names if column not in read.index]), roles.text
        )
    given: dict[str, Any] = {**_named_values(chosen, roles, n_training)}
    if n_training is not None:
        given |= {"X_test": features[n_training:], "y_test": labels.slice(n_training)}
    dataset = Dataset.from_arrays(
        features[slice(n_training)],
        labels.slice(0, n_training),
        task="classification" if wanted.numbers is None else "regression",
        **given,
        name=name,
        feature_names=names,
        notes=said,
        originals=Originals(
            table=shown,
            text=roles.text,
            column_of_feature=sources,
            for_models=tuple(column for column in shown.column_names if column not in (*aside, *read.index)),
            not_for_models=(
                *role_names(roles),
                *((column, "the index") for column in read.index),
                *((column, "an identifier") for column in aside),
            ),
        ),
    )
    position, held = (rows[places].astype(np.int64) for places in (dataset.position, dataset.position_test))
    for places in (position, held):
        places.flags.writeable = False
    return replace(dataset, position=position, position_test=held, as_they_are=as_they_are)


def _placed(made: TableFeatures, rows: NDArray[np.intp], n_rows: int) -> AsTheyAre | None:
    """Return the columns as they are, by the row of the table."""
    if made.as_they_are is None:
        return None
    values = np.full((n_rows, made.as_they_are.shape[1]), np.nan, np.float32)
    values[rows] = made.as_they_are
    values.flags.writeable = False
    return AsTheyAre(values=values, unordered=made.unordered)


def _units(table: pa.Table, roles: Roles) -> NDArray[np.int64] | None:
    """Return the codes of the units of all rows, those of test rows among them. None where rows belong to none."""
    if roles.together is None:
        return None
    return given_units(role_values(table, roles.together, "together", roles), table.num_rows)[0]


def _named_values(table: pa.Table, roles: Roles, n_training: int | None) -> dict[str, NDArray[np.object_]]:
    """Return groups and units of the rows, as arguments of :meth:`Dataset.from_arrays`."""
    given = {}
    if roles.together is not None:
        units = role_values(table, roles.together, "together", roles)
        given["together"] = units[slice(n_training)]
        if n_training is not None:
            given["together_test"] = units[n_training:]
    if roles.group is not None:
        groups = role_values(table, roles.group, "group", roles)
        given["group"] = groups[slice(n_training)]
        if n_training is not None:
            given["group_test"] = groups[n_training:]
    return given
