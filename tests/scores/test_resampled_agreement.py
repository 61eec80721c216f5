"""Many resamples at once against each of them sorted: rank correlation of SciPy, precision from its definition."""

import numpy as np
import pytest

from longtail.scores.proxy_quality import precision_at_top, rank_correlation
from longtail.scores.resampled_agreement import ResampledOrder, drawn, precisions_at_top, rank_correlations


@pytest.mark.parametrize("values", [2, 6, 1_000])
def test_each_resample_is_what_sorting_it_gives(values, monkeypatch):
    """Few values tie at every place, infinities too; in blocks of three resamples."""
    rng = np.random.default_rng(values)
    truth, proxy = rng.integers(values, size=(2, 40)).astype(float)
    proxy[proxy == values - 1] = np.inf
    samples = [np.arange(40), *rng.integers(40, size=(19, 40)), np.full(40, 7)]
    monkeypatch.setattr("longtail.scores.resampled_agreement._CELLS_PER_BLOCK", 120)
    blocks = list(drawn(samples, 40))
    assert [len(block) for block in blocks] == [3] * 7
    orders = ResampledOrder.of(proxy), ResampledOrder.of(truth)
    found = np.concatenate([rank_correlations(*(each.ranks(counts) for each in orders), counts) for counts in blocks])
    expected = [rank_correlation(proxy[chosen], truth[chosen]) for chosen in samples]
    np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-14)
    for share in (0.01, 0.05, 0.3, 1.0):
        found = np.concatenate([precisions_at_top(*orders, counts, share) for counts in blocks])
        expected = [precision_at_top(proxy[chosen], truth[chosen], share) for chosen in samples]
        np.testing.assert_allclose(found, expected, rtol=1e-13)
