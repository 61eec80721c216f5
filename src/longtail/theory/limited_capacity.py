r"""Room for few labels: which to keep, and what it costs to forget the others.

A learner sees :math:`n` examples, keeps the labels of ``capacity`` of the points that it saw and guesses all others. In
the long-tail model a point seen :math:`\ell` times is worth :math:`(1 - g)\, \tau_\ell`, which grows with
:math:`\ell`. So the best choice, a knapsack of items of equal size, keeps what was seen most often: it forgets points
seen once, then points seen twice, until the rest fits,

.. math:: \text{cost}(k) = (1 - g) \sum_\ell \tau_\ell\, f_\ell, \qquad
          \sum_\ell f_\ell = E[\#\text{seen}] - k, \quad f_\ell \le E[\#\text{seen } \ell \text{ times}],

filled from :math:`\ell = 1` upward. It is exact for a capacity that holds on average over samples, among rules that
look at a point's own count. Under a Dirichlet or equal prior, where :math:`\tau_\ell` is the posterior mean given the
whole sample, no learner does better; under others, one that compares counts with one another may.

Beside it stand two ways to forget at random: labels drawn from all that were seen, and whole examples, which keeps the
points of a smaller sample. See ``docs/derivations/limited-capacity.md``; the question is that of
[YeFeldmanTalwar2026]_, of which the abstract and published summaries were read.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from heapq import merge

from longtail.arguments import checked
from longtail.errors import InputError
from longtail.theory.disparity import Population
from longtail.theory.model import LongTailModel

__all__ = ["CapacityCost", "SubgroupCapacity", "capacity_by_subgroup", "capacity_cost"]

_MOST_COUNTS = 1_000
"""Points that were seen more often are not told apart: a capacity that small is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityCost:
    """Excess error of learners that keep ``capacity`` labels.

    Parameters
    ----------
    capacity : float
        How many labels are kept.
    n_seen : float
        The expected number of points that were seen.
    best : float
        Where those seen most often are kept.
    random_labels : float
        Where any that were seen are kept, each with the same probability.
    random_examples : float
        Where a random part of the examples is kept, as large as its points fit.
    forgotten_counts : int
        Points seen fewer times than this are all forgotten by the best choice, those seen so often in part.
    n_examples : float
        How many examples that random part holds.
    """

    capacity: float
    n_seen: float
    best: float
    random_labels: float
    random_examples: float
    forgotten_counts: int
    n_examples: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SubgroupCapacity:
    """Share of a subgroup in the best choice of labels, which is made for the whole population.

    Parameters
    ----------
    name : str
        The subgroup.
    n_seen, kept : float
        The expected numbers of its points that were seen, and of those whose label is kept.
    cost : float
        What is added to its own error.
    """

    name: str
    n_seen: float
    kept: float
    cost: float


@checked
def capacity_cost(model: LongTailModel, capacity: float) -> CapacityCost:
    """Return the excess error of keeping ``capacity`` labels, by the best choice and by two random ones.

    Parameters
    ----------
    model : LongTailModel
        The prior, the sample size and the probability of a right guess.
    capacity : float
        At most the number of points that are seen; with more, nothing is forgotten.

    Raises
    ------
    InputError
        If ``capacity`` is negative, or above 0 and so small that points seen more than 1,000 times would be
        forgotten; if the prior has infinitely many subpopulations.
    AccuracyError
        If the model cannot answer within its ``rtol``.

    Examples
    --------
    >>> from longtail.theory import Zipf
    >>> cost = capacity_cost(LongTailModel(prior=Zipf(100), n_samples=100, n_classes=10), capacity=10)
    >>> round(cost.n_seen, 1), round(cost.best, 4), round(cost.random_labels, 4), round(cost.random_examples, 4)
    (42.2, 0.2334, 0.5198, 0.3418)
    """
    _check(capacity)
    n_seen = _number_seen(model)
    wrong, spare = 1 - model.guess, n_seen - capacity
    if spare <= 0:
        return CapacityCost(
            capacity=capacity,
            n_seen=n_seen,
            best=0.0,
            random_labels=0.0,
            random_examples=0.0,
            forgotten_counts=1,
            n_examples=float(model.n_samples),
        )
    best, forgotten_counts = 0.0, 0
    if capacity == 0:
        best, spare, forgotten_counts = _cost_of_all(model), 0.0, model.n_samples
    for value, number in _worth_of_counts(model):
        if spare <= 0:
            break
        forgotten = min(spare, number)
        best, spare, forgotten_counts = best + forgotten * value, spare - forgotten, forgotten_counts + 1
    kept_examples = _examples_with(model, capacity)
    return CapacityCost(
        capacity=capacity,
        n_seen=n_seen,
        best=best,
        random_labels=wrong * (1 - capacity / n_seen) * (1 - model.unseen_mass),
        random_examples=wrong * (_unseen(model, kept_examples) - model.unseen_mass),
        forgotten_counts=forgotten_counts,
        n_examples=kept_examples,
    )


