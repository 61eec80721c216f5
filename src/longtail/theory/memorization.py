r"""Memorization: what an example adds to the chance that its own label is predicted.

For a learner :math:`A`, a dataset :math:`S` and its example :math:`i` [Feldman2020]_ (section 4),

.. math:: \mathrm{mem}(A, S, i) = \Pr_{h \sim A(S)}[h(x_i) = y_i] - \Pr_{h \sim A(S^{\setminus i})}[h(x_i) = y_i] .

It may be negative. Averaged over datasets it is the generalization gap (Lemma 4.2, sometimes quoted with its sign
reversed),

.. math:: \mathbb E_{S \sim P^n} \frac1n \sum_i \mathrm{mem}(A, S, i)
          = \mathbb E_{S' \sim P^{n-1}} \mathrm{err}_P(A, S') - \mathbb E_{S \sim P^n} \mathrm{err}_S(A, S),

and rare examples can only be fitted by it. See ``docs/derivations/memorization.md``.
"""

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import product

from longtail.arguments import checked
from longtail.errors import InputError, Said
from longtail.estimate import Bound
from longtail.frequencies.checks import distribution_law, probability_law
from longtail.theory.excess_error import AVERAGED_CONDITION

__all__ = [
    "Example",
    "TrainedLearner",
    "generalization_gap",
    "least_error_by_uncertainty",
    "least_total_memorization",
    "leave_one_out_memorization",
    "mean_memorization",
    "misfits_from_memorization",
]

Example = tuple[Hashable, Hashable]
"""A point and its label."""

TrainedLearner = Callable[[Sequence[Example], Example], float]
"""``learner(dataset, (x, y))``: the probability that the model trained on the dataset predicts y at x."""

_LARGEST_ENUMERATION = 1_000_000


@checked
def leave_one_out_memorization(learner: TrainedLearner, dataset: Sequence[Example]) -> list[float]:
    """The memorization of each example of a dataset, by its definition.

    Parameters
    ----------
    learner : callable
        ``learner(dataset, (x, y))``, the probability of predicting y at x after training on the dataset.
    dataset : sequence of Example
        Points with their labels.

    Returns
    -------
    list of float
        One number in [-1, 1] an example.

    Examples
    --------
    >>> lookup = lambda dataset, example: float(example in dataset)
    >>> leave_one_out_memorization(lookup, [("a", 0), ("b", 1), ("b", 1)])
    [1.0, 0.0, 0.0]
    """
    without = [[*dataset[:i], *dataset[i + 1 :]] for i in range(len(dataset))]
    return [learner(dataset, dataset[i]) - learner(without[i], dataset[i]) for i in range(len(dataset))]


@checked
def mean_memorization(population: Mapping[Example, float], learner: TrainedLearner, n_samples: int) -> float:
    """The expected mean memorization over datasets of ``n_samples`` independent examples, by enumeration.

    Parameters
    ----------
    population : mapping of example to float
        The probability of each example.
    learner : callable
        As for :func:`leave_one_out_memorization`.
    n_samples : int
        At least 1.

    Raises
    ------
    InputError
        If the probabilities do not sum to one, or there are too many datasets to enumerate.
    """
    return math.fsum(
        chance * math.fsum(leave_one_out_memorization(learner, dataset)) / n_samples
        for chance, dataset in _datasets(population, _at_least_one(n_samples))
    )


@checked
def generalization_gap(population: Mapping[Example, float], learner: TrainedLearner, n_samples: int) -> float:
    """Expected error on the population after ``n_samples - 1`` examples, minus the error on the training set after all
    of them.

    Equal to :func:`mean_memorization`, by exchangeability: an example left out is a fresh one.

    Examples
    --------
    >>> population = {("a", 0): 0.5, ("b", 1): 0.5}
    >>> lookup = lambda dataset, example: float(example in dataset)
    >>> generalization_gap(population, lookup, 2), mean_memorization(population, lookup, 2)
    (0.5, 0.5)
    """
    unseen_error = math.fsum(
        chance * weight * (1 - learner(dataset, example))
        for chance, dataset in _datasets(population, _at_least_one(n_samples) - 1)
        for example, weight in population.items()
    )
    training_error = math.fsum(
        chance * math.fsum(1 - learner(dataset, example) for example in dataset) / n_samples
        for chance, dataset in _datasets(population, n_samples)
    )
    return unseen_error - training_error


