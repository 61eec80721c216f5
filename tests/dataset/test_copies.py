"""Exact and near copies: against all pairs compared, on smooth data of several dimensions, and tied."""

import numpy as np
import pytest

from longtail.dataset import Dataset, load_dataset
from longtail.dataset.copies import copies_among, row_codes
from longtail.errors import InputError


def test_codes_of_rows_are_those_of_all_pairs():
    few = np.random.default_rng(0).integers(3, size=(60, 3)).astype(np.float32)
    for X in (few, np.tile(few, (1, 7))):  # Rows of 84 bytes are hashed.
        same = (X[:, None] == X[None]).all(axis=2)
        codes = row_codes(X)
        assert np.array_equal(codes[:, None] == codes[None], same)
        assert np.array_equal(row_codes(X[:7], X[7:], -0.0 * X[:1] + X[:1])[:-1], codes)


@pytest.mark.parametrize("dimension", [1, 2, 5, 30])
@pytest.mark.parametrize("heavy", [False, True])
def test_smooth_data_have_no_near_copies(dimension, heavy):
    """Seed 3, 400 points: each of these eight is wrong in at most one data set in twenty; none is."""
    X = np.random.default_rng(3).normal(size=(400, dimension))
    found = copies_among((np.sign(X) * X**2 if heavy else X).astype(np.float32))
    assert found.sought
    assert len(np.unique(found.unit)) == 400


def test_near_copies_are_found_beside_exact_ones():
    """Seed 4: 20 of 300 are copied with noise of a thousandth, 10 exactly, three times one."""
    draws = np.random.default_rng(4)
    X = draws.normal(size=(300, 8))
    more = [X[:20] + draws.normal(size=(20, 8)) / 1000, X[20:30], X[30:31] + draws.normal(size=(3, 8)) / 1000]
    found = copies_among(np.concatenate([X, *more]).astype(np.float32))
    _, sizes = np.unique(found.unit, return_counts=True)
    assert sorted(sizes[sizes > 1]) == [2] * 30 + [4]
    assert (np.unique(found.exact, return_counts=True)[1] > 1).sum() == 10


def doubled(n=120, **more):
    draws = np.random.default_rng(0)
    X = draws.normal(size=(n, 4))
    return {"X": np.concatenate([X, X[:30]]), "y": np.arange(n + 30) % 2, **more}


def test_tied_copies_of_an_archive_leave_together_and_are_not_tested_on(tmp_path):
    arrays = doubled()
    np.savez(tmp_path / "copies.npz", **arrays)
    data = load_dataset(tmp_path / "copies.npz", together="duplicates")
    assert data.together is not None
    codes = row_codes(data.X)
    assert np.array_equal(data.together[:, None] == data.together[None], codes[:, None] == codes[None])
    in_training = {row.tobytes() for row in data.X}
    assert not any(row.tobytes() in in_training for row in data.X_test)
    assert "left out of those set aside" in data.notes[-1]
    assert len(data.position_test) == len(data.y_test) == data.n_test


def test_an_array_of_that_name_comes_first(tmp_path):
    np.savez(tmp_path / "named.npz", **doubled(duplicates=np.arange(150) // 5))
    data = load_dataset(tmp_path / "named.npz", together="duplicates")
    assert len(np.unique(data.together)) > 20
    assert "copies" not in " ".join(data.notes)


def test_test_rows_that_were_given_stay(tmp_path):
    arrays = doubled()
    np.savez(tmp_path / "given.npz", **arrays, X_test=arrays["X"][:9], y_test=arrays["y"][:9])
    assert load_dataset(tmp_path / "given.npz", together="duplicates").n_test == 9


def test_no_copies_are_refused_by_name():
    with pytest.raises(InputError, match="together must be asked where examples have copies; got none"):
        load_dataset("wine", together="duplicates")
    with pytest.raises(InputError, match="together must be duplicates, or be given for a table"):
        load_dataset("wine", together="patient")


def test_copies_of_one_example_alone_are_refused():
    from longtail.dataset.tied_copies import with_copies_tied

    data = Dataset.from_arrays(np.ones((20, 2)), np.arange(20) % 2)
    with pytest.raises(InputError, match="tell two training examples apart"):
        with_copies_tied(data)


def test_rows_that_share_a_hash_are_told_apart(monkeypatch):
    """The fault planted: all hashes are alike."""
    X = np.random.default_rng(0).integers(0, 3, (40, 3)).astype(np.float32)
    codes = row_codes(X, X[:5])
    monkeypatch.setattr("longtail.dataset.copies._hashes", lambda part: np.zeros(len(part), np.uint64))
    np.testing.assert_array_equal(row_codes(X, X[:5]), codes)
    assert len(np.unique(codes)) == len(np.unique(X, axis=0))


@pytest.mark.parametrize("parts", [(), (np.ones(3),), (np.ones((2, 3)), np.ones((2, 2))), (np.ones((1, 1, 1)),)])
def test_tables_of_other_columns_are_refused(parts):
    with pytest.raises(InputError, match="parts must be tables of the same columns"):
        row_codes(*(part.astype(np.float32) for part in parts))
