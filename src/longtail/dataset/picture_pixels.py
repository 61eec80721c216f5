"""One picture as it is seen: upright, over a background where it is transparent, in the depth that it has.

Files are opened as one of a stated list of formats, so that what a file contains is never handed to another program
(PostScript, which Pillow would give to Ghostscript, is none of them). Orientation flags are applied. Grays of more than
8 bits, and numbers, come as they are; :mod:`longtail.dataset.pictures` scales them.
"""

import contextlib
import hashlib
import io
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageFile, ImageOps

from longtail.dataset.deep_colors import sixteen_bit_colors

__all__ = ["FORMATS", "SUFFIXES", "Background", "OnePicture", "open_picture", "shrunk"]

_WANTED = (
    "PNG", "JPEG", "MPO", "GIF", "BMP", "DIB", "WEBP", "TIFF", "PPM", "JPEG2000", "TGA", "PCX", "SGI", "QOI", "AVIF",
)  # fmt: skip

Image.init()
FORMATS = tuple(name for name in _WANTED if name in Image.OPEN)
"""Formats that are read, of those that this Pillow was built with."""

SUFFIXES = frozenset(suffix for suffix, name in Image.registered_extensions().items() if name in FORMATS) | {".jfif"}
"""How names of such files end, in lower case."""

Background = Literal["white", "black"]

LONGEST_SIDE = 64
_GRAY = ("1", "L")
_OTHER_COLORS = ("CMYK", "LAB", "HSV", "YCbCr")
"""What differs in them may be one color of three bytes."""
_MOST_OF_16 = 65_535
_AT_EIGHT = "colors of 16 bits, read at 8"
_GRAY_AT_EIGHT = "transparent grays of 16 bits, read at 8"
_BACKGROUND = {"white": (255, 255, 255, 255), "black": (0, 0, 0, 255)}


@dataclass(frozen=True, slots=True, kw_only=True)
class OnePicture:
    """A picture that was read.

    Parameters
    ----------
    pixels : (height, width) or (height, width, 3) array
        At the size that was asked for: uint8; of deep grays float32, in their own numbers.
    size : (int, int)
        Width and height, upright, before it was scaled.
    depth : {"", "16", "whole", "real"}
        Nothing for 8 bits; 16 bits; whole numbers of 32; real numbers.
    digest : bytes
        Of what is seen, before it was scaled.
    remarks : tuple of str
        What was done to it.
    """

    pixels: NDArray[np.uint8] | NDArray[np.float32]
    size: tuple[int, int]
    depth: Literal["", "16", "whole", "real"]
    digest: bytes
    remarks: tuple[str, ...]


def open_picture(content: Path | bytes | None, size: tuple[int, int] | None, background: Background) -> OnePicture:
    """Read one picture at ``size``. If that is None, at its own size, with at most 64 pixels on its longer side.

    Raises
    ------
    Exception
        Whatever Pillow raises where the content is none of the formats, or torn.
    """
    source = content if isinstance(content, Path) else io.BytesIO(content or b"")
    with warnings.catch_warnings():
        # Large pictures and odd flags cause warnings. A picture that cannot be read raises an error.
        warnings.simplefilter("ignore")
        with Image.open(source, formats=FORMATS) as opened:
            remarks = [*_frames(opened), *_shallow(opened)]
            opened.load()
            picture: Image.Image = opened
            flag = 1
            with contextlib.suppress(Exception):  # The flags may be damaged although the pixels are whole.
                flag = opened.getexif().get(ExifTags.Base.Orientation, 1)
                picture = ImageOps.exif_transpose(opened)
            if picture is not opened and flag in range(2, 9):
                remarks.append("turned upright, as their orientation flag says")
            target = size or shrunk(picture.size)
            if picture.mode.startswith("I") or picture.mode == "F":
                return _deep(picture, target, remarks)
            if (colors := sixteen_bit_colors(source, picture, flag, FORMATS)) is not None:
                return _deep_colors(colors, target, background, remarks)
            found = _shallow_pixels(picture, target, background, remarks)
            if _GRAY_AT_EIGHT in remarks:  # What differs in the lower halves is in the file alone.
                return replace(found, digest=_digest(picture.size, _content(source)))
            return found


