"""Predictions from anywhere: one model or several, brought into the order of the rows that they are about.

A table of predictions has a column of row names and one column for each model, in any order of rows. An ``.npy`` has
no names, so that it must hold a prediction for every row, in the order of the data: labels of shape (n,) or (models,
n), or scores of each class with classes as a last axis, in sorted order.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.array_types import Whole
from longtail.dataset.answer_rows import AnswerRows
from longtail.dataset.column_choice import listed, require_column
from longtail.dataset.names import named
from longtail.dataset.tables import TABLES, column_names, read_table
from longtail.errors import InputError, Said

__all__ = ["ABSENT", "Predictions", "read_predictions"]

ABSENT, _ANOTHER = -1, -2
"""In place of a class: the row has no prediction; it has one that is no class of the data, which is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictions:
    """Predictions of one or several models.

    Parameters
    ----------
    answers : (models, n) int array
        Codes of classes; ``ABSENT`` where a row has no prediction.
    notes : tuple of str
        What was chosen in reading them.
    """

    answers: Whole
    notes: tuple[str, ...] = ()


@checked
def read_predictions(path: Path, rows: AnswerRows) -> Predictions:
    """Read predictions for the rows of the data.

    Parameters
    ----------
    path : Path
        An ``.npy``, or a table (.csv, .tsv, .parquet) with a column of row names.
    rows : AnswerRows
        What they are about.

    Raises
    ------
    InputError
        If their number is another, a name is unknown or there twice, or no class of the data is predicted.
    """
    if not path.is_file():
        raise InputError("predictions", "be a file that exists", str(path))
    if path.suffix.lower() in TABLES:
        return _of_table(path, rows)
    if path.suffix.lower() != ".npy":
        raise InputError("predictions", "be .npy, .csv, .tsv or .parquet", path.name)
    try:
        array = np.load(path, allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        law = "be an array that NumPy reads without unpickling"
        raise InputError("predictions", law, Said(f"{path.name}: {error}")) from None
    return _of_array(path.name, array, rows)


def _of_array(name: str, array: NDArray[Any], rows: AnswerRows) -> Predictions:
    n, n_classes = len(rows.labels), len(rows.class_names)
    if array.dtype.kind == "f" and array.ndim >= 2 and array.shape[-2:] == (n, n_classes):
        if not np.isfinite(array).all():
            raise InputError("predictions", "hold finite scores", Said(f"NaN or infinity in {name}"))
        answers = array.reshape(-1, n, n_classes).argmax(axis=-1).astype(np.int64)
        shown = f"{listed(rows.class_names)}"
        return Predictions(answers=answers, notes=(f"{name}: the highest of {n_classes} scores, of {shown}.",))
    if array.ndim not in (1, 2) or array.shape[-1] != n or not array.size:
        law = f"hold a prediction for each of {n:,} rows: shape ({n},), (models, {n}), or with {n_classes} scores a row"
        remedy = "A table with a column of row names may leave rows out."
        raise InputError("predictions", law, Said(f"{array.shape} in {name}"), remedy)
    codes, notes = _classes(name, array.reshape(-1), rows)
    return Predictions(answers=codes.reshape(-1, n), notes=notes)


def _of_table(path: Path, rows: AnswerRows) -> Predictions:
    columns = column_names(path)
    require_column("name", columns, rows.called)
    models = [column for column in columns if column != rows.called]
    if rows.target in models:
        law = "hold row names and predictions alone"
        raise InputError("predictions", law, Said(f"the labels, {rows.target!r}, in {path.name}"), "Leave them out.")
    if not models:
        raise InputError("predictions", "have a column for each model", Said(f"none in {path.name}"))
    table = read_table(path).table
    asked = named("name", table.column(rows.called))
    asked.require_all("name", f"name every row of {path.name}", "Leave those rows out.")
    if len(asked.names) < len(asked.codes):
        twice = asked.names[int(np.bincount(asked.codes).argmax())]
        raise InputError("predictions", "name each row once", Said(f"{twice!r} more than once in {path.name}"))
    place = {name: at for at, name in enumerate(rows.names)}
    unknown = [name for name in asked.names if name not in place]
    if unknown:
        law = f"name rows of the data, by {rows.called!r}"
        raise InputError("predictions", law, Said(f"{listed(unknown)} in {path.name}, which the data have not"))
    where = np.array([place[name] for name in asked.names], np.int64)[asked.codes]
    answers = np.full((len(models), len(rows.labels)), ABSENT, np.int64)
    notes: list[str] = []
    for model, column in enumerate(models):
        answers[model, where], said = _classes(f"{path.name}, {column}", table.column(column), rows)
        notes += said
    return Predictions(answers=answers, notes=tuple(dict.fromkeys(notes)))


def _classes(name: str, values: Any, rows: AnswerRows) -> tuple[Whole, tuple[str, ...]]:
    """Return class codes of predicted labels, and what was chosen."""
    found = named("predictions", values)
    found.require_all("predictions", f"be given in every row of {name}", "Leave those rows out.")
    known = {label: code for code, label in enumerate(rows.class_names)}
    if not any(label in known for label in found.names):
        codes = {str(code): code for code in range(len(rows.class_names))}
        if not all(label in codes for label in found.names):
            what = Said(f"{listed(found.names)} in {name}")
            raise InputError("predictions", f"be labels of the data, {listed(rows.class_names)}", what)
        said = f"{name}: numbers are taken for classes in sorted order, 0 for {rows.class_names[0]!r}."
        return np.array([codes[label] for label in found.names], np.int64)[found.codes], (said,)
    others = [label for label in found.names if label not in known]
    table = np.array([known.get(label, _ANOTHER) for label in found.names], np.int64)
    note = (f"{name}: {listed(others)} are no labels of the data, and count as wrong.",) if others else ()
    return table[found.codes], note
