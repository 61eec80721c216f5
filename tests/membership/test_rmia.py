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


@pytest.fixture
def texts():
    """Loss a token of 12 texts: near 2.8 where a model saw them and 4.8 elsewhere, never near 0 (seed 0)."""
    rng = np.random.default_rng(0)
    inclusion = np.array([rng.permutation(20) < 10 for _ in range(12)]).T
    loss = 4.8 + 0.3 * rng.normal(size=12) + 0.1 * rng.normal(size=(20, 12)) - 2 * inclusion
    test = 4.8 + 0.3 * rng.normal(size=30) + 0.1 * rng.normal(size=(20, 30))
    return Outcomes.from_arrays(inclusion, performance=loss, test_performance=test, performance_name="log_loss")


@pytest.mark.parametrize("mode", ["online", "offline"])
def test_of_texts_it_measures_what_being_in_gains(texts, mode):
    """Members gain a factor e^2 and others none, so the two hardly mix; online, with the 0.3 of classes, all
    scores would be 1."""
    p, z, inside = (
        np.exp(-texts.performance.astype(float)),
        np.exp(-texts.test_performance.astype(float)),
        texts.inclusion,
    )
    expected = np.zeros((20, 12))
    for t in range(20):
        others = np.arange(20) != t
        mine = [p[others & inside[:, i], i].mean() for i in range(12)]
        out = np.array([p[others & ~inside[:, i], i].mean() for i in range(12)])
        a = 1 - (np.array(mine) - out).sum() / (1 - out).sum()
        population = z[t] / ((1 + a) / 2 * z[others].mean(axis=0) + (1 - a) / 2)
        reference = (mine + out) / 2 if mode == "online" else (1 + a) / 2 * out + (1 - a) / 2
        expected[t] = (p[t] / reference >= population[:, None].repeat(12, 1)).mean(axis=0)
    score = rmia(texts, mode, matched=False).score
    assert (np.abs(score - expected) < 1e-6).mean() > 0.99  # single precision may move a tie
    assert score[inside].min() > 0.9 > score[~inside].mean()
    if mode == "online":
        assert (rmia(texts, mode, matched=False, offline_a=0.3).score == 1).all()


def test_without_a_population_it_is_refused_by_name(outcomes):
    bare = Outcomes.from_arrays(outcomes.inclusion, outcomes.correct, confidence=outcomes.confidence)
    with pytest.raises(InputError, match="test_confidence must be stored with the trials for RMIA, online"):
        rmia(bare)


@pytest.mark.parametrize("option", [{"mode": "both"}, {"gamma": 0.0}, {"offline_a": 1.5}])
def test_options_are_checked(outcomes, option):
    with pytest.raises(InputError, match=next(iter(option))):
        rmia(outcomes, **option)