def shrunk(size: tuple[int, int]) -> tuple[int, int]:
    """Return a size with the same proportions, with at most 64 pixels on its longer side."""
    shrink = min(1.0, LONGEST_SIDE / max(size))
    return max(1, round(size[0] * shrink)), max(1, round(size[1] * shrink))


def _deep(picture: Image.Image, target: tuple[int, int], remarks: list[str]) -> OnePicture:
    numbers = np.asarray(picture)
    depth: Literal["16", "whole", "real"] = "16" if picture.mode.startswith("I;16") else "whole"
    depth = "real" if picture.mode == "F" else depth
    single = numbers.astype(np.float32)
    if not np.isfinite(single).all():
        raise ValueError("pixels that are no numbers")
    scaled = np.asarray(Image.fromarray(single).resize(target)) if picture.size != target else single
    scaled = np.clip(scaled, single.min(), single.max())
    return OnePicture(
        pixels=scaled,
        size=picture.size,
        depth=depth,
        digest=_digest(picture.size, np.ascontiguousarray(numbers).tobytes()),
        remarks=tuple(remarks),
    )


def _deep_colors(
    colors: NDArray[np.uint16], target: tuple[int, int], background: Background, remarks: list[str]
) -> OnePicture:
    """Lay colors of 16 bits over a background where they are transparent, and scale each of the three."""
    size = (colors.shape[1], colors.shape[0])
    remarks = [remark for remark in remarks if remark != _AT_EIGHT]
    seen, flat = colors, colors[..., :3].astype(np.float32)
    if colors.shape[2] == 4 and (colors[..., 3] < _MOST_OF_16).any():
        remarks.append(f"transparent, laid over {background}")
        seen = colors * (colors[..., 3:] > 0)
        opaque = colors[..., 3:].astype(np.float32) / _MOST_OF_16
        below = np.float32(_MOST_OF_16 if background == "white" else 0)
        flat = (flat * opaque + below * (1 - opaque)).astype(np.float32)
    if size != target:
        channels = [np.asarray(Image.fromarray(flat[..., channel]).resize(target)) for channel in range(3)]
        flat = np.clip(np.stack(channels, axis=-1), flat.min(), flat.max())
    return OnePicture(
        pixels=flat,
        size=size,
        depth="16",
        digest=_digest(size, np.ascontiguousarray(seen).tobytes()),
        remarks=tuple(remarks),
    )


def _shallow_pixels(
    picture: Image.Image, target: tuple[int, int], background: Background, remarks: list[str]
) -> OnePicture:
    flat = picture.convert("L" if picture.mode in _GRAY else "RGB")
    seen = picture.tobytes() if picture.mode in _OTHER_COLORS else flat.tobytes()
    if picture.has_transparency_data:
        clear = picture.convert("LA").convert("RGBA") if picture.mode == "La" else picture.convert("RGBA")
        colors = np.asarray(clear)
        if (colors[..., 3] < 255).any():
            remarks.append(f"transparent, laid over {background}")
            seen = (colors * (colors[..., 3:] > 0)).astype(np.uint8).tobytes()
            below = Image.new("RGBA", clear.size, _BACKGROUND[background])
            flat = Image.alpha_composite(below, clear).convert(flat.mode)
    return OnePicture(
        pixels=np.asarray(flat.resize(target)),
        size=picture.size,
        depth="",
        digest=_digest(picture.size, seen),
        remarks=tuple(remarks),
    )


def _content(source: Path | io.BytesIO) -> bytes:
    return source.read_bytes() if isinstance(source, Path) else source.getvalue()


def _digest(size: tuple[int, int], seen: bytes) -> bytes:
    return hashlib.blake2b(repr(size).encode() + seen, digest_size=16).digest()


def _frames(picture: Image.Image) -> list[str]:
    # The second frame of a phone's picture is a preview.
    several = picture.format != "MPO" and getattr(picture, "n_frames", 1) > 1
    return ["of several frames, of which the first is read"] if several else []


def _shallow(picture: ImageFile.ImageFile) -> list[str]:
    """Say which pictures have colors of 16 bits, which Pillow reads at 8 unless it is asked twice."""
    tiles = str([tile[3] for tile in picture.tile])
    deep = ";16" in tiles and not picture.mode.startswith("I")
    if not deep:
        return []
    return [_GRAY_AT_EIGHT if "LA;16" in tiles else _AT_EIGHT]
