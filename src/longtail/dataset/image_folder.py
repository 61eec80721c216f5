"""A folder of images: one sub-folder a class, every picture brought to one size. A broken file is named and skipped."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from longtail.dataset.examples import Dataset
from longtail.dataset.originals import Originals
from longtail.errors import InputError, Said

__all__ = ["load_image_folder"]

_SUFFIXES = {".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff"}
_LONGEST_SIDE = 64


def load_image_folder(folder: Path) -> Dataset:
    """Read ``folder/<class>/<picture>`` as a data set of images.

    All pictures are scaled to the size of the first one, at most 64 pixels on its longer side; they are gray if all
    of them are.

    Raises
    ------
    InputError
        If there are fewer than two classes, or no readable picture.
    """
    classes = sorted(part for part in folder.iterdir() if part.is_dir() and not part.name.startswith("."))
    files = [
        (part.name, file) for part in classes for file in sorted(part.iterdir()) if file.suffix.lower() in _SUFFIXES
    ]
    pictures: list[Image.Image] = []
    labels: list[str] = []
    readable: list[str] = []
    broken: list[str] = []
    for label, file in files:
        try:
            with Image.open(file) as picture:
                pictures.append(picture.convert("L" if picture.mode in ("1", "L", "I;16") else "RGB"))
            labels.append(label)
            readable.append(f"{label}/{file.name}")
        except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
            broken.append(f"{label}/{file.name}")
    if not pictures:
        raise InputError("data", "hold a folder of pictures for each class", Said(f"no readable picture in {folder}"))
    notes = [f"{len(broken)} unreadable pictures were skipped, the first {broken[0]}."] if broken else []
    files_read = Originals(table=pa.table({"file": readable}))
    return Dataset.from_arrays(_same_size(pictures), labels, name=folder.name, notes=notes, originals=files_read)


def _same_size(pictures: list[Image.Image]) -> NDArray[Any]:
    mode = "L" if all(picture.mode == "L" for picture in pictures) else "RGB"
    width, height = pictures[0].size
    shrink = min(1.0, _LONGEST_SIDE / max(width, height))
    size = max(1, round(width * shrink)), max(1, round(height * shrink))
    return np.stack([np.asarray(picture.convert(mode).resize(size)) for picture in pictures])
