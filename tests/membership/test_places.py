"""Places among ordered numbers beside NumPy's own search and interpolation: ties, both zeros, infinities and NaN."""

import numpy as np
import pytest

from longtail.membership.places import Thresholds, between, lines_at, of_ranks, shares_at_or_below

SPECIAL = [0.0, -0.0, np.inf, -np.inf, np.nan, 1e-40, -1e-40, 1.0, -1.0]


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_scores_are_counted_where_numpy_finds_them(kind):
    rng = np.random.default_rng(0)
    thresholds = np.unique(np.concatenate([rng.normal(size=200).round(2), [-1e9, -0.0, 1e-40, 3e9]]).astype(kind))
    scores = np.concatenate([rng.normal(size=3000).round(2), 1e9 * rng.normal(size=500), SPECIAL]).astype(kind)
    members, group = rng.random(len(scores)) < 0.4, rng.integers(0, 3, len(scores))
    counts = np.zeros((3, 2, len(thresholds) + 1), np.int64)
    Thresholds.of(thresholds).tally(scores, members, group, counts)
    expected, known = np.zeros_like(counts), ~np.isnan(scores)
    places = np.searchsorted(thresholds, scores[known], side="left")
    np.add.at(expected, (group[known], members[known].astype(int), places), 1)
    assert np.array_equal(counts, expected)


@pytest.mark.parametrize("ordered", [[1.0], [2.0, 2.0, 2.0], np.geomspace(1e-12, 1e9, 700), np.arange(50.0).repeat(4)])
def test_shares_are_those_of_a_search_to_the_right(ordered):
    ordered = np.sort(np.asarray(ordered))
    asked = np.concatenate([ordered, np.random.default_rng(1).normal(size=500) * ordered[-1], SPECIAL])
    assert np.array_equal(
        shares_at_or_below(ordered, asked), np.searchsorted(ordered, asked, side="right") / len(ordered)
    )


@pytest.mark.parametrize("n_corners", [1, 2, 20])
def test_lines_are_those_of_interpolation(n_corners):
    rng = np.random.default_rng(2)
    corners, heights = np.sort(rng.normal(size=n_corners)), rng.normal(size=n_corners)
    numbers = np.concatenate([3 * rng.normal(size=500), corners])
    found = lines_at(corners, heights, numbers, between(corners, numbers))
    np.testing.assert_allclose(found, np.interp(numbers, corners, heights), rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("law", ["normal", "standard_cauchy", "integers", "equal", "infinite", "small"])
def test_numbers_of_ranks_are_those_of_a_full_sort(law):
    rng = np.random.default_rng(0)
    numbers = {
        "normal": rng.normal(size=40_000).astype(np.float32),
        "standard_cauchy": rng.standard_cauchy(40_000) ** 3,
        "integers": rng.integers(0, 7, 40_000).astype(float),
        "equal": np.full(40_000, -2.5),
        "infinite": np.append(rng.normal(size=40_000), [np.inf, -np.inf]),
        "small": rng.normal(size=9),
    }[law]
    ranks = np.r_[0, len(numbers) - 1, rng.integers(0, len(numbers), 60), 0]
    np.testing.assert_array_equal(of_ranks(numbers, ranks), np.sort(numbers)[ranks])
