"""Every learner's stated accuracy against its own predictions, and against what theory says it can reach at most."""

import math

import numpy as np
import pytest

from longtail.errors import InputError
from longtail.simulators import DiscreteDomain, GammaLimited, LabelPrivateVote, MajorityVote, Memorizer, NeverFits
from longtail.simulators.learners import plurality
from longtail.theory import least_error_label_private, least_error_memorization_limited

LEARNERS = [Memorizer(), MajorityVote(), NeverFits(max_count=2), GammaLimited(gamma=0.2), LabelPrivateVote(epsilon=1.5)]


@pytest.mark.parametrize("label_noise", [0.0, 0.35])
@pytest.mark.parametrize("learner", LEARNERS, ids=repr)
def test_predictions_have_the_stated_accuracy(learner, label_noise):
    """60,000 points at each of 5 counts, seed 0; 5 standard errors: a false alarm in 3e4 over all 50."""
    rng, size, n_classes = np.random.default_rng(0), 60_000, 4
    domain = DiscreteDomain(frequencies=[1], n_samples=1, n_classes=n_classes, label_noise=label_noise)
    for count in (0, 1, 2, 3, 6):
        labels = rng.integers(n_classes, size=size, dtype=np.uint8)
        observed = domain.show(np.repeat(labels[:, None], count, axis=1), rng)
        accuracy = learner.accuracy(count, n_classes, label_noise)
        hits = (learner.predict(observed, n_classes, rng) == labels).mean()
        assert abs(hits - accuracy) <= 5 * math.sqrt(accuracy * (1 - accuracy) / size) + 1e-12


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("gamma", [0.0, 0.1, 0.5, 1.0])
def test_gamma_limited_attains_the_least_error(gamma, count):
    error = 1 - GammaLimited(gamma=gamma).accuracy(count, 10, 0.0)
    assert error == pytest.approx(least_error_memorization_limited(0.1, gamma, count), abs=1e-12)


@pytest.mark.parametrize("epsilon", [0.0, 0.5, math.log(6), 5.0])
def test_randomized_response_attains_the_least_error_at_a_singleton(epsilon):
    error = 1 - LabelPrivateVote(epsilon=epsilon).accuracy(1, 10, 0.0)
    assert error == pytest.approx(least_error_label_private(0.1, epsilon, 0.0, 1, n_classes=10), abs=1e-12)


def test_ties_are_broken_evenly():
    """Labels 0, 1, 1, 0 of three classes, 40,000 rows, seed 5; 5 standard errors of 1/400."""
    votes = plurality(np.tile(np.array([0, 1, 1, 0], np.uint8), (40_000, 1)), 3, np.random.default_rng(5))
    assert set(np.unique(votes)) == {0, 1}
    assert abs(votes.mean() - 0.5) < 5 / 400


def test_bad_input():
    with pytest.raises(InputError, match=r"gamma must lie in \[0, 1\]; got 1.5"):
        GammaLimited(gamma=1.5)
    with pytest.raises(InputError, match="epsilon must be a number; got nan"):
        LabelPrivateVote(epsilon=math.nan)
    with pytest.raises(InputError, match="max_count"):
        NeverFits(max_count=-1)
