"""The tail as the learner meets it: what single examples decide, and whether memorization is necessary."""

from dataclasses import dataclass
from typing import Literal

from longtail.estimate import Estimate

__all__ = ["LearnerTailFindings", "RemovalFindings", "RemovedSet"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerTailFindings:
    """Findings from the learning curve. Errors and worth are shares.

    Parameters
    ----------
    fractions, sizes : list of float
        Shares of the examples that models were trained on, and how many those are.
    errors : list of Estimate
        Expected error on fresh examples at each.
    training_error : float
        Share of wrong answers on what models were trained on.
    singleton_worth : Estimate
        What removing each single example costs on new data, summed over examples.
    exponent, error_left : Estimate
        How fast the error falls, and the share of it that twice the data would leave; NaN where refused.
    checked_at, found : float or None
        The fraction at which the error was predicted from the others, and the error there.
    predicted : Estimate or None
        What it was predicted to be.
    witnesses : list of str
        Who witnessed the errors, with their numbers.
    notes : list of str
        What to know before believing it.
    """

    fractions: list[float]
    sizes: list[float]
    errors: list[Estimate]
    training_error: float
    singleton_worth: Estimate
    exponent: Estimate
    error_left: Estimate
    checked_at: float | None
    predicted: Estimate | None
    found: float | None
    witnesses: list[str]
    notes: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedSet:
    """One set that models were trained without.

    Parameters
    ----------
    name : str
    n_removed : int
        How many examples it has.
    in_a_subset : float
        How many of them a model trains on, on average.
    loss : Estimate
        Test accuracy lost without them.
    """

    name: str
    n_removed: int
    in_a_subset: float
    loss: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalFindings:
    """Worth of the memorized examples on new data.

    Parameters
    ----------
    n_trials, n_test : int
        How many models and test examples witnessed.
    level : float
        That all intervals hold together with.
    sets : list of RemovedSet
        Empty where nothing is memorized.
    verdict : {"necessary", "harmful", "mixed", "unsettled", "nothing memorized"}
        See :mod:`longtail.experiments.necessity`.
    beyond, rare : Estimate or None
        What all memorized ones, and those that look rare, are worth beyond matched ones (as many as look rare).
    n_test_needed : int or None
        About how many test examples would settle it.
    """

    n_trials: int
    n_test: int
    level: float
    sets: list[RemovedSet]
    verdict: Literal["necessary", "harmful", "mixed", "unsettled", "nothing memorized"]
    beyond: Estimate | None
    rare: Estimate | None
    n_test_needed: int | None
