"""Rank correlation and precision against another library, all orders of ties, and closed forms."""

from itertools import permutations

import numpy as np
import pytest
from scipy.stats import spearmanr

from longtail.errors import InputError
from longtail.scores.proxy_quality import precision_at_top, proxy_qualities, rank_correlation


def test_rank_correlation_is_spearmans_ties_and_infinities_included():
    rng = np.random.default_rng(0)
    proxy, truth = rng.integers(5, size=80).astype(float), rng.normal(size=80).round(1)
    assert rank_correlation(proxy, truth) == pytest.approx(spearmanr(proxy, truth).statistic)
    never_learnt = np.where(proxy == 4, np.inf, proxy)
    assert rank_correlation(never_learnt, truth) == pytest.approx(rank_correlation(proxy, truth))
    assert np.isnan(rank_correlation(np.ones(80), truth))


def test_precision_is_the_mean_over_all_orders_of_what_ties():
    proxy = np.array([3.0, 1, 1, 1, 0, 0])
    truth = np.array([0.1, 0.9, 0.2, 0.8, 0.8, 0.0])
    hits = {1, 3, 4}  # the three highest
    found = []
    for order in permutations(range(6)):
        top = sorted(order, key=lambda i: -proxy[i])[:3]  # stable: ties in the order of the permutation
        found.append(len(hits & set(top)) / 3)
    assert precision_at_top(proxy, truth, 0.5) == pytest.approx(np.mean(found))


def test_ties_of_the_truth_at_its_kth_place_are_hits():
    assert precision_at_top(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 1.0, 1.0, 0.0]), 0.25) == 0
    assert precision_at_top(np.array([1.0, 2.0, 3.0, 0.0]), np.array([1.0, 1.0, 1.0, 0.0]), 0.25) == 1


def test_a_share_that_is_whole_is_not_rounded_up():
    """0.05 * 60 is 3.0000000000000004 or 3: three either way."""
    truth = np.arange(60.0)
    assert precision_at_top(truth, truth, 0.05) == 1
    assert precision_at_top(-truth, truth, 0.05) == 0
    assert precision_at_top(np.where(truth == 59, 0.0, truth), truth, 0.05) == pytest.approx(2 / 3)


def test_a_proxy_that_is_the_truth_and_one_that_is_chance():
    """400 examples, seed 1: chance has correlation 0 with standard error 1/sqrt(399); 4 sigma, false alarm 6e-5."""
    rng = np.random.default_rng(1)
    truth = rng.normal(size=400)
    found = proxy_qualities({"truth": truth**3, "chance": rng.normal(size=400)}, truth, n_resamples=400)
    assert found["truth"].rank_correlation.value == pytest.approx(1)
    assert found["truth"].precision_at_1.value == found["truth"].precision_at_5.value == 1
    chance = found["chance"].rank_correlation
    assert abs(chance.value) < 4 / np.sqrt(399)
    assert chance.high - chance.low == pytest.approx(2 * 1.96 / np.sqrt(399), rel=0.2)
    assert found["chance"].precision_at_5.value < 0.3


def test_the_interval_covers():
    """100 samples of 150 normal pairs with Spearman's (6/pi) asin(1/4), seed 2: 95 % less 4.5 sigma."""
    rng = np.random.default_rng(2)
    law = 6 / np.pi * np.arcsin(0.5 / 2)
    covered = 0
    for sample in range(100):
        truth = rng.normal(size=150)
        proxy = 0.5 * truth + np.sqrt(0.75) * rng.normal(size=150)
        found = proxy_qualities({"p": proxy}, truth, n_resamples=100, seed=sample)["p"].rank_correlation
        covered += found.low <= law <= found.high
    assert covered / 100 > 0.95 - 4.5 * np.sqrt(0.95 * 0.05 / 100)


def test_undetermined_examples_are_left_out_for_all():
    truth = np.array([0.1, np.nan, 0.3, 0.9, 0.2])
    found = proxy_qualities({"a": [1, 9, 3, 4, 2], "b": [1, 1, np.nan, 1, 1]}, truth, n_resamples=20)
    assert found["a"].rank_correlation.value == pytest.approx(1)
    assert np.isnan(found["b"].rank_correlation.value)


def test_the_same_seed_gives_the_same_intervals():
    rng = np.random.default_rng(3)
    proxy, truth = rng.normal(size=(2, 60))
    runs = [proxy_qualities({"a": proxy}, truth, n_resamples=50, seed=seed) for seed in (0, 0, 1)]
    assert runs[0] == runs[1] != runs[2]


def test_bad_input_is_refused():
    with pytest.raises(InputError, match="a must hold one number for each of 3"):
        proxy_qualities({"a": [1.0, 2.0]}, [1.0, 2.0, 3.0])
    with pytest.raises(InputError, match="at least two examples"):
        proxy_qualities({"a": [1.0, 2.0]}, [1.0, np.nan])
    with pytest.raises(InputError, match="level must"):
        proxy_qualities({"a": [1.0, 2.0]}, [1.0, 2.0], level=1.5)
    with pytest.raises(InputError, match="n_resamples"):
        proxy_qualities({"a": [1.0, 2.0]}, [1.0, 2.0], n_resamples=0)
