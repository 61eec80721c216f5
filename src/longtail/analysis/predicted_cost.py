r"""What the theory says that a limit costs, beside what it cost: the same difference, predicted and measured.

Predicted: :math:`\sum_\ell \tau_\ell\,(\mathrm{errn}_{\text{limited}} - \mathrm{errn}_{\text{unlimited}})(\ell)`
[Feldman2020]_, with :math:`\mathrm{errn}(\ell)` the number of subpopulations seen :math:`\ell` times, each counted by
the share of its own examples that the model misfits, and :math:`\tau_\ell` estimated from the counts in the very subset
that the model was trained on: by Good and Turing up to five copies, beyond by the share of examples, brought to what is
left of the whole mass. Measured: the difference of error rates on new examples. Both are taken model by model, on
equal subsets, and averaged.

That formula has coupling 1. With coupling as it is measured (:mod:`longtail.scores.carry_over`), a subpopulation of
which a share q is misfitted counts by the probability that a fresh example of it is misjudged,
:math:`\lambda^-_\ell q + (1 - \lambda^+_\ell)(1 - q)` in place of q, for either learner with its own :math:`\lambda^-`
and :math:`\lambda^+`. Both come from left-out training examples, never from the test examples that are predicted.

The interval joins three that are taken as independent, as Newcombe joins two [Newcombe1998]_, by the root of the sum of
squares of their arms: what the mass of the tail may be, how models differ, and what coupling may be (the jackknife over
subpopulations).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.analysis.paired_trials import BINS, PairedTrials
from longtail.analysis.trial_tails import BY_GOOD_TURING, TrialTail, errn
from longtail.array_types import Reals
from longtail.estimate import Estimate
from longtail.sampling_laws import normal_half_width, student_half_width
from longtail.scores.carry_over import CarryOver, carry_over
from longtail.tail import predicted_mass

__all__ = ["ASSUMPTIONS", "Prediction", "predicted_cost"]

ASSUMPTIONS = (
    "how far misfits and fits of training examples carry over to fresh examples of their kind (coupling) is as "
    "measured on training examples that were left out; it is assumed 1 where fewer than five kinds show it",
    "what was never seen is guessed equally well by both learners",
    "among what was seen equally often, misfits do not go with frequency",
)
METHOD = "sum of tau (errn limited - errn unlimited), Good-Turing, coupling as measured"
_FIRST_OF_BIN = np.array([least for least, _ in BINS.values()])


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """Predicted cost of a limit.

    Parameters
    ----------
    total : Estimate
        The difference of error rates, over all that was seen.
    bins : dict
        What each frequency bin adds to it.
    limited, unlimited : dict
        The coupling of either learner in each bin.
    """

    total: Estimate
    bins: dict[str, Estimate]
    limited: dict[str, CarryOver]
    unlimited: dict[str, CarryOver]


def predicted_cost(trials: PairedTrials, level: float = 0.95) -> Prediction:
    """Predict the difference of error rates, in all and by how often a subpopulation was seen."""
    plain = trials.plain
    misfits = _misfits_of_both(trials)
    limited, unlimited = (
        carry_over(plain.inclusion, trials.limited, plain.ids, BINS, level),
        plain.coupling(level),
    )
    learners = (limited, unlimited)
    coupling = np.array([[each.parts for each in learner.values()] for learner in learners])
    without = np.array([[each.without for each in learner.values()] for learner in learners])  # (2, bins, folds, 2)
    sums = _sums_by_bin(plain.trial_tails, misfits)
    each = _differences(sums, coupling)
    again = _differences(sums.mean(axis=1), np.moveaxis(without, 2, 0))  # A difference is linear in the sums.
    rates = _more_misjudged(plain.trial_tails, misfits, coupling)

    def estimate(bins: Sequence[int]) -> Estimate:
        counted = {count: rate for count, (place, rate) in rates.items() if place in bins}
        return _estimate(each[:, bins].sum(axis=1), again[:, bins].sum(axis=1), plain.trial_tails[0], counted, level)

    return Prediction(
        total=estimate(range(len(BINS))),
        bins={name: estimate([place]) for place, name in enumerate(BINS)},
        limited=limited,
        unlimited=unlimited,
    )


def _misfits_of_both(trials: PairedTrials) -> list[Reals]:
    """Return errn of the limited and of the unlimited learner, a (2, C) array for each trial."""
    plain = trials.plain
    misfitted = (
        (errn(plain.counts[trial], plain.ids[inside], wrong[inside], tail.count), tail.misfits)
        for trial, (tail, inside, wrong) in enumerate(
            zip(plain.trial_tails, plain.inclusion, ~trials.limited, strict=True)
        )
    )
    return [np.array(both) for both in misfitted]


def _bins_of(count: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the frequency bin of each count."""
    return np.searchsorted(_FIRST_OF_BIN, count, side="right") - 1


