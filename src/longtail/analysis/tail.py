"""From subpopulations and trials to findings: how long the tail is, and what leaving it unfitted would cost.

Subpopulations that were given are taken as they are, within each class. Where none were given they are found within
each class over a range of radii, and every number is shown for each radius, because it depends on it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.analysis.accuracy import mean_over_examples
from longtail.dataset import Dataset
from longtail.estimate import Estimate
from longtail.findings import CostFindings, ForcedCost, Resolution, TailFindings
from longtail.outcomes import Outcomes
from longtail.scores import MemorizationScores, memorization
from longtail.tail import FrequencyCounts, TailEstimate, estimate_tail, found_subpopulations

__all__ = [
    "Partition",
    "comparable_features",
    "cost_findings",
    "guess_of",
    "inner_level",
    "partitions_of",
    "signed_mean",
    "tail_findings",
    "tail_of",
]

_CURVE_POINTS = 200
_LABEL_EPSILONS = (0.5, 1.0, 2.0, 4.0)
_EPSILONS = (1.0, 3.0, 8.0)
_GAMMAS = (0.0, 0.25, 0.5, 0.75)
_DELTA = 1e-5


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """The training examples in subpopulations.

    Parameters
    ----------
    name : str
        For people.
    radius : float or None
        Where it was found.
    ids : (n,) int array
        The subpopulation of each training example.
    """

    name: str
    radius: float | None
    ids: NDArray[np.int64]

    @property
    def sizes(self) -> NDArray[np.int64]:
        """The size of each example's subpopulation."""
        return np.bincount(self.ids)[self.ids]


def partitions_of(dataset: Dataset) -> list[Partition]:
    """The given partition, refined by class; or those found within classes, from fine to coarse.

    Features of tables are brought to unit variance first, so that no column's unit decides; pictures are taken as
    they are. Empty if no class has two examples that differ.
    """
    if dataset.group is not None:
        _, ids = np.unique(dataset.group * dataset.n_classes + dataset.y, return_inverse=True)
        return [Partition(name="given groups within classes", radius=None, ids=ids.astype(np.int64))]
    found = found_subpopulations(comparable_features(dataset, dataset.X), dataset.y)
    return [
        Partition(name=f"radius {radius:.3g}", radius=float(radius), ids=found.ids[place])
        for place, radius in enumerate(found.radii)
    ]


def tail_findings(dataset: Dataset, outcomes: Outcomes, partitions: list[Partition], level: float) -> TailFindings:
    """The tail at each partition."""
    given = dataset.group is not None
    method = (
        "They are a column of the data; the same group in two classes is two subpopulations."
        if given
        else "Within each class, examples are joined by chains of steps no longer than a radius. A lone "
        "example is a subpopulation of one. The radii leave from nine tenths to one tenth of the examples alone."
    )
    scores = memorization(outcomes, level)
    resolutions = [_resolution(scores, partition, level) for partition in partitions]
    return TailFindings(given=given, method=method, n_samples=dataset.n_train, resolutions=resolutions)


def cost_findings(outcomes: Outcomes, partitions: list[Partition], level: float) -> CostFindings:
    """The least error above the optimum that promises force, with the measured chance of guessing a label."""
    inner, scores = inner_level(level), memorization(outcomes, level)
    unknown = Estimate(value=0.0, low=0.0, high=1.0, level=inner, method="no singleton was left out")
    tails = [(tail_of(partition, level), guess_of(scores, partition, inner) or unknown) for partition in partitions]
    label_private = [
        ForcedCost(
            promise=f"label privacy, ε = {epsilon:g}",
            meaning="changing one label changes any prediction's probability by a factor of at most e^ε",
            costs=[tail.cost_of_label_privacy(epsilon, guess_probability=guess) for tail, guess in tails],
        )
        for epsilon in _LABEL_EPSILONS
    ]
    private = [
        ForcedCost(
            promise=f"differential privacy, ε = {epsilon:g}, δ = {_DELTA:g}",
            meaning="adding or removing one example changes any prediction's probability by at most e^ε and δ",
            costs=[tail.cost_of_privacy(epsilon, _DELTA, guess_probability=guess) for tail, guess in tails],
        )
        for epsilon in _EPSILONS
    ]
    limited = [
        ForcedCost(
            promise=f"memorization at most γ = {gamma:g}",
            meaning="no example raises the probability of its own label by more than γ",
            costs=[tail.cost_of_memorization_limit(gamma, guess_probability=guess) for tail, guess in tails],
        )
        for gamma in _GAMMAS
    ]
    assumptions = [
        "Subpopulations are as given or found above; what was seen once is all that is counted, so larger "
        "subpopulations add to these costs.",
        "A singleton's label is guessed without it as often as the models that were not trained on it guessed it "
        "here: measured, not 1 over the number of classes.",
        "Among singletons, how well a label is guessed does not go with how frequent its subpopulation is.",
    ]
    return CostFindings(assumptions=assumptions, rows=[*limited, *label_private, *private])


def tail_of(partition: Partition, level: float) -> TailEstimate:
    """The tail of a partition."""
    return estimate_tail(FrequencyCounts.from_counts(np.bincount(partition.ids)), level)


def guess_of(scores: MemorizationScores, partition: Partition, level: float) -> Estimate | None:
    """How often models without a singleton guess its label, over singletons; None if none was ever left out."""
    alone = (partition.sizes == 1) & (scores.n_out > 0)
    return mean_over_examples(scores.correct_out[alone] / scores.n_out[alone], level) if alone.any() else None


def inner_level(level: float) -> float:
    """Of the guess inside a cost: the mass takes the other half of what the whole may miss (Bonferroni)."""
    return (1 + level) / 2


def _resolution(scores: MemorizationScores, partition: Partition, level: float) -> Resolution:
    tail, guess = tail_of(partition, level), guess_of(scores, partition, level)
    surer = guess_of(scores, partition, inner_level(level))
    counts = np.sort(np.bincount(partition.ids))[::-1]
    places = np.unique(np.geomspace(1, len(counts), _CURVE_POINTS).round().astype(int))
    n_singletons = int((counts == 1).sum())
    return Resolution(
        name=partition.name,
        radius=partition.radius,
        n_subpopulations=len(counts),
        n_singletons=n_singletons,
        tau_1=tail.tau(1),
        unseen_mass=tail.unseen_mass,
        singleton_mass=tail.singleton_mass,
        guess_probability=guess,
        cost_of_not_fitting=tail.cost_of_not_fitting(guess_probability=surer) if surer else None,
        singleton_memorization=signed_mean(scores.value[partition.sizes == 1], level) if guess else None,
        ranks=places.tolist(),
        frequencies=(counts[places - 1] / counts.sum()).tolist(),
    )


def signed_mean(values: NDArray[np.float64], level: float) -> Estimate:
    """The mean of numbers in [-1, 1] over examples: their map into [0, 1] has Wilson's interval, see above."""
    half = mean_over_examples((values + 1) / 2, level)
    return Estimate(
        value=2 * half.value - 1, low=2 * half.low - 1, high=2 * half.high - 1, level=level, method=half.method
    )


def comparable_features(dataset: Dataset, X: NDArray[np.float32]) -> NDArray[np.float32]:
    """Features in which distances are compared: pictures as they are, columns of tables in units of their spread."""
    if dataset.image_shape is not None:
        return X
    spread = dataset.X.std(axis=0, dtype=np.float64)
    scaled: NDArray[np.float32] = (X / np.where(spread > 0, spread, 1)).astype(np.float32)
    return scaled
