"""The advantage of the best attack: of models that tell nothing, and of models that tell everything."""

import numpy as np

from longtail.analysis.advantage import best_advantage
from longtail.outcomes import Outcomes


def outcomes(shift, seed, n_trials=16, n=120):
    """Confidences that are normal, and higher by ``shift`` where an example was in."""
    rng = np.random.default_rng(seed)
    inside = np.array([rng.permutation(n) < n // 2 for _ in range(n_trials)])
    confidence = rng.normal(size=(n_trials, n)) + rng.normal(size=n) + shift * inside
    return Outcomes.from_arrays(inside, confidence > 0, margin=confidence, confidence=confidence)


def test_models_that_tell_nothing_give_no_advantage_and_those_that_tell_all_give_it_all():
    """Seeds 0 and 1, 1,920 pairs: an interval at 95 % for three attacks at once holds 0, and a shift of 9 tells all."""
    nothing, _ = best_advantage(outcomes(0.0, 0), 0.95)
    assert nothing.low <= 0 <= nothing.high
    everything, attack = best_advantage(outcomes(9.0, 1), 0.95)
    assert everything.value > 0.95
    assert attack


def test_where_no_attack_can_be_made_there_is_none():
    inside = np.array([[True, False], [False, True]])
    assert best_advantage(Outcomes.from_arrays(inside, inside), 0.95) == (None, "")
