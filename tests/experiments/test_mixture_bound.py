"""The mixture bound on trials whose frequencies, misfits and coupling are known."""

import numpy as np
import pytest

from longtail.errors import InputError
from longtail.experiments.mixture_bound import mixture_bound
from longtail.outcomes import Outcomes

N_KINDS, N = 400, 1200


def trials(carried, misfit=0.5, n_trials=40, seed=0):
    """Models misfit a kind seen at most five times with a known probability; fresh examples follow with another.

    Returns the table, the kinds, and the mean over trials of the mass of what is misfitted times ``carried``.
    """
    rng = np.random.default_rng(seed)
    frequency = 1 / np.arange(1, N_KINDS + 1)
    frequency /= frequency.sum()
    kinds = rng.choice(N_KINDS, N, p=frequency)
    inclusion, correct = np.zeros((n_trials, N), bool), np.zeros((n_trials, N), bool)
    masses = []
    for trial in range(n_trials):
        inclusion[trial, rng.permutation(N)[: int(0.7 * N)]] = True
        seen = np.bincount(kinds[inclusion[trial]], minlength=N_KINDS)
        misfitted = (rng.random(N_KINDS) < misfit) & (seen >= 1) & (seen <= 5)
        follows = rng.random(N) < carried
        correct[trial] = ~misfitted[kinds] | (~inclusion[trial] & ~follows)
        masses.append(carried * frequency[misfitted].sum())
    return Outcomes.from_arrays(inclusion, correct), kinds, float(np.mean(masses))


@pytest.mark.parametrize("carried", [1.0, 0.6])
def test_the_bound_is_the_mass_of_what_is_misfitted_and_carried_over(carried):
    """One data set (seed 0); the interval, nominally 95 %, of parts that are each wider, holds the realized mass."""
    outcomes, kinds, mass = trials(carried)
    found = mixture_bound(outcomes, kinds)
    assert found.excess.low < mass < found.excess.high
    assert abs(found.excess.value / mass - 1) < 0.25
    for row in found.rows:
        assert abs(row.misfitted - 0.5) < 0.1
        assert row.misfits_carried.low <= carried <= row.misfits_carried.high
    assert found.rows[0].fits_carried.value == 1.0


def test_a_learner_that_fits_is_bound_by_nothing():
    outcomes, kinds, _ = trials(1.0, misfit=0.0)
    found = mixture_bound(outcomes, kinds)
    assert (found.excess.value, found.excess.high) == (0.0, 0.0)
    assert found.rows[0].misfits_carried is None


def test_its_level_is_checked():
    outcomes, kinds, _ = trials(1.0, n_trials=4)
    with pytest.raises(InputError, match="level"):
        mixture_bound(outcomes, kinds, level=1.0)
