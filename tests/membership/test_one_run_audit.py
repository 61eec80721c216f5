"""One run: coverage by exact summation, and the designs that are refused."""

import numpy as np
import pytest
from scipy.stats import binom

from longtail.errors import InputError
from longtail.membership import one_run_epsilon_lower_bound
from longtail.membership.one_run_audit import one_run_p_value


@pytest.mark.parametrize("epsilon", [0.0, 1.0, 3.0])
def test_randomized_response_is_rejected_as_rarely_as_said(epsilon):
    """P[p-value <= 5 %] under randomized response, summed over all counts of 200 guesses."""
    honest = np.exp(epsilon) / (1 + np.exp(epsilon))
    rejected = sum(binom.pmf(v, 200, honest) for v in range(201) if one_run_p_value(v, 200, 200, epsilon, 0.0) <= 0.05)
    assert 0.02 < rejected <= 0.05


def test_leaking_everything_with_probability_delta_is_covered():
    """The mechanism that is fair, but with probability delta tells one canary: exact, 12 canaries, delta 1 %."""
    m, delta = 12, 0.01
    right = np.array([1.0])
    for _ in range(m):
        each = 0.5 * (1 - delta) + delta
        right = np.convolve(right, [1 - each, each])
    rejected = sum(p for v, p in enumerate(right) if one_run_p_value(v, m, m, 0.0, delta) <= 0.05)
    assert rejected <= 0.05


def _told(rng, epsilon, m=5000):
    inside = rng.random(m) < 0.5
    return inside ^ (rng.random(m) > np.exp(epsilon) / (1 + np.exp(epsilon))), inside


@pytest.mark.parametrize("epsilon", [1.0, 2.0, 4.0])
def test_bounds_are_below_the_truth_and_within_a_quarter(epsilon):
    """40 runs: at most 7 above the truth (0.3 % at the allowed rate), the median within 25 %."""
    rng = np.random.default_rng(0)
    bounds = [one_run_epsilon_lower_bound(*_told(rng, epsilon), design="independent").value for _ in range(40)]
    assert np.sum(np.array(bounds) > epsilon) <= 7
    assert np.median(bounds) > 0.75 * epsilon


def test_few_false_alarms_where_nothing_leaks():
    """300 runs of 200 canaries: more than 25 positive would have probability 0.6 % at the allowed 5 %."""
    rng = np.random.default_rng(1)
    positive = sum(
        one_run_epsilon_lower_bound(rng.normal(size=200), rng.random(200) < 0.5, design="independent").value > 0
        for _ in range(300)
    )
    assert positive <= 25


def test_a_balanced_design_is_refused_by_name():
    with pytest.raises(InputError, match="design, for a one-run audit, must be \"independent\"; got 'balanced'"):
        one_run_epsilon_lower_bound(np.zeros(20), np.zeros(20, bool), design="balanced")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"fraction": 0.7}, "fraction, for a one-run audit, must be 0.5"),
        ({"scores": np.zeros(5)}, "scores"),
        ({"inclusion": np.zeros(20)}, "inclusion"),
        ({"delta": -1.0}, "delta"),
        ({"level": 0.0}, "level"),
    ],
)
def test_bad_input_is_refused(change, said):
    given = {"scores": np.zeros(20), "inclusion": np.zeros(20, bool), "design": "independent"}
    with pytest.raises(InputError, match=said):
        one_run_epsilon_lower_bound(**given | change)
