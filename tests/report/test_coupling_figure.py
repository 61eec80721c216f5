"""The drawing carries its numbers: one text and one shade a cell, one frame for each certified cell."""

import pytest
from matplotlib.figure import Figure

from longtail.errors import InputError
from longtail.report.figures.coupling_figure import draw_coupling

GRID = {"dimensions": [16, 64, 256], "spreads": [0.5, 2.0], "title": "Max margin"}


def test_every_cell_is_written_and_certified_ones_are_framed():
    axes = Figure().subplots()
    measured = [0.9, 0.5, 1.0, 0.6, 1.0, 0.7]
    draw_coupling(axes, **GRID, measured=measured, certified=[0.0, 0.0, 0.95, 0.2, 1.0, 0.0])
    written = {(*map(int, text.get_position()), text.get_text()) for text in axes.texts}
    assert written == {(i // 2, i % 2, f"{value:.2f}") for i, value in enumerate(measured)}
    frames = {(round(patch.get_x() + 0.46), round(patch.get_y() + 0.46)) for patch in axes.patches}
    assert frames == {(1, 0), (2, 0)}
    assert axes.images[0].get_array().shape == (2, 3)
    assert [label.get_text() for label in axes.get_xticklabels()] == ["16", "64", "256"]


def test_a_grid_that_does_not_fit_is_refused():
    with pytest.raises(InputError, match="measured must hold 3 x 2 values; got 5"):
        draw_coupling(Figure().subplots(), **GRID, measured=[1.0] * 5, certified=[1.0] * 6)
