"""Pictures as they are seen: each law by arithmetic on the pixels that were written, none by what is read today."""

import os
import signal
import socket
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from longtail.dataset import load_dataset
from longtail.dataset.folder_walk import readable_name
from longtail.dataset.picture_pixels import FORMATS
from longtail.errors import InputError

RNG = np.random.default_rng(0)


def _save(root, arrays, mode=None, suffix="png", **options):
    """A picture each, in two classes by turns."""
    for number, array in enumerate(arrays):
        folder = root / "ab"[number % 2]
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(array, mode).save(folder / f"{number:03d}.{suffix}", **options) if mode else Image.fromarray(
            array
        ).save(folder / f"{number:03d}.{suffix}", **options)
    return root


def _by_file(data):
    """Pixels by the number in the file's name."""
    X = np.concatenate([data.X, data.X_test])
    positions = np.concatenate([data.position, data.position_test])
    return {
        int(data.originals.row(int(position))["file"].split("/")[-1].split(".")[0]): row
        for position, row in zip(positions, X, strict=True)
    }


def _different(data):
    return len(np.unique(np.concatenate([data.X, data.X_test]), axis=0))


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_sixteen_bits_are_scaled_by_their_range(tmp_path, suffix):
    """An X-ray between 1,000 and 1,200 of 65,535: v * 255 / 65,535, so that all differ, where v >> 8 would not."""
    arrays = [(1_000 + RNG.integers(0, 200, (5, 7))).astype(np.uint16) for _ in range(12)]
    data = load_dataset(_save(tmp_path, arrays, suffix=suffix))
    assert data.image_shape == (5, 7, 1)
    for number, pixels in _by_file(data).items():
        np.testing.assert_allclose(pixels, arrays[number].ravel() / 257, rtol=1e-6)
    assert "Pictures of 16 bits, 0 to 65535, were scaled to 0 to 255 with their fractions: 12." in data.notes


@pytest.mark.parametrize(
    ("make", "low", "high"),
    [
        (lambda: RNG.random((4, 4)).astype(np.float32), 0, 1),
        (lambda: (RNG.random((4, 4)) * 200).astype(np.float32), 0, 255),
        (lambda: RNG.integers(0, 60_000, (4, 4)).astype(np.int32), 0, 65_535),
    ],
    ids=["0 to 1", "0 to 255", "whole"],
)
def test_numbers_are_scaled_by_a_range_that_they_fit(tmp_path, make, low, high):
    arrays = [make() for _ in range(10)]
    data = load_dataset(_save(tmp_path, arrays, suffix="tif"))
    for number, pixels in _by_file(data).items():
        np.testing.assert_allclose(pixels, (arrays[number].ravel() - low) * 255 / (high - low), rtol=1e-5)


def test_numbers_without_a_range_are_scaled_by_that_of_all(tmp_path):
    arrays = [RNG.normal(0, 50, (4, 4)).astype(np.float32) for _ in range(10)]
    data = load_dataset(_save(tmp_path, arrays, suffix="tif"))
    low, high = np.min(arrays), np.max(arrays)
    for number, pixels in _by_file(data).items():
        np.testing.assert_allclose(pixels, (arrays[number].ravel() - low) / (high - low) * 255, rtol=1e-4, atol=1e-3)


def test_deep_and_shallow_and_colored_pictures_together(tmp_path):
    _save(tmp_path, [np.full((4, 4), 257 * value, np.uint16) for value in range(10, 20)])
    for number in range(10):
        color = (number, 100, 200) if number % 2 else (number,) * 3
        Image.new("RGB", (4, 4), color).save(tmp_path / "a" / f"1{number:02d}.png")
    found = _by_file(load_dataset(tmp_path))
    assert found[3].tolist() == [13.0] * 48
    assert found[105].tolist() == [5, 100, 200] * 16


