r"""What the theory says that a limit costs, beside what it cost: the same difference, predicted and measured.

Predicted: :math:`\sum_\ell \tau_\ell\,(\mathrm{errn}_{\text{limited}} - \mathrm{errn}_{\text{unlimited}})(\ell)`
[Feldman2020]_, with :math:`\mathrm{errn}(\ell)` the number of subpopulations seen :math:`\ell` times, each counted by
the share of its own examples that the model misfits, and :math:`\tau_\ell` estimated from the counts in the very subset
that the model was trained on: by Good and Turing up to five copies, beyond by the share of examples, brought to what is
left of the whole mass. Measured: the difference of error rates on test examples. Both are taken model by model, on
equal subsets, and averaged.

What the prediction assumes: a test example of a subpopulation is misjudged as often as its training examples are
misfitted (coupling 1), what was never seen is guessed equally well by both, and misfits do not go with frequency among
what was seen equally often.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, t

from longtail.estimate import Estimate
from longtail.scores.subgroup_cost import mean_lost
from longtail.tail import FrequencyCounts, TailEstimate, estimate_tail, predicted_mass
from longtail.theory.excess_error import predicted_difference

__all__ = [
    "ASSUMPTIONS",
    "BINS",
    "PairedTrials",
    "measured_by_bin",
    "measured_on_seen",
    "predicted_by_bin",
    "predicted_cost",
]

ASSUMPTIONS = (
    "a test example is misjudged as often as training examples of its subpopulation are misfitted (coupling 1)",
    "what was never seen is guessed equally well by both learners",
    "among what was seen equally often, misfits do not go with frequency",
)
BINS = {"seen once": (1, 1), "twice": (2, 2), "3 to 5 times": (3, 5), "6 to 20": (6, 20), "more often": (21, 10**9)}
"""Frequency bins: how often a subpopulation was seen in the subset."""

_BY_GOOD_TURING = 5  # copies; counts of counts are too thin beyond
METHOD = "sum of tau (errn limited - errn unlimited), Good-Turing"
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _TrialTail:
    """What one subset says: misfits of either learner and tau, by count, and the tail they come from."""

    limited: dict[int, float]
    unlimited: dict[int, float]
    number: dict[int, int]
    tau: dict[int, float]
    tail: TailEstimate

    def difference(self, low: int, high: int) -> float:
        limited, unlimited = (
            {count: misfits for count, misfits in table.items() if low <= count <= high}
            for table in (self.limited, self.unlimited)
        )
        return predicted_difference(limited, unlimited, self.tau)


def predicted_cost(trials: PairedTrials, level: float = 0.95) -> Estimate:
    """The predicted difference of error rates, over all counts."""
    return _prediction([_tail_of(trials, trial) for trial in range(len(trials.inclusion))], 1, 10**9, level)


def predicted_by_bin(trials: PairedTrials, level: float = 0.95) -> dict[str, Estimate]:
    """What each frequency bin adds to the predicted difference."""
    tails = [_tail_of(trials, trial) for trial in range(len(trials.inclusion))]
    return {name: _prediction(tails, low, high, level) for name, (low, high) in BINS.items()}


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


def _tail_of(trials: PairedTrials, trial: int) -> _TrialTail:
    counts, inside = trials.counts(trial), trials.inclusion[trial]
    members = trials.ids[inside]
    misfits = [_misfits(members, ~right[trial, inside], counts) for right in (trials.limited, trials.unlimited)]
    tail = estimate_tail(FrequencyCounts.from_counts(counts))
    present, number = np.unique(counts[counts > 0], return_counts=True)
    return _TrialTail(
        limited=misfits[0],
        unlimited=misfits[1],
        number=dict(zip(present.tolist(), number.tolist(), strict=True)),
        tau=_tau(tail, present, number),
        tail=tail,
    )


def _misfits(members: NDArray[np.int64], wrong: Bits, counts: NDArray[np.int64]) -> dict[int, float]:
    """errn: for each count, the sum over subpopulations of the share of their examples that are misfitted."""
    share = np.bincount(members, weights=wrong, minlength=len(counts)) / np.maximum(counts, 1)
    by_count = np.bincount(counts, weights=share)
    return {count: float(by_count[count]) for count in np.unique(counts[counts > 0]).tolist()}


def _tau(tail: TailEstimate, present: NDArray[np.int64], number: NDArray[np.int64]) -> dict[int, float]:
    n = tail.n_samples
    few = present <= _BY_GOOD_TURING
    tau = {count: tail.tau(count).value for count in present[few].tolist()}
    left = 1 - tail.unseen_mass.value - sum(tau[c] * k for c, k in zip(present[few], number[few], strict=True))
    examples = int((present * number)[~few].sum())
    stretch = max(0.0, left) / (examples / n) if examples else 0.0
    return tau | {count: stretch * count / n for count in present[~few].tolist()}


def _prediction(tails: list[_TrialTail], low: int, high: int, level: float) -> Estimate:
    """The mean over trials; its interval joins what the mass of the tail may be and how models differ."""
    each_level = 1 - (1 - level) / 2
    each = np.array([tail.difference(low, high) for tail in tails])
    spread = float(each.std(ddof=1)) if len(each) > 1 else 0.0
    of_models = float(t.isf((1 - each_level) / 2, max(len(each) - 1, 1))) * spread / math.sqrt(len(each))
    below, above = _mass_uncertainty(tails, low, high, each_level)
    value = float(each.mean())
    return Estimate(
        value=value, low=value - below - of_models, high=value + above + of_models, level=level, method=METHOD
    )


def _mass_uncertainty(tails: list[_TrialTail], low: int, high: int, level: float) -> tuple[float, float]:
    """How much less and more the prediction could be for the mass of the tail; subsets share it, one stands for all."""
    rates = _mean_rates(tails, low, high)
    tail, n = tails[0].tail, tails[0].tail.n_samples
    below, above = 0.0, 0.0
    for sign in (1, -1):
        weights = {c: min(1.0, sign * rate) for c, rate in rates.items() if c <= _BY_GOOD_TURING and sign * rate > 0}
        if weights:
            mass = predicted_mass(tail.fingerprint, weights, level)
            less, more = mass.value - mass.low, mass.high - mass.value
            below, above = (below + less, above + more) if sign > 0 else (below + more, above + less)
    of_heads = sum(
        rates[count] ** 2 * count * number
        for count, number in tails[0].number.items()
        if count > _BY_GOOD_TURING and count in rates
    )
    half = float(norm.isf((1 - level) / 2)) * math.sqrt(of_heads) / n
    return below + half, above + half


def _mean_rates(tails: list[_TrialTail], low: int, high: int) -> dict[int, float]:
    """By count, how much more often the limited learner misfits a subpopulation, over all trials."""
    counts = sorted({count for tail in tails for count in tail.number if low <= count <= high})
    return {
        count: sum(tail.limited.get(count, 0) - tail.unlimited.get(count, 0) for tail in tails)
        / sum(tail.number.get(count, 0) for tail in tails)
        for count in counts
    }
