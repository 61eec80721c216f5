"""The estimated prior: conservation laws, Good–Toulmin's series, the theory it goes into, and held-out examples."""

from math import isnan

import numpy as np
import pytest

from longtail.errors import InputError
from longtail.randomness import generator
from longtail.tail import FrequencyCounts, estimate_prior, estimate_tail
from longtail.theory import LongTailModel
from ten_priors import draw


@pytest.fixture(scope="module")
def zipf():
    return FrequencyCounts.from_counts(draw("Zipf 1", 5000, 5000, generator(0, "prior")).counts)


def test_what_was_seen_is_conserved(zipf):
    """A maximum-likelihood mixture predicts as many subpopulations as were seen, and as many examples but for rounding.

    The first because the weights sum to one; the second is the score equation of a common scale of all rates.
    """
    estimate = estimate_prior(zipf)
    assert estimate.expected_numbers @ -np.expm1(-estimate.rates) == pytest.approx(zipf.n_distinct, rel=1e-6)
    assert estimate.expected_numbers @ estimate.rates == pytest.approx(zipf.n_samples, rel=1e-3)


def test_twice_the_sample_agrees_with_good_and_toulmin(zipf):
    """At t = 2 the unbiased answer is Phi_1 - Phi_2 + Phi_3 - …, of standard deviation sqrt(subpopulations seen)."""
    new = estimate_prior(zipf).at_sample_size(2.0)["new_subpopulations"]
    signs = np.where(zipf.fingerprint.multiplicities % 2, 1, -1)
    assert abs(new - signs @ zipf.fingerprint.numbers) < 2 * np.sqrt(zipf.n_distinct)


def test_at_its_own_size_it_is_good_turing(zipf):
    estimate, tail = estimate_prior(zipf), estimate_tail(zipf)
    now = estimate.at_sample_size(1.0)
    assert now["unseen_mass"] == pytest.approx(tail.unseen_mass.value, rel=0.01)
    assert now["singleton_mass"] == pytest.approx(tail.singleton_mass.value, rel=0.03)
    assert estimate.tau(1).value == pytest.approx(tail.tau(1).value, rel=0.03)
    assert now["new_subpopulations"] == 0


def test_the_future_comes_as_predicted():
    """The first half of 20,000 Zipf examples predicts what the second half brings, within 5 %; seed 0."""
    frequencies = 1 / np.arange(1.0, 20_001)
    drawn = generator(0, "halves").choice(20_000, size=20_000, p=frequencies / frequencies.sum())
    half = estimate_prior(FrequencyCounts.from_labels(drawn[:10_000]))
    new = len(np.unique(drawn)) - len(np.unique(drawn[:10_000]))
    assert half.at_sample_size(2.0)["new_subpopulations"] == pytest.approx(new, rel=0.05)


def test_beyond_twice_the_sample_is_refused_with_the_reason(zipf):
    with pytest.raises(InputError, match="cannot tell apart"):
        estimate_prior(zipf).at_sample_size(3)


def test_it_goes_straight_into_the_theory(zipf):
    estimate = estimate_prior(zipf)
    model = LongTailModel(prior=estimate.prior, n_samples=zipf.n_samples, n_classes=10)
    assert model.unseen_mass == pytest.approx(estimate_tail(zipf).unseen_mass.value, rel=0.02)
    assert model.tau(1) == pytest.approx(estimate_tail(zipf).tau(1).value, rel=0.05)


def test_a_gap_in_the_prior_is_not_bridged():
    """Two-point: nobody is seen 2 or 3 times because of a common law; Good–Turing's tau_2 scatters, this less so."""
    errors = {"Good–Turing": [], "fitted": []}
    for k in range(25):
        sample = draw("two-point", 5000, 5000, generator(0, "gap", k))
        counts = FrequencyCounts.from_counts(sample.counts)
        if counts.fingerprint(2):
            truth = sample.realized[2] / counts.fingerprint(2)
            errors["Good–Turing"].append(estimate_tail(counts).tau(2).value - truth)
            errors["fitted"].append(estimate_prior(counts).tau(2).value - truth)
    plain, fitted = (np.sqrt(np.mean(np.square(values))) for values in errors.values())
    assert fitted < plain


def test_what_was_not_seen_so_often_is_undetermined():
    counts = FrequencyCounts.from_counts([1, 1, 1, 3])
    assert isnan(estimate_prior(counts).tau(2).value)
    assert estimate_prior(counts).mass_seen(2).high == 0


def test_a_million_subpopulations_reach_the_certified_gap():
    counts = FrequencyCounts.from_counts(generator(0, "many").zipf(1.6, size=1_000_000))
    estimate = estimate_prior(counts)
    assert estimate.gap <= 0.01


@pytest.mark.parametrize("level", [0, 1, 95])
def test_bad_levels_are_refused(level):
    with pytest.raises(InputError, match="level"):
        estimate_prior(FrequencyCounts.from_counts([1, 2]), level=level)
