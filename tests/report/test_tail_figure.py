"""The rank-frequency figure: a file of its own, readable, without a placeholder left in it."""

from xml.etree import ElementTree

import matplotlib as mpl

from longtail.report.figures.tail_figure import rank_frequency_svg

CURVE = {
    "name": "species <& others>",
    "n_samples": 60,
    "ranks": [1, 2, 3, 10],
    "frequencies": [0.5, 0.2, 0.1, 1 / 60],
    "fitted_ranks": [1.0, 3.0, 3.0, 30.0],
    "fitted_frequencies": [0.4, 0.4, 0.01, 0.01],
    "seen_once": 1 / 60,
    "costly_band": [1 / 180, 2 / 60],
}


def test_it_is_one_file_that_needs_no_page():
    before = dict(mpl.rcParams)
    text = rank_frequency_svg([CURVE])
    root = ElementTree.fromstring(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "var(" not in text
    assert "species &lt;&amp; others&gt;" in text
    assert dict(mpl.rcParams) == before


def test_the_same_numbers_make_the_same_bytes():
    assert rank_frequency_svg([CURVE, CURVE]) == rank_frequency_svg([CURVE, CURVE])
