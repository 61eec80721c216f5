"""Which examples look mislabeled and which look rare, as plain data: a part of the findings of a study."""

from dataclasses import dataclass

from longtail.estimate import Estimate

__all__ = ["JudgedExample", "MislabeledFindings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedExample:
    """One example whose label is in question.

    Parameters
    ----------
    train, row : int, int or None
        Its number in the study, and where it is in the data as given.
    label, predicted : str
        Its label, and the one that models without it predict.
    predicted_share : float
        Their mean probability of the latter.
    probability : float
        That its label is wrong.
    memorization : Estimate
        Of the example.
    neighbors, neighbor_labels : list
        The nearest training examples, by their row in the data as given, and their labels.
    """

    train: int
    row: int | None
    label: str
    predicted: str
    predicted_share: float
    probability: float
    memorization: Estimate
    neighbors: list[int]
    neighbor_labels: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MislabeledFindings:
    """Judgement on every example whose label is in question.

    Parameters
    ----------
    n_trials, n_models : int
        Of the study, and of the planted study.
    n_flipped, share : int, float
        Labels that were flipped there, and their share.
    precision, recall : Estimate
        How well the judge did there, cross-validated.
    called : float
        Probability from which on a label is called wrong.
    n_asked, n_called : int
        Examples in question; those called mislabeled.
    n_memorized, n_memorized_called : int
        Those of them that are memorized.
    examples : list of JudgedExample
        The first of the list, the likely mislabeled first.
    train : list of int
        All in question, the likely mislabeled first.
    probability : list of float
        Of each of these.
    n_searched : int or None
        How many examples, drawn at random, neighbors are of; None where they are of all.
    """

    n_trials: int
    n_models: int
    n_flipped: int
    share: float
    precision: Estimate
    recall: Estimate
    called: float
    n_asked: int
    n_called: int
    n_memorized: int
    n_memorized_called: int
    examples: list[JudgedExample]
    train: list[int]
    probability: list[float]
    n_searched: int | None = None
