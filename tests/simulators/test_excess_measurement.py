"""Measured excess error against the identity, its average, and the theory's cost of a promise."""

import math

import numpy as np
import pytest

from longtail.errors import InputError
from longtail.simulators import (
    DiscreteDomain,
    GammaLimited,
    LabelPrivateVote,
    MajorityVote,
    Memorizer,
    NeverFits,
    expected_excess,
    measure_excess,
)
from longtail.theory import LongTailModel, Zipf

LEARNERS = [Memorizer(), MajorityVote(), NeverFits(max_count=2), GammaLimited(gamma=0.3), LabelPrivateVote(epsilon=2.0)]
MODEL = LongTailModel(prior=Zipf(400), n_samples=400, n_classes=10)
FALSE_ALARM = 1e-6
DOMAINS = {
    noise: DiscreteDomain(prior=Zipf(400), n_samples=400, n_classes=10, label_noise=noise) for noise in (0.0, 0.3)
}
"""Made once, since each keeps what it has computed of its prior."""


@pytest.mark.parametrize("label_noise", [0.0, 0.3])
@pytest.mark.parametrize("learner", LEARNERS, ids=repr)
def test_measured_excess_covers_identity_and_expectation(learner, label_noise):
    """75 worlds, seed 0, intervals of level 1 - 1e-6, 20 of them: a false alarm in 5e4."""
    measured = measure_excess(DOMAINS[label_noise], learner, n_draws=75, seed=0, level=1 - FALSE_ALARM, max_count=8)
    assert measured.difference.low <= 0 <= measured.difference.high
    expected = measured.expected
    if expected.condition == "an equality":
        assert measured.excess.low <= expected.value <= measured.excess.high
        if measured.bound is not None:
            assert measured.bound.low - 1e-12 <= expected.value <= measured.bound.high + 1e-12
        assert measured.identity.low - 1e-12 <= expected.value <= measured.identity.high + 1e-12
    else:
        assert expected.value <= measured.excess.high


def test_expected_excess_is_the_models_cost():
    domain = DOMAINS[0.0]
    limited = expected_excess(domain, GammaLimited(gamma=0.5)).value
    assert limited == pytest.approx(MODEL.cost_of_memorization_limit(gamma=0.5), rel=1e-9)
    singletons = expected_excess(domain, NeverFits(max_count=1)).value
    assert singletons == pytest.approx(0.9 * MODEL.singleton_mass, rel=1e-12)
    private = expected_excess(domain, LabelPrivateVote(epsilon=1.0), max_count=1).value
    assert private == pytest.approx(MODEL.cost_of_label_privacy(epsilon=1.0), rel=1e-9)


def test_expected_excess_of_a_known_world_is_a_binomial_sum():
    frequencies = np.arange(1, 30) / np.arange(1, 30).sum()
    domain = DiscreteDomain(frequencies=frequencies, n_samples=50, n_classes=4)
    exact = 0.75 * sum(
        p * math.comb(50, count) * p**count * (1 - p) ** (50 - count) for p in frequencies for count in (1, 2, 3)
    )
    bound = expected_excess(domain, NeverFits(max_count=3))
    assert bound.value == pytest.approx(exact, rel=1e-12)
    assert bound.condition == "an equality"
    assert "beyond 2" in expected_excess(domain, NeverFits(max_count=3), max_count=2).condition


def test_bound_is_none_under_noise_and_weighs_the_errors_made_otherwise():
    noisy = DiscreteDomain(frequencies=[3, 2, 1], n_samples=4, n_classes=3, label_noise=0.1)
    assert measure_excess(noisy, NeverFits(), n_draws=3, seed=0).bound is None
    clean = DiscreteDomain(frequencies=[3, 2, 1], n_samples=4, n_classes=3)
    measured = measure_excess(clean, NeverFits(max_count=2), n_draws=30, seed=0)
    weighed = sum(measured.errors_by_count[count] * clean.tau(count) for count in (1, 2))
    assert measured.bound is not None
    assert measured.bound.value == pytest.approx(weighed, rel=1e-12)


def test_a_planted_wrong_count_is_caught():
    """A learner that claims to miss singletons only, but misses pairs too: the difference leaves its interval."""

    class Liar(NeverFits):
        def accuracy(self, count, n_classes, label_noise):
            return NeverFits(max_count=1).accuracy(count, n_classes, label_noise)

    measured = measure_excess(DOMAINS[0.0], Liar(max_count=2), n_draws=50, seed=3, level=1 - FALSE_ALARM)
    assert measured.difference.low > 0


def test_single_draw_holds_the_world_fixed():
    domain = DiscreteDomain(prior=Zipf(100_000), n_samples=100_000, n_classes=10)
    measured = measure_excess(domain, NeverFits(), n_draws=1, seed=0, level=1 - FALSE_ALARM)
    assert "given D and the counts" in measured.excess.method
    assert measured.excess.low <= measured.identity.value <= measured.excess.high
    assert measured.errors_by_count[1] > 0
    assert measured.errors_by_count[2] == 0
    assert measured.bound is not None
    assert measured.bound.value == pytest.approx(measured.errors_by_count[1] * 0.4637449982494441e-5, rel=1e-9)
    assert measured.to_json()["n_draws"] == 1


def test_same_seed_same_measurement():
    domain = DiscreteDomain(prior=Zipf(200), n_samples=200, n_classes=3)
    first, second = (measure_excess(domain, LabelPrivateVote(epsilon=1.0), n_draws=5, seed=9) for _ in range(2))
    assert first == second


def test_bad_input():
    domain = DiscreteDomain(frequencies=[1, 1], n_samples=10, n_classes=2)
    with pytest.raises(InputError, match="n_draws must be a whole number of at least 1; got 0"):
        measure_excess(domain, Memorizer(), n_draws=0, seed=0)
