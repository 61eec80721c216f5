"""Trials of two learners on the same subsets, and what a limit cost by how often a subpopulation was seen."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from longtail.analysis.trial_tails import TrialTail, trial_tail
from longtail.array_types import Bits
from longtail.estimate import Estimate
from longtail.scores.carry_over import CarryOver, carry_over
from longtail.scores.new_examples import NewExamples
from longtail.tail import FrequencyCounts, TailEstimate, estimate_tail

__all__ = ["BINS", "PairedTrials", "PlainTrials", "measured_by_bin", "measured_on_seen"]

BINS = {"seen once": (1, 1), "twice": (2, 2), "3 to 5 times": (3, 5), "6 to 20": (6, 20), "more often": (21, 10**9)}
"""Frequency bins: how often a subpopulation was seen in the subset."""


def _tail_of_counts(counts: NDArray[np.int64]) -> TailEstimate:
    return estimate_tail(FrequencyCounts.from_counts(counts))


@dataclass(frozen=True, kw_only=True)
class PlainTrials:
    """Trials of the learner without limits, as samples of subpopulations. Every limit is compared with them.

    What follows from these alone is computed once, however many limits there are.

    Parameters
    ----------
    inclusion : (trials, n) bool array
        The subsets.
    correct : (trials, n) bool array
        Whether each model is right on each training example.
    ids : (n,) int array
        The subpopulation of each training example, numbered from 0.
    test_correct : (trials, n_test) bool array
        Whether each model is right on each test example.
    ids_test : (n_test,) int array
        The subpopulation of each test example; -1 where it belongs to none.
    tail_of_counts : callable
        From how often each subpopulation was seen to the tail; one that remembers, where tails are asked for again.
    """

    inclusion: Bits
    correct: Bits
    ids: NDArray[np.int64]
    test_correct: Bits
    ids_test: NDArray[np.int64]
    tail_of_counts: Callable[[NDArray[np.int64]], TailEstimate] = field(default=_tail_of_counts, repr=False)
    _groups: dict[bytes, "PlainTrials"] = field(default_factory=dict, init=False, repr=False, compare=False)

    def within(self, group: Bits, group_test: Bits) -> "PlainTrials":
        """Return one group, as a population of its own."""
        key = group.tobytes() + group_test.tobytes()
        if key not in self._groups:
            self._groups[key] = PlainTrials(
                inclusion=self.inclusion[:, group],
                correct=self.correct[:, group],
                ids=self.ids[group],
                test_correct=self.test_correct[:, group_test],
                ids_test=self.ids_test[group_test],
                tail_of_counts=self.tail_of_counts,
            )
        return self._groups[key]

    @cached_property
    def counts(self) -> list[NDArray[np.int64]]:
        """Counts of each subpopulation in each trial's subset."""
        most = int(max(self.ids.max(initial=0), self.ids_test.max(initial=0)))
        return [np.bincount(self.ids[inside], minlength=most + 1).astype(np.int64) for inside in self.inclusion]

    @cached_property
    def tails(self) -> list[TailEstimate]:
        """The tail of each trial's subset."""
        return [self.tail_of_counts(counts) for counts in self.counts]

    @cached_property
    def trial_tails(self) -> list[TrialTail]:
        """The tail of each trial's subset by count, with the misfits of these models there."""
        return [
            trial_tail(counts, self.ids[inside], ~right[inside], tail)
            for counts, inside, right, tail in zip(self.counts, self.inclusion, self.correct, self.tails, strict=True)
        ]

    @cached_property
    def seen(self) -> NDArray[np.int64]:
        """Counts of each test example's subpopulation in each trial's subset, (trials, n_test)."""
        known, belongs = np.maximum(self.ids_test, 0), self.ids_test >= 0
        return np.array([np.where(belongs, counts[known], 0) for counts in self.counts])

    @property
    def seen_by_training(self) -> NDArray[np.int64]:
        """Counts of each training example's subpopulation in each trial's subset, (trials, n)."""
        return np.array([counts[self.ids] for counts in self.counts])

    @cached_property
    def _coupling(self) -> dict[float, dict[str, CarryOver]]:
        return {}

    def coupling(self, level: float) -> dict[str, CarryOver]:
        """Return how far misfits and fits of these models carry over to fresh examples, by frequency bin."""
        if level not in self._coupling:
            self._coupling[level] = carry_over(self.inclusion, self.correct, self.ids, BINS, level)
        return self._coupling[level]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedTrials:
    """Trials of two learners on the same subsets.

    Parameters
    ----------
    plain : PlainTrials
        Those without limits.
    limited : (trials, n) bool array
        Whether each limited model is right on each training example.
    limited_test : (trials, n_test) bool array
        The same for test examples.
    """

    plain: PlainTrials
    limited: Bits
    limited_test: Bits

    def within(self, group: Bits, group_test: Bits) -> "PairedTrials":
        """Return one group, as a population of its own."""
        return PairedTrials(
            plain=self.plain.within(group, group_test),
            limited=self.limited[:, group],
            limited_test=self.limited_test[:, group_test],
        )


def measured_on_seen(trials: PairedTrials, new: NewExamples) -> Estimate:
    """Measure the difference on new examples whose subpopulation is in the subset: the part that is predicted."""
    return new.part_of_cost(trials.plain.seen_by_training > 0, trials.plain.seen > 0)


def measured_by_bin(trials: PairedTrials, new: NewExamples) -> dict[str, Estimate]:
    """Measure the part of the difference that each frequency bin adds.

    Examples of subpopulations that the subset did not hold are "never seen".
    """
    train, test = trials.plain.seen_by_training, trials.plain.seen
    bins = {"never seen": (0, 0), **BINS}
    return {
        name: new.part_of_cost((train >= low) & (train <= high), (test >= low) & (test <= high))
        for name, (low, high) in bins.items()
    }
