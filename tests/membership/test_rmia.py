"""RMIA beside a naive loop."""

import numpy as np
import pytest
from scipy.special import expit

from longtail.errors import InputError
from longtail.membership import rmia
from longtail.outcomes import Outcomes


@pytest.fixture
def outcomes():
    rng = np.random.default_rng(0)
    inclusion = np.array([rng.permutation(20) < 10 for _ in range(12)]).T
    confidence = rng.normal(size=12) + rng.normal(size=(20, 12)) + 2 * inclusion
    test = rng.normal(size=(20, 30))
    return Outcomes.from_arrays(
        inclusion, confidence > 0, test_correct=test > 0, confidence=confidence, test_confidence=test
    )


@pytest.mark.parametrize("mode", ["online", "offline"])
@pytest.mark.parametrize("gamma", [1.0, 1.5])
def test_agrees_with_a_naive_loop(outcomes, mode, gamma):
    p, z, a = expit(outcomes.confidence), expit(outcomes.test_confidence), 0.3
    expected = np.zeros((20, 12))
    for t in range(20):
        others = [s for s in range(20) if s != t]
        for i in range(12):
            inside = [p[s, i] for s in others if outcomes.inclusion[s, i]]
            out = np.mean([p[s, i] for s in others if not outcomes.inclusion[s, i]])
            reference = (np.mean(inside) + out) / 2 if mode == "online" else (1 + a) / 2 * out + (1 - a) / 2
            ratio = p[t, i] / reference
            population = [z[t, j] / ((1 + a) / 2 * np.mean(z[others, j]) + (1 - a) / 2) for j in range(30)]
            expected[t, i] = np.mean([ratio / each >= gamma for each in population])
    scores = rmia(outcomes, mode, gamma=gamma, matched=False)
    assert (np.abs(scores.score - expected) < 1e-6).mean() > 0.99  # single precision may move a tie
    assert np.abs(scores.score - expected).max() <= 1 / 30 + 1e-6


def test_without_a_population_it_is_refused_by_name(outcomes):
    bare = Outcomes.from_arrays(outcomes.inclusion, outcomes.correct, confidence=outcomes.confidence)
    with pytest.raises(InputError, match="test_confidence must be stored with the trials for RMIA, online"):
        rmia(bare)


@pytest.mark.parametrize("option", [{"mode": "both"}, {"gamma": 0.0}, {"offline_a": 1.5}])
def test_options_are_checked(outcomes, option):
    with pytest.raises(InputError, match=next(iter(option))):
        rmia(outcomes, **option)
