"""What is drawn, read back from the axes."""

import matplotlib
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from longtail.report.figures import draw_memorization, draw_tail, drawings, series_index
from longtail.report.svg import ACCENT, SERIES, WARM
from report.example_findings import FINDINGS, RESOLUTIONS


@pytest.fixture
def axes():
    return Figure().subplots()


def test_every_bin_has_its_bar_and_bars_beyond_the_threshold_are_warm(axes):
    edges, counts = [-0.25, 0.0, 0.25, 0.5, 1.0], [1, 700, 0, 3]
    draw_memorization(axes, edges=edges, counts=counts, threshold=0.25, x_label="memorization")
    bars = axes.patches
    assert [bar.get_height() for bar in bars] == counts
    assert [bar.get_x() for bar in bars] == edges[:-1]
    assert [bar.get_width() for bar in bars] == [0.25, 0.25, 0.25, 0.5]
    assert [to_hex(bar.get_facecolor()) for bar in bars] == [ACCENT, ACCENT, WARM, WARM]
    assert axes.get_yscale() == "log"
    assert axes.get_ylim()[0] < 1 < 700 < axes.get_ylim()[1]


def test_a_histogram_without_examples_can_be_drawn(axes):
    draw_memorization(axes, edges=[0.0, 0.5, 1.0], counts=[0, 0], threshold=0.25, x_label="memorization")
    assert all(bar.get_height() == 0 for bar in axes.patches)


def test_singletons_are_marked_from_the_first_to_the_last_at_one_in_n(axes):
    n_samples = FINDINGS.tail.n_samples
    draw_tail(axes, resolutions=RESOLUTIONS, n_samples=n_samples)
    thick = [line for line in axes.lines if line.get_linewidth() > 4]
    assert len(thick) == len(RESOLUTIONS)
    for line, r, color in zip(thick, RESOLUTIONS, [SERIES[0], SERIES[1], SERIES[2], SERIES[4], SERIES[5]], strict=True):
        assert list(line.get_xdata()) == [r.n_subpopulations - r.n_singletons + 1, r.n_subpopulations]
        assert list(line.get_ydata()) == [1 / n_samples] * 2
        assert line.get_color() == color
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")


def test_series_colors_span_the_scale_and_repeat_only_when_there_are_more_curves():
    assert [series_index(k, 6) for k in range(6)] == list(range(6))
    assert series_index(0, 1) == 2
    assert {series_index(k, 20) for k in range(20)} == set(range(6))


def test_drawing_leaves_the_global_settings_alone():
    before = dict(matplotlib.rcParams)
    drawings(FINDINGS)
    assert dict(matplotlib.rcParams) == before


def test_the_users_settings_do_not_change_a_drawing():
    plain = drawings(FINDINGS)
    with matplotlib.rc_context({"axes.facecolor": "red", "font.size": 30, "lines.linewidth": 9}):
        assert drawings(FINDINGS) == plain
