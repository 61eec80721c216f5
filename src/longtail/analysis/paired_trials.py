"""Trials of two learners on the same subsets, and what a limit cost by how often a subpopulation was seen."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.estimate import Estimate
from longtail.scores.subgroup_cost import mean_lost

__all__ = ["BINS", "PairedTrials", "measured_by_bin", "measured_on_seen"]

BINS = {"seen once": (1, 1), "twice": (2, 2), "3 to 5 times": (3, 5), "6 to 20": (6, 20), "more often": (21, 10**9)}
"""Frequency bins: how often a subpopulation was seen in the subset."""

Bits = NDArray[np.bool_]
Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedTrials:
    """Trials of two learners on the same subsets, with the subpopulation of every example.

    Parameters
    ----------
    inclusion : (trials, n) bool array
        The subsets.
    unlimited, limited : (trials, n) bool array
        Whether each model is right on each training example.
    ids : (n,) int array
        The subpopulation of each training example, numbered from 0.
    unlimited_test, limited_test : (trials, n_test) bool array
        The same for test examples.
    ids_test : (n_test,) int array
        The subpopulation of each test example; -1 where it belongs to none.
    """

    inclusion: Bits
    unlimited: Bits
    limited: Bits
    ids: NDArray[np.int64]
    unlimited_test: Bits
    limited_test: Bits
    ids_test: NDArray[np.int64]

    def within(self, group: Bits, group_test: Bits) -> "PairedTrials":
        """One group, as a population of its own."""
        return PairedTrials(
            inclusion=self.inclusion[:, group],
            unlimited=self.unlimited[:, group],
            limited=self.limited[:, group],
            ids=self.ids[group],
            unlimited_test=self.unlimited_test[:, group_test],
            limited_test=self.limited_test[:, group_test],
            ids_test=self.ids_test[group_test],
        )

    def counts(self, trial: int) -> NDArray[np.int64]:
        """How often each subpopulation is in a trial's subset."""
        most = int(max(self.ids.max(initial=0), self.ids_test.max(initial=0)))
        return np.bincount(self.ids[self.inclusion[trial]], minlength=most + 1).astype(np.int64)


def measured_on_seen(trials: PairedTrials, level: float = 0.95) -> Estimate:
    """The measured difference on test examples whose subpopulation is in the subset: the part that is predicted."""
    return mean_lost(_lost(trials) * (_seen_by_all(trials) > 0), level)


def measured_by_bin(trials: PairedTrials, level: float = 0.95) -> dict[str, Estimate]:
    """What each frequency bin adds to the measured difference; what the subset did not hold is "never seen"."""
    seen, lost = _seen_by_all(trials), _lost(trials)
    bins = {"never seen": (0, 0), **BINS}
    return {name: mean_lost(lost * ((seen >= low) & (seen <= high)), level) for name, (low, high) in bins.items()}


def _lost(trials: PairedTrials) -> Reals:
    return trials.unlimited_test.astype(float) - trials.limited_test


def _seen_by_all(trials: PairedTrials) -> NDArray[np.int64]:
    return np.array([_seen(trials, trial) for trial in range(len(trials.inclusion))])


def _seen(trials: PairedTrials, trial: int) -> NDArray[np.int64]:
    """How often each test example's subpopulation is in the subset."""
    known = np.maximum(trials.ids_test, 0)
    return np.where(trials.ids_test >= 0, trials.counts(trial)[known], 0)