@checked
def capacity_by_subgroup(population: Population, capacity: float) -> list[SubgroupCapacity]:
    r"""Return whose labels are kept when one capacity serves a whole population, and what the others pay.

    A point of subgroup :math:`k` seen :math:`\ell` times is worth :math:`\lambda_k (1 - g_k)\, \tau_{k,\ell}` to the
    population; the least worth are forgotten first, whosever they are.

    Parameters
    ----------
    population : Population
        The subgroups and the sample size.
    capacity : float
        Labels kept in all.

    Returns
    -------
    list of SubgroupCapacity
        In the order of the subgroups. The population's cost is the mean of theirs, weighted by share.

    Raises
    ------
    InputError, AccuracyError
        As :func:`capacity_cost` does.

    Examples
    --------
    >>> from longtail.theory import Subgroup, Zipf
    >>> many = Subgroup(name="many", prior=Zipf(50), share=0.8, n_classes=10)
    >>> few = Subgroup(name="few", prior=Zipf(50), share=0.2, n_classes=10)
    >>> for group in capacity_by_subgroup(Population(subgroups=(many, few), n_samples=200), capacity=20):
    ...     print(group.name, round(group.n_seen, 1), round(group.kept, 1), round(group.cost, 3))
    many 38.7 17.1 0.186
    few 20.1 2.9 0.337
    """
    _check(capacity)
    models = [population.model(subgroup) for subgroup in population.subgroups]
    seen = [_number_seen(model) for model in models]
    if capacity == 0:
        return [
            SubgroupCapacity(name=subgroup.name, n_seen=n_seen, kept=0.0, cost=_cost_of_all(model))
            for subgroup, n_seen, model in zip(population.subgroups, seen, models, strict=True)
        ]
    spare, costs, forgotten = sum(seen) - capacity, [0.0] * len(models), [0.0] * len(models)
    shares = [subgroup.share for subgroup in population.subgroups]
    items = [_items(place, share, model) for place, (share, model) in enumerate(zip(shares, models, strict=True))]
    for _, place, value, number in merge(*items):
        if spare <= 0:
            break
        taken = min(spare, number)
        costs[place] += taken * value
        forgotten[place] += taken
        spare -= taken
    return [
        SubgroupCapacity(name=subgroup.name, n_seen=n_seen, kept=n_seen - lost, cost=cost)
        for subgroup, n_seen, lost, cost in zip(population.subgroups, seen, forgotten, costs, strict=True)
    ]


def _items(place: int, share: float, model: LongTailModel) -> Iterator[tuple[float, int, float, float]]:
    """Yield worth to the population, subgroup, worth within it and number of points, the least worth first."""
    for value, number in _worth_of_counts(model):
        yield share * value, place, value, number


def _worth_of_counts(model: LongTailModel) -> Iterator[tuple[float, float]]:
    """Yield the worth of a point seen 1, 2, ... times, and the expected number of such points."""
    for count in range(1, model.n_samples + 1):
        if count > _MOST_COUNTS:
            law = f"be so large that no point seen more than {_MOST_COUNTS:,} times must be forgotten"
            raise InputError("capacity", law, "less")
        yield (1 - model.guess) * model.tau(count), model.expected_number_seen(count)


def _cost_of_all(model: LongTailModel) -> float:
    """Return the cost of forgetting whatever was seen, which needs no sum over counts."""
    return (1 - model.guess) * (1 - model.unseen_mass)


def _number_seen(model: LongTailModel) -> float:
    if model.n_subpopulations == float("inf"):
        raise InputError("prior", "have finitely many subpopulations", model.prior)
    return model.n_subpopulations - model.expected_number_seen(0)


def _examples_with(model: LongTailModel, capacity: float) -> float:
    """Return the number of examples whose expected number of points is ``capacity``, interpolated linearly."""
    least, most = 0, model.n_samples  # The number of points at `least` is at most the capacity, at `most` at least.
    while most - least > 1:
        middle = (least + most) // 2
        if _number_seen(replace(model, n_samples=middle)) <= capacity:
            least = middle
        else:
            most = middle
    low = _number_seen(replace(model, n_samples=least)) if least else 0.0
    high = _number_seen(replace(model, n_samples=most))
    return least + (capacity - low) / (high - low)


def _unseen(model: LongTailModel, n_examples: float) -> float:
    """Return the unseen mass after that many examples. A part of an example is one that is kept so often."""
    whole = int(n_examples)
    low = replace(model, n_samples=whole).unseen_mass if whole else 1.0
    if n_examples == whole:
        return low
    return low + (n_examples - whole) * (replace(model, n_samples=whole + 1).unseen_mass - low)


def _check(capacity: float) -> None:
    if not 0 <= capacity < float("inf"):
        raise InputError("capacity", "be at least 0 and finite", capacity)
