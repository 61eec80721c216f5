"""Both parts of coupling against a brute-force count, and against a world in which they are known."""

import numpy as np
import pytest

from longtail.scores.carry_over import carry_over

ALL = {"seen once": (1, 1), "more": (2, 10**9)}


def brute_force(inclusion, correct, kinds, low, high):
    """Every pair of a seen and a fresh example of one kind, each pair weighing one over the number seen."""
    sums = np.zeros((2, 2))
    for inside, right in zip(inclusion, correct, strict=True):
        for kind in np.unique(kinds):
            seen, fresh = np.flatnonzero(inside & (kinds == kind)), np.flatnonzero(~inside & (kinds == kind))
            if low <= len(seen) <= high:
                for i in seen:
                    for j in fresh:
                        sums[int(right[i])] += [float(right[i] == right[j]) / len(seen), 1 / len(seen)]
    return sums[:, 0] / sums[:, 1]


def test_it_is_the_count_over_pairs():
    rng = np.random.default_rng(0)
    kinds = rng.integers(40, size=150)
    inclusion, correct = rng.random((7, 150)) < 0.6, rng.random((7, 150)) < 0.7
    found = carry_over(inclusion, correct, kinds, ALL)
    for name, (low, high) in ALL.items():
        assert found[name].parts == pytest.approx(tuple(brute_force(inclusion, correct, kinds, low, high)))


def test_leaving_out_a_fold_is_leaving_out_its_subpopulations():
    rng = np.random.default_rng(1)
    kinds = rng.integers(60, size=300)
    inclusion, correct = rng.random((4, 300)) < 0.5, rng.random((4, 300)) < 0.6
    whole = carry_over(inclusion, correct, kinds, {"all": (1, 10**9)})["all"]
    for fold in (0, 7, 19):
        kept = kinds % 20 != fold
        part = carry_over(inclusion[:, kept], correct[:, kept], kinds[kept], {"all": (1, 10**9)})["all"]
        np.testing.assert_allclose(whole.without[fold], part.parts)


def test_known_coupling_is_found():
    """400 kinds of 8, 10 trials, misfits carry over with 0.7, fits with 0.9: sums of 12,800 fresh examples, so that
    four standard errors (clustered by trial and kind: at most 0.012) miss by chance less than once in 10,000 seeds."""
    rng = np.random.default_rng(2)
    kinds = np.repeat(np.arange(400), 8)
    inclusion = np.tile(np.arange(8) < 4, (10, 400))
    fitted = np.repeat(rng.random((10, 400)) < 0.5, 8, axis=1)
    stays = rng.random((10, 3200)) < np.where(fitted, 0.9, 0.7)
    correct = np.where(inclusion | stays, fitted, ~fitted)
    found = carry_over(inclusion, correct, kinds, {"all": (1, 10**9)})["all"]
    assert found.parts == pytest.approx((0.7, 0.9), abs=0.05)
    assert found.misfits.low <= 0.7 <= found.misfits.high
    assert found.fits.low <= 0.9 <= found.fits.high


def test_what_too_few_kinds_show_is_assumed():
    kinds = np.repeat(np.arange(4), 2)
    inclusion = np.tile([True, False], (6, 4))
    found = carry_over(inclusion, np.zeros((6, 8), bool), kinds, ALL)["seen once"]
    assert found.misfits is None
    assert found.fits is None
    assert found.parts == (1.0, 1.0)
    assert (found.without == 1).all()
    assert carry_over(inclusion, np.zeros((6, 8), bool), kinds, ALL)["more"].parts == (1.0, 1.0)
