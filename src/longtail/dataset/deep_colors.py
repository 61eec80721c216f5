"""Colors of 16 bits, of which Pillow reads the upper 8: asked twice, for the upper and the lower half of each number.

Told that the numbers stand in the other order of bytes, it takes the lower half for the upper one. So a picture whose
colors lie below 256 of 65,535, as cameras of 10 to 14 bits write it, is not black.
"""

import io
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

__all__ = ["sixteen_bit_colors"]

_SWAPPED = {";16B": ";16L", ";16L": ";16B", ";16N": ";16B" if sys.byteorder == "little" else ";16L"}
_MODES = ("RGB", "RGBA")


def sixteen_bit_colors(
    source: "Path | io.BytesIO", upper: Image.Image, flag: int, formats: tuple[str, ...]
) -> NDArray[np.uint16] | None:
    """Return the colors of a picture in 16 bits, (height, width, 3 or 4).

    Parameters
    ----------
    source : Path or BytesIO
        The picture's file.
    upper : Image
        As Pillow reads it, upright.
    flag : int
        Its orientation, 1 to 8.
    formats : tuple of str
        What the file may be.

    Returns
    -------
    array or None
        None if the colors are of 8 bits, though stored in 16, or cannot be read so.
    """
    if upper.mode not in _MODES:
        return None
    if isinstance(source, io.BytesIO):
        source.seek(0)
    with Image.open(source, formats=formats) as again:
        if again.mode not in _MODES or not any(";16" in str(tile[3]) for tile in again.tile):
            return None
        again.tile = [tile._replace(args=_swapped(tile.args)) for tile in again.tile]
        try:
            again.load()
        except ValueError:  # Pillow knows no such order.
            return None
        lower = ImageOps.exif_transpose(again) if flag in range(2, 9) else again
        both = np.asarray(upper).astype(np.uint16), np.asarray(lower).astype(np.uint16)
    if both[0].shape != both[1].shape or (both[0] == both[1]).all():
        return None
    return (both[0] << 8 | both[1]).astype(np.uint16)


def _swapped(args: Any) -> Any:
    if isinstance(args, tuple):
        return tuple(_swapped(each) for each in args)
    if not isinstance(args, str):
        return args
    for order, other in _SWAPPED.items():
        if args.endswith(order):
            return args.removesuffix(order) + other
    return args
