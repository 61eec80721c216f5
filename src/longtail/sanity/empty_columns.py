"""Columns that say nothing, too few columns, and more columns than rows."""

import pyarrow as pa

from longtail.dataset.gaps import Column, nan_is_null
from longtail.findings.sanity import Remark
from longtail.sanity.subject import Subject
from longtail.sanity.words import counted, listed, quoted

__all__ = ["empty_columns"]


def empty_columns(subject: Subject) -> list[Remark]:
    """Remark on columns that are constant or empty among the training examples, and on their number."""
    data = subject.dataset
    columns = {name: nan_is_null(column.slice(0, data.n_train)) for name, column in subject.columns.items()}
    empty = [name for name, column in columns.items() if column.null_count == len(column)]
    constant = [
        name
        for name, column in columns.items()
        if name not in empty and not column.null_count and not pa.types.is_nested(column.type) and _is_constant(column)
    ]
    found = []
    for names, what in ((empty, "without a value"), (constant, "with one value in every training row")):
        if names:
            found.append(
                Remark(
                    name=f"columns {what}",
                    finding=f"{counted(len(names), 'column')} {what}: {listed(quoted(names))}.",
                    meaning="Models learn nothing from it." if len(names) == 1 else "Models learn nothing from them.",
                    remedy="See whether something went wrong where the file was made.",
                )
            )
    of_use = len(columns) - len(empty) - len(constant)
    has_text = data.originals is not None and data.originals.text is not None
    if columns and of_use <= 1 and not has_text:  # whose words tell rows apart
        found.append(
            Remark(
                name="one column to learn from" if of_use else "no column to learn from",
                finding=f"{'One column varies' if of_use else 'No column varies'}, of {len(columns)}.",
                meaning="Rows with one value of it are the same to a model.",
                remedy="Add what tells rows apart.",
                voids=["memorization", "learner-tail"],
            )
        )
    if len(columns) > data.n_train:
        found.append(
            Remark(
                name="more columns than rows",
                finding=f"There are {len(columns):,} columns to learn from and {data.n_train:,} training rows.",
                meaning="Nearly any labels can be fitted, so much may be memorized that no new row repays.",
            )
        )
    return found


def _is_constant(column: Column) -> bool:
    first = column.slice(0, 64)
    return len(first.unique()) == 1 and len(column.unique()) == 1