def _sums_by_bin(tails: Sequence[TrialTail], misfits: Sequence[Reals]) -> Reals:
    """Return tau times the misfits, then times the fits, of either learner, summed over the counts of each bin.

    The sums are one (2, trials, 2, bins) array.
    """
    sums = np.zeros((2, len(tails), 2, len(BINS)))
    for trial, (tail, misfitted) in enumerate(zip(tails, misfits, strict=True)):
        in_bin = np.eye(len(BINS))[_bins_of(tail.count)]
        sums[0, trial] = (tail.tau * misfitted) @ in_bin
        sums[1, trial] = (tail.tau * (tail.number - misfitted)) @ in_bin
    return sums


def _differences(sums: Reals, coupling: Reals) -> Reals:
    """Return what each bin adds to the predicted difference, (…, bins).

    The sums are (2, …, 2, bins), of misfits and of fits; the coupling is (…, 2, bins, 2).
    """
    misjudged = coupling[..., 0] * sums[0] + (1 - coupling[..., 1]) * sums[1]
    by_bin: Reals = misjudged[..., 0, :] - misjudged[..., 1, :]
    return by_bin


def _more_misjudged(
    tails: Sequence[TrialTail], misfits: Sequence[Reals], coupling: Reals
) -> dict[int, tuple[int, float]]:
    """Return the bin of each count, and how much more often the limited learner misjudges it, over all trials."""
    most = max(int(tail.count.max(initial=0)) for tail in tails)
    number, total = np.zeros(most + 1), np.zeros((2, most + 1))
    for tail, misfitted in zip(tails, misfits, strict=True):
        number[tail.count] += tail.number
        total[:, tail.count] += misfitted
    rates = {}
    counts = np.flatnonzero(number)
    for count, place in zip(counts.tolist(), _bins_of(counts).tolist(), strict=True):
        misfit = total[:, count] / number[count]
        of_misfits, of_fits = coupling[:, place].T
        limited, unlimited = of_misfits * misfit + (1 - of_fits) * (1 - misfit)
        rates[count] = (place, float(limited - unlimited))
    return rates


def _estimate(each: Reals, again: Reals, first: TrialTail, rates: dict[int, float], level: float) -> Estimate:
    """Estimate the mean over trials, with its interval."""
    value, n = float(each.mean()), len(each)
    of_models = float(student_half_width(level, n - 1)) * float(each.std(ddof=1)) / math.sqrt(n) if n > 1 else 0.0
    of_coupling = float(student_half_width(level, len(again) - 1)) * _jackknife_error(again)
    below, above = _mass_uncertainty(first, rates, level)
    return Estimate(
        value=value,
        low=max(-1.0, value - math.hypot(below, of_models, of_coupling)),
        high=min(1.0, value + math.hypot(above, of_models, of_coupling)),
        level=level,
        method=METHOD,
    )


def _jackknife_error(again: Reals) -> float:
    """Return the standard error of a number that was computed again without each fold."""
    n = len(again)
    return math.sqrt((n - 1) / n * float(((again - again.mean()) ** 2).sum()))


def _mass_uncertainty(first: TrialTail, rates: dict[int, float], level: float) -> tuple[float, float]:
    """Return how far the uncertainty of the tail's mass moves the prediction down and up.

    All subsets have nearly the same tail, so only the first is used.
    """
    below, above = 0.0, 0.0
    for sign in (1, -1):
        weights = {c: min(1.0, sign * rate) for c, rate in rates.items() if c <= BY_GOOD_TURING and sign * rate > 0}
        if weights:
            mass = predicted_mass(first.tail.fingerprint, weights, level)
            less, more = mass.value - mass.low, mass.high - mass.value
            below, above = (below + less, above + more) if sign > 0 else (below + more, above + less)
    of_heads = sum(
        rates[count] ** 2 * count * number
        for count, number in zip(first.count.tolist(), first.number.tolist(), strict=True)
        if count > BY_GOOD_TURING and count in rates
    )
    half = normal_half_width(level) * math.sqrt(of_heads) / first.tail.n_samples
    return below + half, above + half
