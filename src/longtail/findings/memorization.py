"""What models memorized, as plain data: a part of the findings of a study."""

from dataclasses import dataclass, field

from longtail.estimate import Estimate
from longtail.findings.columns import Column
from longtail.findings.view import View

__all__ = ["Influence", "MemorizationFindings", "MemorizedExample"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Influence:
    """Influence of a training example on a test example: how much it moves a model to be right there."""

    test: int
    label: str
    influence: Estimate
    q_value: float
    view: View
    row: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemorizedExample:
    """One training example with its memorization and the test examples that it influences most.

    ``train`` is its number in the study, ``row`` where it is in the data as given, None where
    that is not known.
    """

    train: int
    label: str
    memorization: Estimate
    n_in: int
    n_out: int
    q_value: float
    group_size: int | None
    view: View
    influences: list[Influence]
    row: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemorizationFindings:
    """Memorization of all training examples, and the most memorized ones.

    Parameters
    ----------
    estimand : str
        What exactly is estimated, in words.
    histogram_edges, histogram_counts : list
        The histogram of the point estimates: ``len(edges) == len(counts) + 1``.
    mean : Estimate
        Mean memorization, over examples.
    n_examples, n_undetermined, n_significant, n_above_threshold : int
        Examples measured; never in or never out; with q-value at most ``q_level``; significant and estimated at
        least ``threshold``.
    smallest_visible : float
        The smallest memorization that this many trials can tell from zero for one example, roughly.
    ranking : str
        What ranks the gallery, in words, where it is not the value that is shown; otherwise empty.
    columns : list of Column
        What was measured of the examples of the gallery, in its order.
    """

    estimand: str
    level: float
    histogram_edges: list[float]
    histogram_counts: list[int]
    mean: Estimate
    n_examples: int
    n_undetermined: int
    n_significant: int
    q_level: float
    threshold: float
    n_above_threshold: int
    smallest_visible: float
    gallery: list[MemorizedExample]
    ranking: str = ""
    columns: list[Column] = field(default_factory=list)
