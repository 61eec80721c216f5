"""From subpopulations and trials to findings: how long the tail is, and what leaving it unfitted would cost.

Where rows stay together, their units are the draws: a unit counts once for each subpopulation that it has, and the
unseen mass is that of the rows of further units (:mod:`longtail.tail.clustered`).

Subpopulations that were given are taken as they are, within each class. Where none were given they are found within
each class over a range of radii, and every number is shown for each radius, because it depends on it.
"""

import numpy as np
from numpy.typing import NDArray

from longtail.analysis.accuracy import mean_over_examples
from longtail.analysis.analysis import Analysis
from longtail.analysis.partitions import Partition
from longtail.errors import InputError
from longtail.estimate import Estimate
from longtail.findings import CostFindings, ForcedCost, Resolution, TailFindings
from longtail.scores import MemorizationScores
from longtail.tail import TailEstimate, clustered_tail

__all__ = ["cost_findings", "guess_of", "inner_level", "signed_mean", "tail_findings"]

_CURVE_POINTS = 200
_LABEL_EPSILONS = (0.5, 1.0, 2.0, 4.0)
_EPSILONS = (1.0, 3.0, 8.0)
_GAMMAS = (0.0, 0.25, 0.5, 0.75)
_DELTA = 1e-5


def tail_findings(analysis: Analysis) -> TailFindings:
    """Estimate the tail at each partition of the training examples."""
    given = analysis.dataset.group is not None
    method = (
        "They are a column of the data; the same group in two classes is two subpopulations."
        if given
        else "Within each class, examples are joined by chains of steps no longer than a radius. A lone "
        "example is a subpopulation of one. The radii leave from nine tenths to one tenth of the examples alone."
    )
    resolutions = [_resolution(analysis, partition) for partition in analysis.partitions]
    n_units = len(analysis.dataset.unit_names) if analysis.has_units else None
    if n_units is not None:
        method += f" Rows that stay together are one of {n_units:,} units, which counts once for each that it has."
    middle = analysis.middle
    n_samples = analysis.dataset.n_train if middle is None else int(middle.counts.sum())
    return TailFindings(given=given, method=method, n_samples=n_samples, resolutions=resolutions, n_units=n_units)


def cost_findings(analysis: Analysis) -> CostFindings:
    """Compute the least error above the optimum that guarantees force.

    The chance of guessing a label is measured.
    """
    inner, scores = inner_level(analysis.level), analysis.scores
    unknown = Estimate(value=0.0, low=0.0, high=1.0, level=inner, method="no singleton was left out")
    tails = [(analysis.tail(each), guess_of(scores, each, inner) or unknown) for each in analysis.partitions]
    label_private = [
        ForcedCost(
            guarantee=f"label privacy, ε = {epsilon:g}",
            meaning="changing one label changes any prediction's probability by a factor of at most e^ε",
            costs=[tail.cost_of_label_privacy(epsilon, guess_probability=guess) for tail, guess in tails],
        )
        for epsilon in _LABEL_EPSILONS
    ]
    private = [
        ForcedCost(
            guarantee=f"differential privacy, ε = {epsilon:g}, δ = {_DELTA:g}",
            meaning="adding or removing one example changes any prediction's probability by at most e^ε and δ",
            costs=[tail.cost_of_privacy(epsilon, _DELTA, guess_probability=guess) for tail, guess in tails],
        )
        for epsilon in _EPSILONS
    ]
    limited = [
        ForcedCost(
            guarantee=f"memorization at most γ = {gamma:g}",
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


def guess_of(scores: MemorizationScores, partition: Partition, level: float) -> Estimate | None:
    """Return how often models without a singleton guess its label, over singletons. None if none was ever left out."""
    alone = partition.alone & (scores.n_out > 0)
    return mean_over_examples(scores.correct_out[alone] / scores.n_out[alone], level) if alone.any() else None


def inner_level(level: float) -> float:
    """Return the confidence level for the guess probability inside a cost.

    Half of the allowed error (1 - level) is spent here, the other half on the mass (Bonferroni).
    """
    return (1 + level) / 2


def _resolution(analysis: Analysis, partition: Partition) -> Resolution:
    scores, level = analysis.scores, analysis.level
    tail, guess = analysis.tail(partition), guess_of(scores, partition, level)
    surer = guess_of(scores, partition, inner_level(level))
    counts = np.sort(partition.counts)[::-1]
    places = np.unique(np.geomspace(1, len(counts), _CURVE_POINTS).round().astype(int))
    n_singletons = int((counts == 1).sum())
    return Resolution(
        name=partition.name,
        radius=partition.radius,
        n_subpopulations=len(counts),
        n_singletons=n_singletons,
        tau_1=tail.tau(1),
        unseen_mass=_unseen_mass(analysis, partition, tail),
        singleton_mass=tail.singleton_mass,
        guess_probability=guess,
        cost_of_not_fitting=tail.cost_of_not_fitting(guess_probability=surer) if surer else None,
        singleton_memorization=signed_mean(scores.value[partition.alone], level) if guess else None,
        ranks=places.tolist(),
        frequencies=(counts[places - 1] / counts.sum()).tolist(),
    )


def _unseen_mass(analysis: Analysis, partition: Partition, tail: TailEstimate) -> Estimate:
    """Return the share of further rows, or of the rows of further units, that is of subpopulations not seen yet."""
    if not analysis.has_units:
        return tail.unseen_mass
    try:
        return clustered_tail(partition.ids, analysis.unit_of_row, level=analysis.level).unseen_mass
    except InputError:  # fewer than five units
        return tail.unseen_mass


def signed_mean(values: NDArray[np.float64], level: float) -> Estimate:
    """Estimate the mean of numbers in [-1, 1] over examples.

    Their map into [0, 1] has Wilson's interval, see the module.
    """
    half = mean_over_examples((values + 1) / 2, level)
    return Estimate(
        value=2 * half.value - 1, low=2 * half.low - 1, high=2 * half.high - 1, level=level, method=half.method
    )
