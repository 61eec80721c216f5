"""How cells are cut to fit a page: as long as they then can be, against cutting them step by step."""

from types import SimpleNamespace

import numpy as np
import pytest

from longtail.analysis import looks

LENGTHS = (120, 60, 30, 15, 8)


def step_by_step(cells, room):
    for most in LENGTHS:
        cut = [[cell if len(cell) <= most else cell[: most - 1] + "…" for cell in line] for line in cells]
        if sum(len(cell) for line in cut for cell in line) <= room:
            break
    return cut


@pytest.mark.parametrize("room", [10**9, 9_000, 5_000, 3_000, 0])
def test_cells_are_as_long_as_fits(room, monkeypatch):
    """In place of a million characters there is room for so many, a third of them for the test examples."""
    monkeypatch.setattr(looks, "_IN_ALL_CELLS", 3 * room)
    rng = np.random.default_rng(0)
    cells = [["x" * length for length in rng.integers(0, 150, 30)] for _ in range(6)]
    dataset = SimpleNamespace(n_train=200, n_test=100)
    fitting = looks._fitting([np.array(line, looks._TEXT) for line in cells], dataset, held_out=True)
    assert [line.tolist() for line in fitting] == step_by_step(cells, room)


def test_no_cells_fit_anywhere():
    (nothing,) = looks._fitting([np.empty((0, 2), looks._TEXT)], SimpleNamespace(n_train=2, n_test=0), held_out=True)
    assert nothing.shape == (0, 2)
