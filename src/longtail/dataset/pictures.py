"""Pictures in files brought to one size, as arrays of pixels; what cannot be read is named and skipped.

All are scaled to the size of the first one, at most 64 pixels on its longer side, as they are read: no more than one is
ever held at its full size. They are gray if all of them are.
"""

import io
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from longtail.errors import InputError, Said

__all__ = ["ReadPictures", "read_pictures"]

LONGEST_SIDE = 64
_NAMED = 3
_GRAY = ("1", "L", "I;16")
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, struct.error, Image.DecompressionBombError)  # Pillow's, of files


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPictures:
    """What could be read.

    Parameters
    ----------
    pixels : (n, height, width) or (n, height, width, 3) uint8 array
        Gray or RGB.
    kept : (n,) int array
        Which of the pictures they are.
    notes : list of str
        How they were scaled, how many are broken, and the first of these by name.
    """

    pixels: NDArray[np.uint8]
    kept: NDArray[np.intp]
    notes: list[str]


def read_pictures(pictures: Iterable[tuple[str, Path | bytes | None]]) -> ReadPictures:
    """Read pictures from files or bytes.

    Parameters
    ----------
    pictures : iterable of (str, Path or bytes or None)
        Name and content.

    Raises
    ------
    InputError
        If none can be read.
    """
    size: tuple[int, int] | None = None
    sizes: set[tuple[int, int]] = set()
    read: list[Image.Image] = []
    kept: list[int] = []
    broken: list[str] = []
    for number, (name, content) in enumerate(pictures):
        try:
            with Image.open(io.BytesIO(content or b"") if not isinstance(content, Path) else content) as picture:
                sizes.add(picture.size)
                target = size or _shrunk(picture.size)
                pixels = picture.convert("L" if picture.mode in _GRAY else "RGB").resize(target)
        except _BROKEN:
            broken.append(name)
            continue
        if size is None:
            size = target
        read.append(pixels)
        kept.append(number)
    if not read or size is None:
        raise InputError(
            "data", "hold a readable picture", Said(f"{len(broken)} that are broken" if broken else "none")
        )
    notes = []
    if sizes != {size}:
        notes.append(f"Pictures were scaled to {size[0]} x {size[1]} pixels, the shape of the first one.")
    if broken:
        named = ", ".join(broken[:_NAMED]) + (", …" if len(broken) > _NAMED else "")
        notes.append(f"Of {len(broken) + len(read):,} pictures {len(broken):,} cannot be read, left out: {named}.")
    mode = "L" if all(picture.mode == "L" for picture in read) else "RGB"
    pixels_of_all = np.stack([np.asarray(picture.convert(mode)) for picture in read])
    return ReadPictures(pixels=pixels_of_all, kept=np.array(kept), notes=notes)


def _shrunk(size: tuple[int, int]) -> tuple[int, int]:
    shrink = min(1.0, LONGEST_SIDE / max(size))
    return max(1, round(size[0] * shrink)), max(1, round(size[1] * shrink))