def _shape(number, color):
    """A bar whose place is all that tells pictures apart, in the channel of transparency alone."""
    picture = np.zeros((8, 8, 4), np.uint8)
    picture[..., :3] = color
    picture[number % 8, : 1 + number // 8, 3] = 255
    return picture


@pytest.mark.parametrize(("color", "below"), [(0, "white"), (120, "white"), (255, "black")])
def test_shapes_in_transparency_stay_different(tmp_path, color, below):
    """Alpha * color + (1 - alpha) * background, by hand; white shapes need another background than black ones."""
    arrays = [_shape(number, color) for number in range(24)]
    data = load_dataset(_save(tmp_path, arrays))
    background = {"white": 255, "black": 0}[below]
    for number, pixels in _by_file(data).items():
        alpha = arrays[number][..., 3:] / 255
        np.testing.assert_array_equal(pixels, (alpha * color + (1 - alpha) * background).repeat(3, axis=2).ravel())
    assert _different(data) == 24
    assert f"Pictures transparent, laid over {below}: 24." in data.notes


def test_palettes_and_gray_with_transparency(tmp_path):
    for number in range(12):
        (tmp_path / "ab"[number % 2]).mkdir(exist_ok=True)
        picture = Image.fromarray((np.arange(64).reshape(8, 8) % 2).astype(np.uint8), "L").convert("P")
        picture.putpalette([0, 0, 0, 20 * number, 0, 0] + [0] * 762)
        picture.save(tmp_path / "ab"[number % 2] / f"{number:03d}.png", transparency=0)
    data = load_dataset(tmp_path)
    for number, pixels in _by_file(data).items():
        assert pixels[:6].tolist() == [255, 255, 255, 20 * number, 0, 0]


def test_opaque_pictures_are_what_they_were_without_the_channel(tmp_path):
    colors = [RNG.integers(0, 255, (6, 6, 3)).astype(np.uint8) for _ in range(8)]
    opaque = [np.dstack([color, np.full((6, 6), 255, np.uint8)]) for color in colors]
    plain, channel = load_dataset(_save(tmp_path / "p", colors)), load_dataset(_save(tmp_path / "o", opaque))
    assert plain.content_hash == channel.content_hash


@pytest.mark.parametrize("flag", range(1, 9))
def test_orientation_flags_are_applied(tmp_path, flag):
    """What a viewer shows: the stored picture moved as its flag says, written with NumPy."""
    moves = [
        lambda a: a, np.fliplr, lambda a: np.rot90(a, 2), np.flipud, np.transpose, lambda a: np.rot90(a, -1),
        lambda a: np.rot90(a, 2).T, np.rot90,
    ]  # fmt: skip
    arrays = [RNG.integers(0, 255, (6, 4)).astype(np.uint8) for _ in range(8)]
    exif = Image.Exif()
    exif[0x0112] = flag
    data = load_dataset(_save(tmp_path, arrays, exif=exif))
    for number, pixels in _by_file(data).items():
        np.testing.assert_array_equal(pixels, moves[flag - 1](arrays[number]).ravel())
    assert any("turned upright" in note for note in data.notes) == (flag > 1)


def test_pictures_that_stand_upright_are_not_said_to_be_turned(tmp_path):
    """Every TIFF carries the flag 1, and other tags that a copy of it lacks."""
    for number, label in enumerate("ab" * 5):
        (tmp_path / label).mkdir(exist_ok=True)
        pixels = RNG.integers(0, 255, (6, 4)).astype(np.uint8)
        Image.fromarray(pixels).save(tmp_path / label / f"{number}.tif", tiffinfo={0x0112: 1, 270: "a tag"})
    assert not any("turned" in note for note in load_dataset(tmp_path).notes)


def test_what_became_equal_is_counted(tmp_path):
    """Pictures of 640 x 640 that differ by one dot are equal at 64 x 64."""
    arrays = [np.zeros((640, 640), np.uint8) for _ in range(6)]
    for number, array in enumerate(arrays):
        array[100 * number, 7] = 1
    notes = load_dataset(_save(tmp_path, arrays)).notes
    assert "Pictures that differ became equal at 64 x 64 pixels of 8 bits: 5." in notes


def test_folders_in_a_class_and_other_formats(tmp_path):
    """Five endings in three depths of folders; what is no picture is told by its ending."""
    for number, (place, suffix) in enumerate(
        [("a", "png"), ("a/x", "pgm"), ("a/x/y", "jfif"), ("b/day1", "webp"), ("b/day2", "bmp"), ("b/day2", "TIF")] * 2
    ):
        (tmp_path / place).mkdir(parents=True, exist_ok=True)
        Image.new("L", (4, 4), 10 * number).save(
            tmp_path / place / f"{number}.{suffix}", format="JPEG" if suffix == "jfif" else None
        )
    (tmp_path / "a" / "notes.txt").write_text("hello")
    (tmp_path / "a" / ".hidden").write_text("hello")
    (tmp_path / "c").mkdir()
    Image.new("L", (4, 4)).save(tmp_path / "loose.png")
    data = load_dataset(tmp_path)
    assert (data.class_names, np.bincount(np.r_[data.y, data.y_test]).tolist()) == (("a", "b"), [6, 6])
    for said in (
        "Pictures in folders below a class belong to it: 10.",
        "Files that are no pictures by their names are passed over: 1 (.txt).",
        "Folders without a picture are no class: c.",
        "Pictures that lie in no class's folder are passed over: 1.",
    ):
        assert said in data.notes


def test_splits_are_no_classes(tmp_path):
    pixels = [np.full((4, 4), 9 * number, np.uint8) for number in range(8)]
    for part in ("Training", "testing", "val"):
        _save(tmp_path / part, pixels)
    data = load_dataset(tmp_path)
    assert (data.n_train, data.n_test, data.class_names) == (8, 8, ("a", "b"))
    assert "those of 'testing' are the test examples; not used: 'val'." in data.notes[0]
    _save(tmp_path / "extra", pixels)
    with pytest.raises(InputError, match="hold classes, or 'Training' and test folders alone; got 'extra' beside"):
        load_dataset(tmp_path)


def test_no_file_is_handed_to_another_program(tmp_path):
    """PostScript under a picture's name: Pillow's own sniffing would run Ghostscript on it."""
    _save(tmp_path, [np.full((4, 4), 20 * number, np.uint8) for number in range(8)])
    (tmp_path / "a" / "evil.png").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(x) run\n")
    assert "1 cannot be read, left out: a/evil.png." in " ".join(load_dataset(tmp_path).notes)
    assert not {"EPS", "WMF", "PDF", "FPX", "MIC"} & set(FORMATS)


def test_nobody_waits_for_a_pipe_and_no_link_leads_out(tmp_path):
    folder = _save(tmp_path / "f", [np.full((4, 4), 20 * number, np.uint8) for number in range(8)])
    outside = _save(tmp_path / "elsewhere", [np.zeros((4, 4), np.uint8)] * 4)
    os.mkfifo(folder / "a" / "pipe.png")
    (folder / "a" / "out.png").symlink_to(outside / "a" / "000.png")
    (folder / "c").symlink_to(outside / "b")
    (folder / "b" / "up").symlink_to(folder)  # a folder that lies in itself
    (folder / "b" / "within.png").symlink_to(folder / "a" / "000.png")
    (folder / "b" / "gone.png").symlink_to(folder / "nothing.png")
    with socket.socket(socket.AF_UNIX) as held:
        held.bind(str(folder / "a" / "s.png"))
        signal.alarm(20)
        try:
            data = load_dataset(folder)
        finally:
            signal.alarm(0)
    assert data.class_names == ("a", "b")
    notes = " ".join(data.notes)
    assert "Pipes, sockets and devices are passed over: a/pipe.png, a/s.png." in notes
    assert "or back, are not followed: c, a/out.png, b/gone.png, b/up." in notes
    assert len({row["file"] for row in (data.originals.row(int(p)) for p in data.position)}) == data.n_train


def test_names_that_are_no_text_are_written_with_escapes(tmp_path):
    root = os.fsencode(tmp_path)
    for label in (b"caf\xe9", b"tea\x1b[31m"):
        Path(os.fsdecode(root + b"/" + label)).mkdir()
        for number in range(5):
            Image.new("L", (4, 4), 20 * number).save(os.fsdecode(root + b"/" + label + b"/p\xff%d.png" % number))
    data = load_dataset(tmp_path)
    assert data.class_names == ("caf\\xe9", "tea\\x1b[31m")
    assert data.originals.row(0)["file"] == "caf\\xe9/p\\xff0.png"
    assert readable_name("plain é") == "plain é"


def test_no_pickle_comes_in_the_name_of_a_picture(tmp_path):
    _save(tmp_path, [np.full((4, 4), 20 * number, np.uint8) for number in range(8)])
    for number, torn in enumerate(
        (b"", b"\x80\x04.", b"II*\x00" + b"\xff" * 40, b"GIF89a", b"\x89PNG\r\n\x1a\n" + b"\0" * 30)
    ):
        (tmp_path / "a" / f"t{number}.tif").write_bytes(torn)
    assert any("5 cannot be read" in note for note in load_dataset(tmp_path).notes)
