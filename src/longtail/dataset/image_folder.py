"""A folder of images: one sub-folder a class; or ``train`` and ``test`` (or ``val``), each with such sub-folders."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from longtail.dataset.dataset import Dataset
from longtail.dataset.pictures import read_pictures
from longtail.dataset.roles import Roles
from longtail.dataset.table_dataset import table_dataset
from longtail.errors import InputError, Said

__all__ = ["load_image_folder"]

_SUFFIXES = {".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff"}
_TRAINING = "train"
_TEST = ("test", "validation", "valid", "val")


def load_image_folder(folder: Path) -> Dataset:
    """Read ``folder/<class>/<picture>``, or ``folder/train/<class>/…`` and ``folder/test/<class>/…``, as a data set.

    Raises
    ------
    InputError
        If there are fewer than two classes, or no readable picture.
    """
    children = {part.name: part for part in _folders(folder)}
    test = next((children[name] for name in _TEST if name in children), None)
    split = _TRAINING in children and test is not None and set(children) <= {_TRAINING, *_TEST}
    if not split or test is None:
        return _dataset(folder, _files(folder), [])
    notes = [f"The pictures of {_TRAINING!r} are studied, those of {test.name!r} are the test examples."]
    return _dataset(folder, [*_files(children[_TRAINING]), *_files(test)], notes, training=children[_TRAINING])


def _dataset(folder: Path, files: list[Path], notes: list[str], training: Path | None = None) -> Dataset:
    if not files:
        raise InputError("data", "hold a folder of pictures for each class", Said(f"no picture in {folder}"))
    read = read_pictures((f"{file.parent.name}/{file.name}", file) for file in files)
    kept = [files[number] for number in read.kept]
    table = pa.table(
        {
            "class": [file.parent.name for file in kept],
            "file": [file.relative_to(folder).as_posix() for file in kept],
        }
    )
    return table_dataset(
        table,
        Roles(target="class"),
        name=folder.name,
        n_training=None if training is None else int(np.sum([training in file.parents for file in kept])),
        features=read.pixels,
        notes=[*notes, *read.notes],
    )


def _files(folder: Path) -> list[Path]:
    return [file for part in _folders(folder) for file in sorted(part.iterdir()) if file.suffix.lower() in _SUFFIXES]


def _folders(folder: Path) -> list[Path]:
    return sorted(part for part in folder.iterdir() if part.is_dir() and not part.name.startswith("."))
