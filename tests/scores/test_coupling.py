"""Coupling counted pair by pair, planted and found again, and put into the theorem's bound."""

import numpy as np
import pytest

from longtail.errors import InputError
from longtail.outcomes import Outcomes
from longtail.scores import measured_coupling
from longtail.theory import coupled_excess_bound


def _study(carry, n_groups=60, size=3, n_trials=80, seed=0):
    """Models fit what they saw; on a group of which they saw l they are right with chance carry[l]."""
    rng = np.random.default_rng(seed)
    group, group_test = np.repeat(np.arange(n_groups), size), np.repeat(np.arange(n_groups), 4)
    inclusion = rng.random((n_trials, len(group))) < 0.5
    seen = inclusion.reshape(n_trials, n_groups, size).sum(axis=2)
    chance = np.asarray(carry)[np.repeat(seen, 4, axis=1)]
    return Outcomes.from_arrays(inclusion, inclusion, test_correct=rng.random(chance.shape) < chance), group, group_test


def test_planted_coupling_is_found():
    carry = (0.2, 0.6, 0.8, 0.95)
    found = measured_coupling(*_study(carry))
    assert list(found.agreement) == [1, 2, 3]
    for count, estimate in found.agreement.items():
        assert estimate.value == pytest.approx(carry[count], abs=0.02)
        assert estimate.low <= carry[count] <= estimate.high
    assert found.right_unseen.value == pytest.approx(0.2, abs=0.03)


def test_agreement_is_counted_pair_by_pair():
    rng = np.random.default_rng(1)
    inclusion, correct = rng.random((30, 6)) < 0.5, rng.random((30, 6)) < 0.6
    inclusion[:, 0], inclusion[:, 5] = True, False
    held = rng.random((30, 4)) < 0.5
    outcomes = Outcomes.from_arrays(inclusion, correct, test_correct=held)
    group, group_test = np.array([0, 0, 0, 1, 1, 2]), np.array([0, 0, 1, 7])
    for two_classes in (False, True):
        found = measured_coupling(outcomes, group, group_test, two_classes=two_classes)
        means = []
        for g in (0, 1):
            shares = []
            for t in range(30):
                mine = [i for i in range(6) if group[i] == g and inclusion[t, i]]
                if len(mine) == 2:
                    pairs = [(correct[t, i], held[t, j]) for i in mine for j in range(4) if group_test[j] == g]
                    shares.append(np.mean([(a and b) or (two_classes and not a and not b) for a, b in pairs]))
            means.append(np.mean(shares))
        assert found.agreement[2].value == pytest.approx(np.mean(means))


def test_it_feeds_the_bound():
    found = measured_coupling(*_study((0.2, 0.6, 0.8, 0.95)))
    bound = coupled_excess_bound({1: 1e-3}, {1: [0.5, 1.0]}, {1: found.agreement[1].value}, per_hypothesis=True)
    assert bound.value == pytest.approx(1.5e-3 * found.agreement[1].value)


def test_groups_must_meet():
    outcomes, group, group_test = _study((0.2, 0.6, 0.8, 0.95))
    with pytest.raises(InputError, match="group_test must share"):
        measured_coupling(outcomes, group, group_test + 1000)
    with pytest.raises(InputError, match="group must name"):
        measured_coupling(outcomes, group[1:], group_test)
    with pytest.raises(InputError, match="group_test must name"):
        measured_coupling(outcomes, group, group_test[1:])
