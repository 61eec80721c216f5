"""Files in the layouts that others publish."""

import numpy as np
import pytest

from longtail.errors import InputError
from longtail.membership import lira, read_published_table, roc


@pytest.fixture
def table():
    rng = np.random.default_rng(0)
    keep = np.array([rng.permutation(32) < 16 for _ in range(60)]).T
    return keep, rng.normal(size=(32, 60)) + 2 * keep


@pytest.mark.parametrize(
    ("masks", "confidences"), [("keep", "scores"), ("inclusion", "confidence"), ("mask", "scores")]
)
def test_an_archive_is_read_and_attacked(table, tmp_path, masks, confidences):
    keep, scores = table
    np.savez(tmp_path / "published.npz", **{masks: keep, confidences: scores.astype(np.float32)})
    outcomes = read_published_table(tmp_path / "published.npz")
    assert outcomes.n_trials == 32
    assert roc(lira(outcomes)).auc.low > 0.8


def write_demo(folder, keep, scores):
    """As the demo does: `exp/cifar10/experiment-3_32/scores/0000000100.npy`, (n, augmentations), masks a bit longer."""
    (folder / "exp" / "cifar10").mkdir(parents=True)
    np.save(folder / "exp" / "cifar10" / "y_train.npy", np.zeros(60, int))
    for i, (mask, confidence) in enumerate(zip(keep, scores, strict=True)):
        experiment = folder / "exp" / "cifar10" / f"experiment-{i}_32"
        (experiment / "scores").mkdir(parents=True)
        np.save(experiment / "keep.npy", np.append(mask, [True, False]))
        np.save(experiment / "scores" / "0000000020.npy", np.zeros((60, 2)))
        np.save(experiment / "scores" / "0000000100.npy", np.stack([confidence - 0.5, confidence + 0.5], axis=1))


def test_the_demos_folders_are_read_and_attacked(table, tmp_path):
    write_demo(tmp_path, *table)
    outcomes = read_published_table(tmp_path)
    rows = sorted(range(32), key=lambda i: f"experiment-{i}_32")
    np.testing.assert_array_equal(outcomes.inclusion, table[0][rows])
    np.testing.assert_allclose(outcomes.confidence, table[1][rows])
    assert roc(lira(outcomes)).auc.low > 0.8


def test_an_experiment_without_scores_is_passed_over(table, tmp_path):
    write_demo(tmp_path, *table)
    for file in (tmp_path / "exp" / "cifar10" / "experiment-7_32" / "scores").iterdir():
        file.unlink()
    assert read_published_table(tmp_path).n_trials == 31


def test_what_is_no_table_is_refused(table, tmp_path):
    keep, _ = table
    np.savez(tmp_path / "masks.npz", keep=keep)
    np.savez(tmp_path / "pickle.npz", keep=keep, scores=np.array([{}], dtype=object))
    (tmp_path / "broken.npz").write_bytes(b"PK\x03\x04 no archive")
    (tmp_path / "empty").mkdir()
    for name, said in {
        "masks.npz": "must hold an array named confidence or scores",
        "pickle.npz": "must hold plain arrays",
        "broken.npz": "must hold plain arrays",
        "empty": "must hold experiment\\*/keep.npy",
        "nowhere": "must be a run folder, an .npz",
    }.items():
        with pytest.raises(InputError, match=said):
            read_published_table(tmp_path / name)


def test_experiments_of_different_data_are_refused(table, tmp_path):
    write_demo(tmp_path, *table)
    np.save(tmp_path / "exp" / "cifar10" / "experiment-0_32" / "scores" / "0000000200.npy", np.zeros((50, 2)))
    with pytest.raises(InputError, match="same examples"):
        read_published_table(tmp_path)
