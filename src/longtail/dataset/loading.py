"""``load_dataset``: whatever the user typed as DATA, or a frame, made into a data set."""

import difflib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.dataset.archives import load_archive
from longtail.dataset.bundled import BUNDLED
from longtail.dataset.dataset import Dataset
from longtail.dataset.embedding import embedded, read_embedding
from longtail.dataset.hugging_face import is_hugging_face, load_hugging_face
from longtail.dataset.image_folder import load_image_folder
from longtail.dataset.roles import Missing, Roles
from longtail.dataset.table_dataset import table_dataset
from longtail.dataset.tables import TABLES, ReadTable, frame_table, is_frame, read_table
from longtail.dataset.target import AskedTask
from longtail.dataset.test_rows import with_test_rows
from longtail.dataset.text_files import TEXT_FILES, require_one_of_each
from longtail.dataset.tied_copies import DUPLICATES, with_copies_tied
from longtail.errors import InputError, Said

__all__ = ["Frame", "load_dataset"]

_STUDY = "study.json"  # What makes a folder a run (longtail.runs.run_there); rooms above are not imported.


class Frame(Protocol):
    """A table in memory of a library that speaks Arrow: pandas, polars, pyarrow, DuckDB, …"""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Return the columns, handed over without knowing the library."""


@checked
def load_dataset(
    data: str | Path | Frame,
    target: str | None = None,
    group: str | None = None,
    together: str | None = None,
    *,
    text: str | None = None,
    embedding: str | Path | None = None,
    drop: Sequence[str] = (),
    missing: Missing = "refuse",
    test: str | Path | Frame | None = None,
    task: AskedTask | None = None,
) -> Dataset:
    """Load a data set, for classification or regression.

    Parameters
    ----------
    data : str, Path or frame
        A bundled name (``digits``, ``fashion-mnist``, …), an ``.npz`` archive (``X``, ``y``, optional ``X_test``,
        ``y_test``, ``group``), a ``.csv``, ``.tsv`` or ``.parquet`` table, a folder of images by class, a folder that
        Hugging Face ``datasets`` saved, or a frame of pandas or polars.
    target : str, optional
        Of a table: the column that holds the labels, or the numbers that are predicted.
    group : str, optional
        Of a table: the column that holds given subpopulations.
    together : str, optional
        Of a table, the column, and of an archive, the array, that says which examples stay together: those with the
        same value are in or out of a subset together. It is no feature. Where none has that name, and of any data,
        ``duplicates`` keeps exact and near copies together (:mod:`longtail.dataset.tied_copies`).
    text : str, optional
        Of a table: the column that holds a text, whose words become features.
    embedding : str or Path, optional
        An ``.npy`` array with a row for each example in the order of the data, test examples last: the features,
        whatever the examples are. Rows, texts and pictures are still what is shown.
    drop : sequence of str
        Of a table: columns to leave out.
    missing : {"refuse", "drop", "group"}
        Of a table: rows without a label or a group are refused, left out, or (of groups) a group of their own.
    test : str, Path or frame, optional
        Of a table: the test rows, with the same columns, in a file or a frame of the same kind. By default a fifth of
        the rows is set aside.
    task : {"classification", "regression"}, optional
        Of a table or an archive: whether the target is a class or a number to predict. Without it, its values say so,
        and the data set's notes tell: see :mod:`longtail.dataset.target`.

    Raises
    ------
    InputError
        If there is no such data, or it breaks a law of :class:`Dataset`.

    Notes
    -----
    How columns become features is in :mod:`longtail.dataset.columns`; what was chosen is in ``Dataset.notes``.

    Examples
    --------
    >>> digits = load_dataset("digits")
    >>> digits.n_train, digits.n_test, digits.image_shape
    (1437, 360, (8, 8, 1))
    """
    roles = Roles(
        target=target, group=group, together=together, text=text, drop=tuple(drop), missing=missing, task=task
    )
    features = None if embedding is None else read_embedding(embedding)
    if not isinstance(data, str | Path):
        if not is_frame(data):
            raise InputError("data", "be a name, a path or a frame", data, "Make arrays one by Dataset.from_arrays.")
        return _of_table(frame_table(data), test, roles, "frame", features)
    path = Path(data)
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        pass  # It may be the name of bundled data.
    except OSError as error:  # a name that is too long
        raise InputError("data", "be a path that the system takes", Said(error.strerror or str(error))) from None
    if path.exists() and not (path.is_file() or path.is_dir()):
        what = Said(f"a pipe or a device, {path}")
        raise InputError("data", "be a file or a folder", what, "Write it to a file first.")
    if str(data) not in BUNDLED and path.is_dir() and (path / _STUDY).is_file():
        remedy = f"Name the data that it is of; what was found in it: longtail scores {path}."
        raise InputError("data", "be data, and no run of longtail", Said(f"the run {path}"), remedy)
    if path.suffix.lower() in TABLES and path.is_file():
        read = read_table(path)
        if path.suffix.lower() in TEXT_FILES:
            require_one_of_each(path, (roles.target, roles.group, roles.together, roles.text))
        return _of_table(read, test, roles, path.stem, features)
    if path.suffix.lower() in TABLES and not path.exists():
        raise InputError("data", "be a file that exists", str(data))
    if test is not None:
        remedy = "An .npz holds X_test and y_test itself."
        raise InputError("test", "be given for a table alone (.csv, .tsv, .parquet, a frame)", str(data), remedy)
    if path.is_dir() and is_hugging_face(path):
        return load_hugging_face(path, roles, features)
    archive = path.is_file() and path.suffix == ".npz"
    tied = roles.together == DUPLICATES and not archive
    dataset = _without_columns(path, str(data), replace(roles, together=None) if tied else roles)
    dataset = dataset if features is None else embedded(dataset, features)
    return with_copies_tied(dataset) if tied else dataset


def _of_table(
    read: ReadTable, test: str | Path | Frame | None, roles: Roles, name: str, features: NDArray[Any] | None
) -> Dataset:
    """A table, with test rows of a file of their own where there is one."""
    if test is None:
        return table_dataset(read, roles, name=name, features=features)
    joined, n_training = with_test_rows(read, _read_test(test), roles)
    return table_dataset(joined, roles, name=name, n_training=n_training, features=features)


def _read_test(test: str | Path | Frame) -> ReadTable:
    """Read the test rows."""
    try:
        if isinstance(test, str | Path):
            path = Path(test)
            if path.suffix.lower() not in TABLES or not path.is_file():
                raise InputError("test", "be a .csv, .tsv or .parquet file that exists", str(test))
            return read_table(path)
        if not is_frame(test):
            raise InputError("test", "be a path or a frame", test)
        return frame_table(test)
    except InputError as error:  # what the reader says of data, it says of these
        argument = "test" if error.argument == "data" else error.argument
        raise InputError(argument, error.law, Said(str(error.value)), error.remedy) from error


def _without_columns(path: Path, name: str, roles: Roles) -> Dataset:
    """Data that are no table: no column of theirs can be named."""
    asked = (("target", roles.target), ("group", roles.group), ("text", roles.text), ("drop", roles.drop))
    for argument, value in (*asked, ("missing", roles.missing if roles.missing != "refuse" else None)):
        if value:
            what = Said(f"it for the folder {name}" if path.is_dir() else f"it for {name}")
            raise InputError(argument, "be given for a table alone (.csv, .tsv, .parquet, a frame)", what)
    if path.is_file() and path.suffix == ".npz":
        return load_archive(path, roles.together, roles.task)
    if roles.task == "regression":
        raise InputError("task", "be classification, for data whose labels are classes", Said(f"regression for {name}"))
    if roles.together is not None:
        law = f"be {DUPLICATES}, or be given for a table or an .npz"
        raise InputError("together", law, Said(f"{roles.together!r} for {name}"))
    if name in BUNDLED:
        return BUNDLED[name]()
    if path.is_dir():
        return load_image_folder(path)
    if path.is_file():
        raise InputError("data", "be .npz, .csv, .tsv, .parquet or a folder of images", name)
    raise InputError("data", "exist as a file or folder, or be the name of a bundled data set", name, _suggestion(name))


def _suggestion(name: str) -> str:
    near = difflib.get_close_matches(name, BUNDLED, n=1)
    return f"Did you mean {near[0]!r}?" if near else f"Bundled are {', '.join(BUNDLED)}."
