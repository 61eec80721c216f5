"""Examples and subsets that were handed out and changed on the way are refused before a logit is read."""

import numpy as np
import pytest

from longtail.dataset import load_dataset
from longtail.errors import DamagedRunError, InputError
from longtail.runs.imported_logits import import_logits
from longtail.runs.masks import write_masks
from longtail.runs.measure import DataSource
from longtail.trials import SubsetDesign


@pytest.fixture
def run(tmp_path):
    write_masks(DataSource(data="iris"), load_dataset("iris"), SubsetDesign(n_trials=6), tmp_path / "run", "mine")
    np.save(tmp_path / "trial-2.npy", np.random.default_rng(0).normal(size=(150, 3)))
    return tmp_path / "run"


def _rewrite(path, **changed):
    with np.load(path) as archive:
        arrays = {name: archive[name] for name in archive.files}
    np.savez(path, **{name: array for name, array in {**arrays, **changed}.items() if array is not None})


def _arrays(path):
    with np.load(path) as archive:
        return {name: archive[name] for name in archive.files}


def test_what_was_handed_out_is_taken(run, tmp_path):
    assert import_logits(run, [tmp_path / "trial-2.npy"]) == [2]
    _rewrite(run / "data.npz")  # written again with the same values
    assert import_logits(run, [tmp_path / "trial-2.npy"]) == []


@pytest.mark.parametrize("name", ["y", "y_test", "X", "class_names"])
def test_changed_examples_are_refused(run, tmp_path, name):
    array = _arrays(run / "data.npz")[name]
    _rewrite(run / "data.npz", **{name: np.roll(array, 60 if name == "y" else 1, axis=0)})
    with pytest.raises(DamagedRunError, match="data.npz is not what longtail masks wrote: examples differ"):
        import_logits(run, [tmp_path / "trial-2.npy"])


def test_changed_subsets_and_torn_files_are_refused(run, tmp_path):
    subsets = _arrays(run / "masks.npz")["inclusion"]
    subsets[4, :2] ^= True
    _rewrite(run / "masks.npz", inclusion=subsets)
    with pytest.raises(DamagedRunError, match="the subset of trial 4 differs"):
        import_logits(run, [tmp_path / "trial-2.npy"])
    (run / "masks.npz").write_bytes((run / "masks.npz").read_bytes()[:99])
    with pytest.raises(DamagedRunError, match="masks.npz is not readable"):
        import_logits(run, [tmp_path / "trial-2.npy"])


def test_what_an_earlier_version_handed_out_is_taken_with_a_notice(run, tmp_path, caplog):
    _rewrite(run / "data.npz", class_names=None)
    assert import_logits(run, [tmp_path / "trial-2.npy"]) == [2]
    assert "cannot be compared with the study" in caplog.text


def _files(folder):
    """What a folder holds, but for the lock, which every writer takes."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")}


def _logits(path, seed, shape=(150, 3)):
    np.save(path, np.random.default_rng(seed).normal(size=shape))
    return path


@pytest.mark.parametrize(
    ("second", "says"),
    [
        (lambda folder: _logits(folder / "trial-2.npy", 1), "agree with the run"),
        (lambda folder: _logits(folder / "again-1.npy", 1), "agree with trial-1.npy"),
        (lambda folder: _logits(folder / "trial-3.npy", 1, (149, 3)), "float logits of shape"),
        (lambda folder: _logits(folder / "trial-6.npy", 1), "be of a trial in 0..5"),
        (lambda folder: folder / "none.npy", "files that exist"),
    ],
)
def test_nothing_is_written_where_one_of_several_files_is_refused(run, tmp_path, second, says):
    import_logits(run, [tmp_path / "trial-2.npy"])
    before, first = _files(run), _logits(tmp_path / "trial-1.npy", 0)
    with pytest.raises(InputError, match=says):
        import_logits(run, [first, second(tmp_path)])
    assert _files(run) == before
    assert import_logits(run, [first, first]) == [1]


def test_nothing_is_written_where_the_first_import_is_refused(run, tmp_path):
    before = _files(run)
    with pytest.raises(InputError, match="agree with trial-1.npy"):
        import_logits(run, [_logits(tmp_path / "trial-1.npy", 0), _logits(tmp_path / "again-1.npy", 1)])
    assert _files(run) == before
    assert not (run / "trials").exists()


def test_a_trial_that_holds_the_numbers_of_another_is_told(run, tmp_path, caplog):
    stream = np.random.default_rng(0)
    for trial in range(4):
        np.save(tmp_path / f"trial-{trial}.npy", stream.normal(size=(150, 3)))
    (tmp_path / "trial-2.npy").write_bytes((tmp_path / "trial-1.npy").read_bytes())
    import_logits(run, [tmp_path / f"trial-{trial}.npy" for trial in range(4)])
    assert "same numbers, as models of two subsets hardly do: 2 those of 1." in caplog.text
