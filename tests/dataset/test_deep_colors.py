"""Colors of 16 bits: the numbers that were written, by an encoder of the test's own, are the numbers that are read."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from longtail.dataset import load_dataset
from longtail.dataset.picture_pixels import open_picture


def _png(numbers: np.ndarray, color_type: int) -> bytes:
    """A PNG of 16 bits as its specification says: big-endian rows, each after a byte for its filter."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = b"".join(b"\0" + row.tobytes() for row in numbers.astype(">u2"))
    header = struct.pack(">IIBBBBB", numbers.shape[1], numbers.shape[0], 16, color_type, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def _tiff(numbers: np.ndarray) -> bytes:
    """A little-endian TIFF of three colors in one strip."""
    height, width, _ = numbers.shape
    data = numbers.astype("<u2").tobytes()
    entries = [(256, 3, 1, width), (257, 3, 1, height), (258, 3, 3, 8), (259, 3, 1, 1), (262, 3, 1, 2),
               (273, 4, 1, 200), (277, 3, 1, 3), (278, 3, 1, height), (279, 4, 1, len(data))]  # fmt: skip
    head = b"II*\0" + struct.pack("<I", 16) + struct.pack("<HHH", 16, 16, 16) + b"\0\0"
    head += struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *each) for each in entries) + b"\0\0\0\0"
    return head.ljust(200, b"\0") + data


@pytest.mark.parametrize("write", [lambda numbers: _png(numbers, 2), _tiff], ids=["png", "tiff"])
def test_every_number_is_read_as_it_was_written(write):
    numbers = np.random.default_rng(0).integers(0, 65_536, (4, 5, 3))
    found = open_picture(write(numbers), None, "white")
    assert found.depth == "16"
    np.testing.assert_array_equal(found.pixels, numbers)


def test_what_is_transparent_shows_the_background():
    numbers = np.full((2, 2, 4), 1_000)
    numbers[0, 0, 3], numbers[0, 1, 3] = 0, 65_535
    found = open_picture(_png(numbers, 6), None, "white")
    assert found.pixels[0, 0].tolist() == [65_535] * 3
    assert found.pixels[0, 1].tolist() == [1_000] * 3
    assert found.pixels[1, 1] == pytest.approx([1_000 * 1_000 / 65_535 + 65_535 - 1_000] * 3)


def _folder(root: Path, color_type: int, n_channels: int) -> Path:
    rng = np.random.default_rng(0)
    for name in ("dark", "darker"):
        (root / name).mkdir()
        for i in range(10):
            (root / name / f"{i}.png").write_bytes(_png(rng.integers(0, 200, (4, 4, n_channels)), color_type))
    return root


def test_pictures_in_the_lower_half_stay_different(tmp_path):
    data = load_dataset(_folder(tmp_path, 2, 3))
    assert len(np.unique(np.concatenate([data.X, data.X_test]), axis=0)) == 20
    assert "Pictures of 16 bits, 0 to 65535, were scaled to 0 to 255 with their fractions: 20." in data.notes


def test_where_the_lower_half_is_out_of_reach_what_became_equal_is_counted(tmp_path):
    """Pillow reads gray with transparency at 8 bits alone: 20 different files are 1 picture."""
    data = load_dataset(_folder(tmp_path, 4, 2))
    assert len(np.unique(np.concatenate([data.X, data.X_test]), axis=0)) == 1
    assert "Pictures that differ became equal at 4 x 4 pixels of 8 bits: 19." in data.notes


def test_eight_bits_stored_in_sixteen_are_eight(tmp_path):
    numbers = np.random.default_rng(0).integers(0, 256, (4, 5, 3))
    found = open_picture(_png(numbers * 257, 2), None, "white")
    assert found.depth == ""
    np.testing.assert_array_equal(found.pixels, numbers)