@checked
def misfits_from_memorization(left_out_accuracy: Sequence[float], memorization: Sequence[float]) -> float:
    """Number of examples that are misfitted: the examples that are not guessed without themselves, less those that
    memorization makes right (Lemma 4.3).

    Parameters
    ----------
    left_out_accuracy : sequence of float
        For each example, the probability that its label is predicted when it is left out.
    memorization : sequence of float
        For each example, its memorization.

    Examples
    --------
    >>> round(misfits_from_memorization([0.1, 0.1, 0.9], [0.5, 0.9, 0.1]), 12)
    0.4
    """
    if len(left_out_accuracy) != len(memorization):
        raise InputError("memorization", f"have {len(left_out_accuracy)} entries", Said(f"{len(memorization)} entries"))
    return math.fsum(1 - out - mem for out, mem in zip(left_out_accuracy, memorization, strict=True))


@checked
def least_total_memorization(excess: float, n_singletons: float, tau_1: float, guess_probability: float) -> Bound:
    r"""Return how much must be memorized, in total over points seen once, to stay within an excess error.

    Parameters
    ----------
    excess : float
        The affordable expected error above the optimum, at least 0.
    n_singletons : float
        The expected number of points seen once.
    tau_1 : float
        The posterior mean frequency of each.
    guess_probability : float
        How likely the likeliest label of a singleton is, given everything but it; 1 / n_classes for uniform labels.

    Returns
    -------
    Bound
        A lower bound on the expected sum of memorization over points seen once,
        :math:`(1 - g)\, \mathbb E\#\text{singletons} - \text{excess} / \tau_1`; negative is vacuous.

    Examples
    --------
    >>> print(least_total_memorization(0.0, n_singletons=8000, tau_1=1e-5, guess_probability=0.1))
    ≥ 7.2e+03
    """
    if not excess >= 0:
        raise InputError("excess", "be at least 0", excess)
    if not n_singletons >= 0:
        raise InputError("n_singletons", "be at least 0", n_singletons)
    if not 0 < tau_1 <= 1:
        raise InputError("tau_1", "lie in (0, 1]", tau_1)
    unguessed = (1 - probability_law("guess_probability", guess_probability)) * n_singletons
    return Bound(
        value=unguessed - excess / tau_1,
        side="lower",
        reference="Feldman2020, Lemma 4.3 with Theorem 2.3",
        condition=AVERAGED_CONDITION,
    )


@checked
def least_error_by_uncertainty(posterior: Sequence[float], mean_memorization: float) -> float:
    r"""The least probability of misfitting a label drawn from a posterior (Lemma 4.4).

    Parameters
    ----------
    posterior : sequence of float
        The probability of each label at the point, given everything but the point's label.
    mean_memorization : float
        The memorization of the example, averaged over labels drawn from the posterior.

    Returns
    -------
    float
        :math:`(1 - \lVert\rho\rVert_\infty - \mathbb E_y \mathrm{mem})_+`; sharp if without the example the learner
        predicts the likeliest label.

    Examples
    --------
    >>> round(least_error_by_uncertainty([0.6, 0.4], 0.25), 12)
    0.15
    """
    if not abs(mean_memorization) <= 1:
        raise InputError("mean_memorization", "lie in [-1, 1]", mean_memorization)
    return max(0.0, 1 - float(distribution_law("posterior", posterior).max()) - mean_memorization)


def _datasets(population: Mapping[Example, float], n_samples: int) -> list[tuple[float, list[Example]]]:
    """Yield every ordered dataset, with its probability."""
    distribution_law("population", list(population.values()), least=1)
    if len(population) ** n_samples > _LARGEST_ENUMERATION:
        raise InputError(
            "population", f"have at most {_LARGEST_ENUMERATION:,} datasets", Said(f"{len(population)}**{n_samples}")
        )
    return [
        (math.prod(population[example] for example in dataset), list(dataset))
        for dataset in product(population, repeat=n_samples)
    ]


def _at_least_one(n_samples: int) -> int:
    if n_samples < 1:
        raise InputError("n_samples", "be at least 1", n_samples)
    return n_samples
