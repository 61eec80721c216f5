"""A folder of images: one sub-folder a class; or ``train`` and ``test`` (or ``val``), each with such sub-folders.

Pictures in folders below a class's belong to the class. What is passed over is told: files that are no pictures by
their names, links that lead out of the folder, and pipes and devices, which are not waited for.
"""

from pathlib import Path

import pyarrow as pa

from longtail.dataset.columns import SAVED
from longtail.dataset.dataset import Dataset
from longtail.dataset.folder_walk import PassedOver, pictures_below, readable_name, subfolders
from longtail.dataset.pictures import read_pictures
from longtail.dataset.roles import Roles
from longtail.dataset.table_dataset import table_dataset
from longtail.errors import InputError, Said

__all__ = ["load_image_folder"]

_TRAINING = ("train", "training")
_TEST = ("test", "testing", "validation", "valid", "val", "dev", "eval")


def load_image_folder(folder: Path) -> Dataset:
    """Read ``folder/<class>/…/<picture>``, or ``folder/train/<class>/…`` and ``folder/test/<class>/…``, as a data set.

    Raises
    ------
    InputError
        If there are fewer than two classes, no readable picture, or classes beside ``train`` and ``test``.
    """
    passed = PassedOver(root=folder)
    children = {part.name.casefold(): part for part in subfolders(folder, passed)}
    training = next((children[name] for name in _TRAINING if name in children), None)
    if training is None:
        return _dataset(folder, _by_class(folder, passed), [], [], passed)
    others = sorted(readable_name(children[name].name) for name in set(children) - {*_TRAINING, *_TEST})
    if others:
        law = f"hold classes, or {training.name!r} and test folders alone"
        raise InputError("data", law, Said(f"{others[0]!r} beside {training.name!r} in {folder}"), "Move one of them.")
    test = next((children[name] for name in _TEST if name in children), None)
    unused = sorted(part.name for part in children.values() if part not in (training, test))
    note = f"The pictures of {training.name!r} are studied"
    note += "" if test is None else f", those of {test.name!r} are the test examples"
    note += f"; not used: {', '.join(map(repr, unused))}." if unused else "."
    held = [] if test is None else _by_class(test, passed)
    return _dataset(folder, _by_class(training, passed), held, [note], passed)


Labeled = tuple[str, Path]


def _dataset(
    folder: Path, studied: list[Labeled], held: list[Labeled], notes: list[str], passed: PassedOver
) -> Dataset:
    files = [*studied, *held]
    if not files:
        remedy = SAVED if next(folder.rglob("*.parquet"), None) is not None else ""
        raise InputError("data", "hold a folder of pictures for each class", Said(f"no picture in {folder}"), remedy)
    shown = [readable_name(path.relative_to(folder).as_posix()) for _, path in files]
    read = read_pictures(lambda: ((f"{label}/{readable_name(path.name)}", path) for label, path in files))
    kept = read.kept.tolist()
    table = pa.table({"class": [files[place][0] for place in kept], "file": [shown[place] for place in kept]})
    return table_dataset(
        table,
        Roles(target="class"),
        name=readable_name(folder.name),
        n_training=sum(place < len(studied) for place in kept) if held else None,
        features=read.pixels,
        notes=[*notes, *passed.notes, *read.notes],
    )


def _by_class(folder: Path, passed: PassedOver) -> list[Labeled]:
    """List the class and the place of each picture, by class and name."""
    found: list[Labeled] = []
    inner: dict[str, set[str]] = {}
    for part in subfolders(folder, passed):
        mine = pictures_below(part, passed)
        if not mine:
            passed.empty.append(readable_name(part.name))
        found += [(readable_name(part.name), path) for path in mine]
        inner[readable_name(part.name)] = {path.relative_to(part).parts[0] for path in mine}
    passed.loose(folder)
    passed.alike = _inner_classes(inner)
    return found


def _inner_classes(inner: dict[str, set[str]]) -> list[str]:
    """Return the names of folders that all class folders hold, if these are the same, at least two, and no more."""
    first: set[str] = next(iter(inner.values()), set())
    same = len(inner) > 1 and len(first) > 1 and all(names == first for names in inner.values())
    return sorted(map(readable_name, first)) if same else []
