"""Coverage and width of the interval, summed exactly; edges that no approximation may cross."""

import numpy as np
import pytest
from scipy.stats import binom

from longtail.scores.proportions import (
    clopper_pearson_difference,
    difference_of_proportions,
    newcombe_difference,
)

RATES = np.r_[0, 0.003, 0.02, 0.05:0.951:0.1, 0.98, 0.997, 1]
COUNTS = [(6, 6), (14, 6), (10, 10), (35, 15), (70, 30), (90, 10), (50, 50), (140, 60)]


def _exact(counts, level=0.95, rule=difference_of_proportions):
    """Coverage at each pair of rates, and expected width over Newcombe's."""
    n1, n2 = counts
    k1, k2 = np.meshgrid(np.arange(n1 + 1), np.arange(n2 + 1), indexing="ij")
    ours, theirs = rule(k1, n1, k2, n2, level), newcombe_difference(k1, n1, k2, n2, level)
    weight_1 = binom.pmf(np.arange(n1 + 1), n1, RATES[:, None])
    weight_2 = binom.pmf(np.arange(n2 + 1), n2, RATES[:, None])
    truth = RATES[:, None, None, None] - RATES[None, :, None, None]
    covered = (ours.low <= truth + 1e-12) & (truth - 1e-12 <= ours.high)
    coverage = np.einsum("ia,ijab,jb->ij", weight_1, covered, weight_2)
    widths = [weight_1 @ (interval.high - interval.low) @ weight_2.T for interval in (ours, theirs)]
    return coverage, widths[0] / widths[1]


@pytest.mark.parametrize("counts", COUNTS)
def test_envelope_covers_everywhere_and_is_no_wider_than_promised(counts):
    coverage, width = _exact(counts)
    assert coverage.min() >= 0.93
    assert width.max() <= 1.1 + 1e-9
    spread = RATES * (1 - RATES)
    enough = (counts[0] * spread >= 5)[:, None] & (counts[1] * spread >= 5)
    if enough.any():
        assert 0.94 <= coverage[enough].mean() <= 0.97


def test_newcombe_alone_would_fail():
    coverage, _ = _exact((14, 6), rule=newcombe_difference)
    assert coverage.min() < 0.9


@pytest.mark.parametrize("level", [0.8, 0.95, 0.999])
def test_exact_interval_never_covers_less_than_its_level(level):
    coverage, _ = _exact((14, 6), level, clopper_pearson_difference)
    assert coverage.min() >= level


def test_mirror_images_have_mirrored_intervals():
    there = difference_of_proportions([3, 14, 0], 14, [6, 0, 2], 6, 0.95)
    back = difference_of_proportions([6, 0, 2], 6, [3, 14, 0], 14, 0.95)
    np.testing.assert_allclose(there.low, -back.high, atol=1e-12)
    np.testing.assert_allclose(there.high, -back.low, atol=1e-12)
    assert (there.low <= there.value).all()
    assert (there.value <= there.high).all()
    assert there.low.min() >= -1
    assert there.high.max() <= 1


def test_no_trials_no_interval():
    assert np.isnan(difference_of_proportions(0, 0, 3, 5, 0.95)).all()
    assert np.isnan(clopper_pearson_difference(0, 0, 3, 5, 0.95)).all()
