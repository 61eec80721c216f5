"""Pictures in files brought to one size, as arrays of pixels; what cannot be read is named and skipped.

All are scaled to the size of the first one, at most 64 pixels on its longer side, as they are read: no more than one is
ever held at its full size. They are gray if all of them are. Grays deeper than 8 bits are scaled to 0 to 255 by the
range of their format, with their fractions, so that pictures that differ by little still differ; whole and real numbers
without such a range by that of all pictures.

Transparent pictures are laid over white, or over black where white would make more of them equal. How many pictures
that differ became equal is counted, however that came about.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.dataset.picture_pixels import Background, OnePicture, open_picture, shrunk
from longtail.errors import InputError, Said

__all__ = ["Picture", "ReadPictures", "read_pictures"]

_NAMED = 3

Picture = tuple[str, Path | bytes | None]
"""Name and content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPictures:
    """Pictures that could be read.

    Parameters
    ----------
    pixels : (n, height, width) or (n, height, width, 3) uint8 or float32 array
        Gray or RGB, from 0 to 255; float32 if any was deeper than 8 bits.
    kept : (n,) int array
        Which of the pictures they are.
    notes : list of str
        How they were scaled, how many are broken, and the first of these by name.
    """

    pixels: NDArray[np.uint8] | NDArray[np.float32]
    kept: NDArray[np.intp]
    notes: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pass:
    """All pictures, read over one background."""

    read: list[OnePicture]
    kept: list[int]
    broken: list[str]
    size: tuple[int, int]
    pixels: NDArray[Any]
    said_of_depth: list[str]

    @property
    def n_made_equal(self) -> int:
        """Number of the different pictures that are no longer different."""
        now = {hash(pixels.tobytes()) for pixels in self.pixels}
        return max(0, len({each.digest for each in self.read}) - len(now))


def read_pictures(pictures: Callable[[], Iterable[Picture]]) -> ReadPictures:
    """Read pictures from files or bytes.

    Parameters
    ----------
    pictures : function that returns an iterable of (str, Path or bytes or None)
        Names and contents, in the same order each time.

    Raises
    ------
    InputError
        If none can be read.
    """
    found = _read(pictures(), "white")
    if found.n_made_equal and any("transparent" in remark for each in found.read for remark in each.remarks):
        other = _read(pictures(), "black")
        found = other if other.n_made_equal < found.n_made_equal else found
    return ReadPictures(pixels=found.pixels, kept=np.array(found.kept), notes=_notes(found))


def _read(pictures: Iterable[Picture], background: Background) -> _Pass:
    size: tuple[int, int] | None = None
    read: list[OnePicture] = []
    kept: list[int] = []
    broken: list[str] = []
    for number, (name, content) in enumerate(pictures):
        try:
            picture = open_picture(content, size, background)
        except MemoryError:
            raise
        except Exception:  # Damaged bytes make Pillow raise many kinds of errors.
            broken.append(name)
            continue
        size = size or shrunk(picture.size)
        read.append(picture)
        kept.append(number)
    if not read or size is None:
        what = Said(f"{len(broken)} that are broken" if broken else "none")
        raise InputError("data", "hold a readable picture", what)
    pixels, said = _stacked(read)
    return _Pass(read=read, kept=kept, broken=broken, size=size, pixels=pixels, said_of_depth=said)


def _stacked(read: Sequence[OnePicture]) -> tuple[NDArray[Any], list[str]]:
    """Stack all pixels in one array, and say how deep grays were scaled."""
    scale, said = _scale(read)
    gray = all(each.pixels.ndim == 2 for each in read)
    kind = np.float32 if any(each.depth for each in read) else np.uint8
    shape = (len(read), *read[0].pixels.shape[:2], *(() if gray else (3,)))
    pixels = np.empty(shape, kind)
    for place, each in enumerate(read):
        low, high = scale.get(each.depth, (0.0, 255.0))
        values = each.pixels if not each.depth else (each.pixels - np.float32(low)) * np.float32(255 / (high - low))
        pixels[place] = values if gray or values.ndim == 3 else values[..., None]
    return pixels, said


def _scale(read: Sequence[OnePicture]) -> tuple[dict[str, tuple[float, float]], list[str]]:
    """Return, for each depth, the numbers that become 0 and 255."""
    scale, said = {}, []
    for depth in ("16", "whole", "real"):
        mine = [each.pixels for each in read if each.depth == depth]
        if not mine:
            continue
        least, most = min(float(each.min()) for each in mine), max(float(each.max()) for each in mine)
        scale[depth] = _range(depth, least, most)
        low, high = scale[depth]
        what = {"16": "16 bits", "whole": "whole numbers", "real": "real numbers"}[depth]
        said.append(
            f"Pictures of {what}, {low:g} to {high:g}, were scaled to 0 to 255 with their fractions: {len(mine):,}."
        )
    return scale, said


def _range(depth: str, least: float, most: float) -> tuple[float, float]:
    if depth == "16" or (depth == "whole" and least >= 0 and 255 < most <= 65_535):
        return 0.0, 65_535.0
    if depth == "real" and least >= 0 and most <= 1:
        return 0.0, 1.0
    if least >= 0 and most <= 255:
        return 0.0, 255.0
    return least, most if most > least else least + 1


def _notes(found: _Pass) -> list[str]:
    notes = []
    width, height = found.size
    if any(each.size != found.size for each in found.read):
        notes.append(f"Pictures were scaled to {width} x {height} pixels, the shape of the first one.")
    notes += found.said_of_depth
    for remark, times in Counter(remark for each in found.read for remark in each.remarks).items():
        notes.append(f"Pictures {remark}: {times:,}.")
    if found.broken:
        named = ", ".join(found.broken[:_NAMED]) + (", …" if len(found.broken) > _NAMED else "")
        n_all = len(found.broken) + len(found.read)
        notes.append(f"Of {n_all:,} pictures {len(found.broken):,} cannot be read, left out: {named}.")
    if found.n_made_equal:
        notes.append(
            f"Pictures that differ became equal at {width} x {height} pixels of 8 bits: {found.n_made_equal:,}."
        )
    return notes
