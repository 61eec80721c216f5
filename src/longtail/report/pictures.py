"""Raw pixels of an example as a PNG inside the page.

Pillow writes the PNG: matplotlib already brings it, and its encoder takes the gray and RGB bytes as they stand.
"""

import base64
import binascii
from io import BytesIO

from PIL import Image

from longtail.errors import DamagedRunError
from longtail.findings import View

__all__ = ["is_small", "png_data_uri"]

_MODES = {1: "L", 3: "RGB"}
_SMALL_PIXELS = 96


def png_data_uri(view: View) -> str:
    """Return the picture of an example as a ``data:`` address.

    Raises
    ------
    DamagedRunError
        If the pixels are not ``height * width * channels`` bytes in base64.
    """
    raw, file = _raw_pixels(view), BytesIO()
    Image.frombytes(_MODES[view.channels], (view.width, view.height), raw).save(file, format="PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")


def is_small(view: View) -> bool:
    """Return whether the picture has so few pixels that it is shown enlarged, pixel by pixel."""
    return max(view.width, view.height) <= _SMALL_PIXELS


def _raw_pixels(view: View) -> bytes:
    try:
        raw = base64.b64decode(view.pixels, validate=True)
    except binascii.Error as error:
        raise DamagedRunError(f"pixels of a picture must be base64; got {error}.") from error
    if view.channels not in _MODES or view.width < 1 or len(raw) != view.width * view.height * view.channels:
        shape = f"{view.height} x {view.width} x {view.channels}"
        raise DamagedRunError(f"pixels of a picture must be height x width x 1 or 3 bytes; got {len(raw)} for {shape}.")
    return raw
