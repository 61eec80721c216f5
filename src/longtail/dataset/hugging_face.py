"""A folder that Hugging Face ``datasets`` wrote with ``save_to_disk``, read without that package.

A data set there is ``state.json`` (which files), ``dataset_info.json`` (what the columns are) and ``data-*.arrow``,
Arrow streams; a ``DatasetDict`` is ``dataset_dict.json`` and a folder for each split. Of its column types, class labels
become their names, and a column of images becomes the features; all others are columns of a table.

Splits: ``train`` is studied, and ``test``, else ``validation``, gives the test examples, if it has labels (some
published tests have none, written -1). Others are left out, and named.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.ipc
from numpy.typing import NDArray

from longtail.dataset.column_choice import check_columns, require_column
from longtail.dataset.dataset import Dataset
from longtail.dataset.embedding import embedded
from longtail.dataset.folder_walk import is_inside, readable_name
from longtail.dataset.pictures import Picture, read_pictures
from longtail.dataset.roles import Roles
from longtail.dataset.table_dataset import table_dataset
from longtail.dataset.tables import with_gaps, without_index
from longtail.errors import InputError, Said

__all__ = ["is_hugging_face", "load_hugging_face"]

_TEST_SPLITS = ("test", "validation", "valid", "val", "dev")
_LABELS = ("label", "labels")


def is_hugging_face(folder: Path) -> bool:
    """Return whether ``save_to_disk`` wrote the folder."""
    return (folder / "dataset_dict.json").is_file() or (folder / "state.json").is_file()


def load_hugging_face(folder: Path, roles: Roles, embedding: NDArray[Any] | None = None) -> Dataset:
    """Read a data set of Hugging Face from its folder.

    Parameters
    ----------
    folder : Path
        What ``save_to_disk`` was given.
    roles : Roles
        Of its columns; the target is by default its one column of class labels, or the one called ``label``.
    embedding : (n, d) array, optional
        Features instead of the columns'.

    Raises
    ------
    InputError
        If it is torn, has no labels, or there is no split to study.
    """
    split = _studied_split(folder)
    train = _read(folder / split)
    target = roles.target or _label_column(train)
    roles = replace(roles, target=target)
    test, notes = _test_split(folder, split, target)
    parts = [train]
    if test is not None:
        held = _read(folder / test)
        n_unlabeled = held.table.column(target).null_count
        if n_unlabeled:
            held = replace(held, table=held.table.filter(held.table.column(target).is_valid()))
            notes.append(f"Rows of {test!r} without a label are left out: {n_unlabeled:,}.")
        parts.append(held)
    try:
        table = pa.concat_tables([part.table for part in parts], promote_options="permissive")
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise InputError("data", "have splits of the same columns", Said(str(error))) from error
    n_training = None if test is None else train.table.num_rows
    notes = [f"Column {target!r} holds the labels.", *notes]
    if not train.images:
        read = with_gaps(without_index(table), except_for=train.labels)
        return table_dataset(read, roles, name=folder.name, n_training=n_training, features=embedding, notes=notes)
    dataset = _picture_dataset(table, train.images, roles, folder, n_training, notes)
    return dataset if embedding is None else embedded(dataset, embedding)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Split:
    """A table whose class labels are names, with the columns of labels and those of images."""

    table: pa.Table
    labels: tuple[str, ...]
    images: tuple[str, ...]


def _picture_dataset(
    table: pa.Table, images: tuple[str, ...], roles: Roles, folder: Path, n_training: int | None, notes: list[str]
) -> Dataset:
    """Make a data set whose features are the first column of images. The columns that are no images are shown."""
    read = read_pictures(lambda: _contents(table, images[0], folder))
    notes = [
        *notes,
        *_outside(table, images[0], folder),
        f"The pictures of column {images[0]!r} are the features; other columns are none.",
        *read.notes,
    ]
    return table_dataset(
        table.drop_columns(list(images)).take(read.kept),
        roles,
        name=folder.name,
        n_training=None if n_training is None else int((read.kept < n_training).sum()),
        features=read.pixels,
        notes=notes,
    )


def _contents(table: pa.Table, column: str, folder: Path) -> Iterator[Picture]:
    for row, image in enumerate(table.column(column)):
        held = image.as_py() or {}
        content, path = held.get("bytes"), held.get("path")
        yield readable_name(path) if path else f"row {row}", content if content is not None else _place(folder, path)


def _place(folder: Path, path: str | None) -> Path | None:
    """Return the path of a picture if it is a file in the folder.

    No path may lead out of the folder, and no pipe is waited for.
    """
    place = None if path is None else folder / path
    return place if place is not None and place.is_file() and is_inside(place, folder) else None


def _outside(table: pa.Table, column: str, folder: Path) -> list[str]:
    paths = (image.as_py() or {} for image in table.column(column))
    named = [each["path"] for each in paths if each.get("bytes") is None and each.get("path")]
    n_outside = sum(not is_inside(folder / path, folder) for path in named)
    return [f"Pictures whose path leads out of the folder are not read: {n_outside:,}."] if n_outside else []


def _studied_split(folder: Path) -> str:
    names = _splits(folder)
    return "train" if "train" in names else names[0]


def _test_split(folder: Path, studied: str, target: str) -> tuple[str | None, list[str]]:
    """Return the split that gives the test examples, if there is one with labels, and what was chosen."""
    names = _splits(folder)
    if len(names) == 1:
        return None, []
    labeled = (
        name for name in _TEST_SPLITS if name in names and name != studied and not _lacks_labels(folder / name, target)
    )
    test = next(labeled, None)
    unused = ", ".join(repr(name) for name in names if name not in (studied, test))
    note = f"The split {studied!r} is studied" + ("" if test is None else f"; {test!r} gives the test examples")
    return test, [note + (f"; not used: {unused}." if unused else ".")]


def _lacks_labels(folder: Path, target: str) -> bool:
    table = _read(folder).table
    require_column("target", table.column_names, target)
    return table.column(target).null_count == table.num_rows


def _splits(folder: Path) -> list[str]:
    """Return the names of the splits, each a folder. For a single data set it is the folder itself."""
    file = folder / "dataset_dict.json"
    names = _json(file).get("splits") if file.is_file() else ["."]
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise InputError("data", "name its splits in dataset_dict.json", Said(f"none in {folder}"))
    strange = next((name for name in names if not is_inside(folder / name, folder)), None)
    if strange is not None:
        raise InputError("data", "have its splits in its folder", strange)
    return names


def _read(folder: Path) -> _Split:
    state, info = _json(folder / "state.json"), _json(folder / "dataset_info.json")
    if state.get("_indices_data_files"):
        raise InputError("data", "be saved without an index", Said(str(folder)), "Save it again: flatten_indices().")
    try:
        files = [folder / Path(file["filename"]).name for file in state["_data_files"]]
        table = pa.concat_tables([_stream(file) for file in files])
        kinds = dict(info["features"])
        check_columns(table.column_names)
        labels = tuple(name for name in table.column_names if _kind(kinds, name) == "ClassLabel")
        for name in labels:
            table = table.set_column(
                table.column_names.index(name), name, _names(name, table.column(name), kinds[name]["names"])
            )
    except InputError:
        raise
    except (OSError, KeyError, TypeError, ValueError) as error:  # These are the errors that pyarrow raises.
        raise InputError("data", "be a whole folder of save_to_disk", Said(f"{folder}: {error!r}")) from error
    images = tuple(name for name in table.column_names if _kind(kinds, name) == "Image")
    for name in images:
        if not pa.types.is_struct(kind := table.column(name).type):
            raise InputError("data", f"hold bytes or paths of pictures in column {name!r}", Said(f"a column of {kind}"))
    return _Split(table=table.replace_schema_metadata(), labels=labels, images=images)


def _stream(file: Path) -> pa.Table:
    with pa.memory_map(str(file)) as source, pa.ipc.open_stream(source) as reader:
        return reader.read_all()


def _names(column: str, codes: "pa.ChunkedArray[Any]", names: list[str]) -> "pa.Array[Any]":
    """Return the names of classes for their codes. Code -1 means no class."""
    held = codes.to_pylist()
    strange = next((code for code in held if code is not None and not -1 <= code < len(names)), None)
    if strange is not None:
        raise InputError("data", f"have codes of {len(names)} classes, -1 to {len(names) - 1}, in {column!r}", strange)
    return pa.array([None if code is None or code < 0 else str(names[code]) for code in held], pa.string())


def _kind(kinds: dict[str, Any], name: str) -> str:
    kind = kinds.get(name)
    return str(kind.get("_type")) if isinstance(kind, dict) else ""


def _label_column(split: _Split) -> str:
    if len(split.labels) == 1:
        return split.labels[0]
    columns = split.table.column_names
    called = [name for name in _LABELS if name in columns]
    if not called:
        held = f"none called label; the columns are {', '.join(columns[:12])}"
        raise InputError("target", "name the column that holds the labels", Said(held))
    return called[0]


def _json(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError("data", "be a whole folder of save_to_disk", Said(f"{file}: {error}")) from error
    return content if isinstance(content, dict) else {}
