"""Pictures, decoded by hand: the PNG format is deflate with a filter byte before each row."""

import base64
import struct
import zlib
from dataclasses import replace

import pytest

from longtail.errors import DamagedRunError
from longtail.report.pictures import is_small, png_data_uri
from report.example_findings import color_square, digit


def chunks(png: bytes) -> dict[bytes, bytes]:
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    found, at = {}, 8
    while at < len(png):
        (length,), kind = struct.unpack(">I", png[at : at + 4]), png[at + 4 : at + 8]
        found[kind] = found.get(kind, b"") + png[at + 8 : at + 8 + length]
        at += 12 + length
    return found


def unfiltered(rows: bytes, n_bytes_a_row: int, n_bytes_a_pixel: int) -> bytes:
    """Undo PNG's row filters 0 to 4 (RFC 2083, section 6)."""
    above, out = bytes(n_bytes_a_row), b""
    for start in range(0, len(rows), n_bytes_a_row + 1):
        kind, row = rows[start], bytearray(rows[start + 1 : start + 1 + n_bytes_a_row])
        for k in range(n_bytes_a_row):
            left = row[k - n_bytes_a_pixel] if k >= n_bytes_a_pixel else 0
            corner = above[k - n_bytes_a_pixel] if k >= n_bytes_a_pixel else 0
            nearest = min((left, above[k], corner), key=lambda x, e=left + above[k] - corner: abs(e - x))
            row[k] = (row[k] + (0, left, above[k], (left + above[k]) // 2, nearest)[kind]) % 256
        above, out = bytes(row), out + row
    return out


@pytest.mark.parametrize(("view", "color_type"), [(digit(3), 0), (color_square(250, 7, 120), 2)])
def test_pixels_come_back_as_they_went_in(view, color_type):
    header, _, data = png_data_uri(view).partition(",")
    assert header == "data:image/png;base64"
    png = chunks(base64.b64decode(data))
    assert struct.unpack(">IIBB", png[b"IHDR"][:10]) == (view.width, view.height, 8, color_type)
    assert set(png) == {b"IHDR", b"IDAT", b"IEND"}  # no time, no author
    pixels = unfiltered(zlib.decompress(png[b"IDAT"]), view.width * view.channels, view.channels)
    assert pixels == base64.b64decode(view.pixels)


@pytest.mark.parametrize("change", [{"height": 7}, {"channels": 2}, {"width": 0}, {"pixels": "%%%"}, {"pixels": ""}])
def test_what_is_not_a_picture_is_refused(change):
    with pytest.raises(DamagedRunError, match="pixels of a picture must be"):
        png_data_uri(replace(digit(3), **change))


def test_small_pictures_are_those_that_a_page_must_enlarge():
    assert is_small(digit(3))
    assert not is_small(replace(digit(3), width=224, height=224))
