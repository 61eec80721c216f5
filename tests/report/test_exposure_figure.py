"""Dots are read back from the axes; who does not see them is told the same by the label."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.figure import Figure

from longtail.errors import InputError
from longtail.report.figures.exposure_figure import draw_exposure, exposure_panel
from longtail.report.figures.roc_figure import roc_svg
from longtail.report.figures.svg import ACCENT
from report.test_membership import MEMBERSHIP


def test_every_example_is_a_dot_within_the_axes():
    axes = Figure().subplots()
    memorization, vulnerability = [-0.3, 0.0, 0.5, 1.0], [0.31, 0.5, 0.8, 1.0]
    draw_exposure(axes, memorization=memorization, vulnerability=vulnerability)
    coin, dots = axes.lines
    assert list(coin.get_ydata()) == [0.5, 0.5]
    assert np.array_equal(dots.get_xydata(), np.transpose([memorization, vulnerability]))
    assert (dots.get_linestyle(), dots.get_color()) == ("None", ACCENT)
    for values, (low, high) in ((memorization, axes.get_xlim()), (vulnerability, axes.get_ylim())):
        assert low < min(values) < max(values) < high


def test_no_examples_can_be_drawn():
    axes = Figure().subplots()
    draw_exposure(axes, memorization=[], vulnerability=[])
    assert len(axes.lines[1].get_xdata()) == 0


def test_unequal_lengths_are_refused():
    with pytest.raises(InputError, match="vulnerability must hold 2 values"):
        draw_exposure(Figure().subplots(), memorization=[0.1, 0.2], vulnerability=[0.5])


def test_the_label_tells_the_means_of_each_range():
    drawn = exposure_panel(MEMBERSHIP).label
    assert "memorization below 0.25: 2, on average 0.550; 0.25 to 0.5: 1, on average 0.700; " in drawn
    assert "0.75 and more: 1, on average 0.980" in drawn
    assert "0.5 to 0.75" not in drawn


def test_findings_without_a_scatter_have_no_drawing():
    with pytest.raises(InputError, match="keep the scatter"):
        exposure_panel(replace(MEMBERSHIP, scatter=None))


def test_the_file_of_the_curves_has_the_dots_beside_them():
    both, alone = roc_svg(MEMBERSHIP), roc_svg(replace(MEMBERSHIP, scatter=None))
    assert 'viewBox="0 0 1120 480"' in both
    assert 'viewBox="0 0 560 480"' in alone
    assert "Exposure against memorization" in both
    assert "Exposure against memorization" not in alone
