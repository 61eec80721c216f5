"""Examples and subsets that were handed out and changed on the way are refused before a logit is read."""

import numpy as np
import pytest

from longtail.dataset import load_dataset
from longtail.errors import DamagedRunError
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
