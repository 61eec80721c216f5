"""A remedy beside what it remedies, and the examples whose answer a limit changes: parts of the findings of limits."""

from dataclasses import dataclass

from longtail.estimate import Estimate

__all__ = ["Exemplar", "Exemplars", "Remedied"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedied:
    """One remedy, on the same subsets and new examples as what it remedies.

    Parameters
    ----------
    name : str
        The remedy.
    remedied : str
        What it remedies: a limit, or "without limits".
    gained, recall_gained : Estimate
        Accuracy, and mean recall over classes, gained on paired models.
    worst : str
        The group (or class, where no groups are given) on which models are right least often without the remedy.
    worst_gained : Estimate
        Accuracy gained there; its interval holds for all groups or classes at once, so that choosing one is no gain.
    worst_before, worst_after : Estimate
        Accuracy there.
    memorization_before, memorization_after : Estimate
        Mean memorization that is left.
    advantage_before, advantage_after : Estimate or None
        Of the best attack; None where none can be made.
    """

    name: str
    remedied: str
    gained: Estimate
    recall_gained: Estimate
    worst: str
    worst_before: Estimate
    worst_after: Estimate
    worst_gained: Estimate
    memorization_before: Estimate
    memorization_after: Estimate
    advantage_before: Estimate | None = None
    advantage_after: Estimate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemplar:
    """A test example that most models are right on without a limit, and wrong on under it.

    Parameters
    ----------
    test : int
        The example.
    label : str
        Of it.
    unlimited, limited : float
        How often models are right on it.
    fall : Estimate
        The difference, over paired models.
    q_value : float
        Share of false alarms among all test examples whose fall or rise is at least as sure.
    row : int or None
        Where it is in the data as given; None where that is not known.
    """

    test: int
    label: str
    unlimited: float
    limited: float
    fall: Estimate
    q_value: float
    row: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemplars:
    """Test examples whose majority answer a limit turns from right to wrong, or back.

    Parameters
    ----------
    n_lost, n_surely_lost : int
        How many turn wrong, and how many of them surely (q-value at most 0.05).
    n_gained, n_surely_gained : int
        How many turn right.
    unlimited_on_lost, unlimited_elsewhere : float or None
        How often models without the limit are right on those that turn wrong, and on the others that they mostly know;
        None where there are none. Exemplars are hard before the limit, too.
    shown : list of Exemplar
        Of those that turn wrong the surest, then the largest fall, first.
    """

    n_lost: int
    n_surely_lost: int
    n_gained: int
    n_surely_gained: int
    unlimited_on_lost: float | None
    unlimited_elsewhere: float | None
    shown: list[Exemplar]
