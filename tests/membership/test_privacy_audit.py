"""Bounds on epsilon where it is known: nothing, randomized response, and a Gaussian release."""

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import binom, chi2

from longtail.errors import InputError
from longtail.membership import epsilon_lower_bound
from longtail.membership.privacy_audit import _Counts, _least_favorable_rates
from longtail.privacy_accounting import GaussianRelease


def test_no_false_alarm_where_nothing_leaks():
    """400 runs: more than 32 positive would have probability 0.4 % at the allowed rate of 5 %."""
    rng = np.random.default_rng(0)
    positive = sum(epsilon_lower_bound(rng.normal(size=100), rng.normal(size=100)).value > 0 for _ in range(400))
    assert positive <= 32


@pytest.mark.parametrize("epsilon", [1.0, 2.0, 4.0])
def test_randomized_response_is_bounded_from_below_and_closely(epsilon):
    """5,000 canaries, 100 runs: at most 11 above the truth (0.4 % at the allowed rate), all within 25 %."""
    rng = np.random.default_rng(1)
    truth = np.exp(epsilon) / (1 + np.exp(epsilon))
    bounds = np.array(
        [epsilon_lower_bound(rng.random(2500) < truth, rng.random(2500) >= truth).value for _ in range(100)]
    )
    assert (bounds > epsilon).sum() <= 11
    assert (bounds > 0.75 * epsilon).all()


def test_a_gaussian_release_is_bounded_within_a_quarter_when_it_is_known_to_be_one():
    """Epsilon 2 at delta 1e-5, 5,000 canaries, 100 runs; the median bound is above 1.5."""
    rng, delta = np.random.default_rng(2), 1e-5
    mu = brentq(lambda m: GaussianRelease(mu=m).epsilon_at(delta) - 2, 0.1, 2)
    pairs = [(rng.normal(mu, 1, 2500), rng.normal(size=2500)) for _ in range(100)]
    known = np.array([epsilon_lower_bound(*pair, delta, mechanism="gaussian").value for pair in pairs])
    assert (known > 2).sum() <= 11
    assert np.median(known) > 1.5
    unknown = np.array([epsilon_lower_bound(*pair, delta).value for pair in pairs])
    assert (unknown > 2).sum() <= 11
    assert np.median(unknown) < np.median(known)


def test_the_region_of_rates_covers_as_often_as_it_says_by_enumeration():
    """12 members, 12 others: sum the probability of all counts whose region leaves out the truth."""
    n, p, q, alpha = 12, 0.8, 0.3, 0.05
    missed = 0.0
    for hits in range(n + 1):
        for alarms in range(n + 1):
            hit_rates, alarm_rates = _least_favorable_rates(_Counts(hits, n, alarms, n), alpha)
            inside = ((hit_rates <= p) & (alarm_rates >= q)).any()
            missed += (not inside) * binom.pmf(hits, n, p) * binom.pmf(alarms, n, q)
    assert 0 < missed <= alpha


def test_looking_at_the_scores_that_are_counted_would_raise_false_alarms():
    """The fault planted: the threshold chosen on the same scores, and limits that take no account of it."""
    rng = np.random.default_rng(3)
    positive = 0
    for _ in range(60):
        members, others = np.sort(rng.normal(size=100)), np.sort(rng.normal(size=100))
        thresholds = np.concatenate([members, others])
        hits, alarms = ((100 - np.searchsorted(scores, thresholds)) for scores in (members, others))
        pairs = (_least_favorable_rates(_Counts(h, 100, a, 100), 0.05) for h, a in zip(hits, alarms, strict=True))
        positive += any((p > q).all() for p, q in pairs)
        if positive > 6:  # twice what the level allows in all of them
            return
    raise AssertionError(positive)


def test_scores_that_are_lower_for_nobody_show_the_vacuous_bound():
    assert epsilon_lower_bound(np.zeros(50), np.ones(50)).value == 0.0
    assert epsilon_lower_bound(np.ones(50), np.ones(50)).value == 0.0


def test_perfect_separation_is_finite_and_as_large_as_the_counts_allow():
    """80 of 80 hits and 0 of 80 alarms allow p (1 - q) >= c^(1/80); p / q is least at p = 1, q = 1 - c^(1/80)."""
    c = np.exp(-chi2.isf(0.05, 4) / 2)
    bound = epsilon_lower_bound(np.ones(100), np.zeros(100)).value
    assert bound == pytest.approx(-np.log(1 - c ** (1 / 80)), rel=0.01)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"scores_of_members": np.ones(9)}, "scores_of_members"),
        ({"scores_of_non_members": np.full(20, np.nan)}, "scores_of_non_members"),
        ({"delta": 1.0}, "delta"),
        ({"level": 1.0}, "level"),
        ({"mechanism": "laplace"}, "mechanism"),
        ({"mechanism": "gaussian"}, "delta must be positive"),
    ],
)
def test_bad_input_is_refused(change, said):
    with pytest.raises(InputError, match=said):
        epsilon_lower_bound(**{"scores_of_members": np.ones(20), "scores_of_non_members": np.zeros(20)} | change)
