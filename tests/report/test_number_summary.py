"""Numbers in the sentences on a regression: an end of an interval that is not 0 is not written as 0."""

import pytest

from longtail.estimate import Estimate
from longtail.report.words.number_summary import _told


@pytest.mark.parametrize(
    ("ends", "factor", "told"),
    [
        ((0.0016, 0.0003, 0.003), 1, "0.0016 [0.0003, 0.0030]"),
        ((0.267, 0.243, 0.291), 1, "0.267 [0.243, 0.291]"),
        ((-0.003, -0.005, -0.001), 1, "−0.003 [−0.005, −0.001]"),
        ((0.002, 0.0, 0.004), 1, "0.002 [0.000, 0.004]"),
        ((0.1, -0.0002, 0.2), 1, "0.100 [−0.000, 0.200]"),
        ((0.057, 0.049, 0.065), 100, "5.7 [4.9, 6.5]"),
    ],
)
def test_what_is_sure_looks_sure(ends, factor, told):
    value, low, high = ends
    assert _told(Estimate(value=value, low=low, high=high, level=0.95, method=""), factor) == told
