"""Pictures in folders: sizes, modes, splits, and files that are broken in several ways."""

import numpy as np
import pytest
from PIL import Image

from longtail.dataset import load_dataset
from longtail.errors import InputError


def _folder(path, labels=("dark", "light"), mode="L", size=(6, 4), n=5):
    for number, label in enumerate(labels):
        (path / label).mkdir(parents=True)
        for i in range(n):
            gray = 200 * number + 10 * i
            Image.new(mode, size, gray if mode == "L" else (gray,) * 3).save(path / label / f"{i}.png")
    return path


def test_one_broken_file_is_named_skipped_and_counted(tmp_path):
    """Cut short, no picture at all, empty: each is read by another part of Pillow."""
    folder = _folder(tmp_path / "f")
    whole = (folder / "light" / "0.png").read_bytes()
    (folder / "dark" / "cut.png").write_bytes(whole[: len(whole) // 2])
    (folder / "dark" / "not.jpg").write_bytes(b"hello")
    (folder / "light" / "empty.gif").touch()
    data = load_dataset(folder)
    assert data.n_train + data.n_test == 10
    note = "Of 13 pictures 3 cannot be read, left out: dark/cut.png, dark/not.jpg, light/empty.gif."
    assert note in data.notes
    for position, label in zip(data.position, data.y, strict=True):
        assert data.originals.row(int(position))["file"].startswith(data.class_names[label])


def test_a_split_into_train_and_test(tmp_path):
    _folder(tmp_path / "f" / "train")
    _folder(tmp_path / "f" / "val", n=2)
    data = load_dataset(tmp_path / "f")
    assert (data.n_train, data.n_test, data.class_names) == (10, 4, ("dark", "light"))
    assert data.originals.row(int(data.position_test[0])) == {"file": "val/dark/0.png"}
    assert "'train' are studied, those of 'val' are the test examples" in data.notes[0]


def test_one_colored_picture_makes_all_of_them_colored(tmp_path):
    folder = _folder(tmp_path / "f", size=(200, 100))
    Image.new("RGB", (50, 50), (250, 0, 0)).save(folder / "light" / "red.png")
    data = load_dataset(folder)
    assert data.image_shape == (32, 64, 3)
    assert any("scaled to 64 x 32" in note for note in data.notes)
    everything = np.concatenate([data.X, data.X_test]).reshape(-1, 32 * 64, 3)
    assert sum((picture == [250, 0, 0]).all() for picture in everything) == 1


def test_folders_without_pictures(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="a folder of pictures for each class; got no picture in"):
        load_dataset(tmp_path / "empty")
    folder = _folder(tmp_path / "one", labels=("only",))
    with pytest.raises(InputError, match="at least 2 classes; got only 'only'"):
        load_dataset(folder)
    for file in folder.glob("*/*"):
        file.write_bytes(b"broken")
    with pytest.raises(InputError, match="data must hold a readable picture; got 5 that are broken"):
        load_dataset(folder)
