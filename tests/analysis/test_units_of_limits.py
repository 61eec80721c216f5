"""Limits where rows belong to persons: memorization left and the best attack are those of persons."""

import numpy as np
import pytest

from longtail.analysis.accuracy import mean_memorization
from longtail.analysis.advantage import best_advantage
from longtail.outcomes import Outcomes


def planted(effect, seed=0, n_models=40, shared=True):
    """Fifty persons of 1 to 12 rows; a person's rows move together, and by ``effect`` where the person was in."""
    rng = np.random.default_rng(seed)
    person = np.repeat(np.arange(50), rng.integers(1, 13, 50))
    inside = rng.random((n_models, 50)) < 0.5
    noise = rng.normal(size=(n_models, 50))[:, person] if shared else 0
    confidence = noise + 0.3 * rng.normal(size=(n_models, len(person))) + effect * inside[:, person]
    return person, Outcomes.from_arrays(inside[:, person], confidence > 0, confidence=confidence)


def test_a_person_counts_once_in_mean_memorization():
    """Counted by a loop over persons and models."""
    person, table = planted(1.0)
    each = []
    for inside, right in zip(table.inclusion, table.correct, strict=True):
        share = np.array([right[person == p].mean() for p in range(50)])
        was = np.array([inside[person == p][0] for p in range(50)])
        each.append(share[was].mean() - share[~was].mean())
    found = mean_memorization(table, 0.95, person)
    assert found.value == pytest.approx(np.mean(each))
    assert found.value != pytest.approx(mean_memorization(table, 0.95).value, abs=1e-4)


def test_the_best_attack_is_on_persons_and_finds_nobody_where_nothing_leaks():
    """Intervals at 95 % hold 0 in 25 of 30 null runs at least, seeds 0 to 29: fewer would be chance in 1 of 300."""
    held = 0
    for seed in range(30):
        person, table = planted(0.0, seed, n_models=16)
        advantage, attack = best_advantage(table, 0.95, together=person)
        held += advantage.low <= 0 <= advantage.high
        assert attack.startswith("LiRA by unit")
    assert held >= 25
    person, table = planted(2.0)
    advantage, _ = best_advantage(table, 0.95, together=person)
    assert advantage.low > 0.4
