r"""Who pays when memorization is limited: subgroups with tails of their own.

A population is a mixture of subgroups with disjoint subpopulations. Subgroup :math:`k` has a share :math:`\lambda_k`
of the examples, a prior over its own subpopulations, normalized within the subgroup, and labels guessed without
memorization with probability :math:`g_k`. A sample of :math:`n` holds about :math:`n_k = \lambda_k n` of its examples,
so within the subgroup everything is the long-tail model with :math:`n_k` examples, and

.. math:: \text{cost} = \sum_k \lambda_k\, \text{cost}_k .

A longer tail or a smaller share makes the same limit more costly: disparate effect [Feldman2020]_ (section 4). The
inverse problem asks for the level of the limit that costs every subgroup the same: :func:`equalizing_gammas` and its
companions.

That :math:`n_k` is fixed is an approximation: it is binomial in truth, which moves the costs by a relative
:math:`O(1/n_k)`. See ``docs/derivations/disparity.md``.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from longtail.arguments import checked
from longtail.errors import InputError, Said
from longtail.frequencies.checks import probability_law, whole_law
from longtail.frequencies.priors import Prior
from longtail.theory.model import LongTailModel
from longtail.theory.privacy_levels import (
    affordable_error,
    smallest_epsilon_label_private,
    smallest_epsilon_private,
    smallest_gamma,
)

__all__ = [
    "Population",
    "Subgroup",
    "SubgroupCost",
    "equalizing_epsilons_label_private",
    "equalizing_epsilons_private",
    "equalizing_gammas",
    "subgroup_costs",
]


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Subgroup:
    """One part of a population.

    Parameters
    ----------
    name : str
        What it is called.
    prior : Prior
        The frequencies of its own subpopulations, in any unit.
    share : float
        Its share of the population and of the examples, in (0, 1].
    n_classes : int, optional
        How many labels there are, uniform unless ``guess_probability`` is given.
    guess_probability : float, optional
        How hard its labels are: the probability that one is guessed without having been seen; 1 / n_classes when left
        out.
    """

    name: str
    prior: Prior
    share: float
    n_classes: int | None = None
    guess_probability: float | None = None

    def __post_init__(self) -> None:
        if probability_law("share", self.share) == 0:
            raise InputError("share", "be positive", self.share, f"Leave subgroup {self.name!r} out.")


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """A mixture of subgroups, and how many examples of it are drawn.

    Raises
    ------
    InputError
        If the shares do not sum to one, a name is given twice, or ``n_samples`` leaves a subgroup without an example.

    Examples
    --------
    >>> from longtail.theory import Zipf
    >>> majority = Subgroup(name="majority", prior=Zipf(5000), share=5 / 6, n_classes=10)
    >>> minority = Subgroup(name="minority", prior=Zipf(5000), share=1 / 6, n_classes=10)
    >>> population = Population(subgroups=(majority, minority), n_samples=60_000)
    >>> for cost in subgroup_costs(population, lambda model: model.cost_of_memorization_limit(0.5)):
    ...     print(cost.name, round(cost.optimal_error, 6), round(cost.cost, 6))
    majority 0.018174 0.014483
    minority 0.113446 0.0357
    """

    subgroups: Sequence[Subgroup]
    n_samples: int

    def __post_init__(self) -> None:
        total = math.fsum(subgroup.share for subgroup in self.subgroups)
        if abs(total - 1) > 1e-9:
            raise InputError("shares", "sum to 1", Said(f"a sum of {total:.10g}"))
        names = [subgroup.name for subgroup in self.subgroups]
        if len(set(names)) < len(names):
            raise InputError("subgroups", "have names of their own", names)
        whole_law("n_samples", self.n_samples, least=1)
        for subgroup in self.subgroups:
            if round(subgroup.share * self.n_samples) < 1:
                raise InputError("n_samples", f"leave an example to subgroup {subgroup.name!r}", self.n_samples)

    def model(self, subgroup: Subgroup) -> LongTailModel:
        """Return the long-tail model within a subgroup, with its share of the examples."""
        return LongTailModel(
            prior=subgroup.prior,
            n_samples=round(subgroup.share * self.n_samples),
            n_classes=subgroup.n_classes,
            guess_probability=subgroup.guess_probability,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SubgroupCost:
    """Cost of a limit on memorization for a subgroup.

    Parameters
    ----------
    name : str
        The subgroup.
    share : float
        Its share.
    n_samples : int
        How many of the examples are its own.
    optimal_error : float
        The error that no learner can avoid, within the subgroup.
    cost : float
        What the limit adds at least, within the subgroup.
    """

    name: str
    share: float
    n_samples: int
    optimal_error: float
    cost: float


@checked
def subgroup_costs(population: Population, cost: Callable[[LongTailModel], float]) -> list[SubgroupCost]:
    """Return the optimum and the cost of a limit, subgroup by subgroup.

    Parameters
    ----------
    population : Population
        The subgroups and the sample size.
    cost : callable
        What the limit costs in a model, for instance ``lambda model: model.cost_of_label_privacy(epsilon=1.0)``.

    Returns
    -------
    list of SubgroupCost
        In the order of the subgroups. The population's optimum and cost are their means, weighted by share.
    """
    costs = []
    for subgroup in population.subgroups:
        model = population.model(subgroup)
        costs.append(
            SubgroupCost(
                name=subgroup.name,
                share=subgroup.share,
                n_samples=model.n_samples,
                optimal_error=model.optimal_error,
                cost=cost(model),
            )
        )
    return costs


@checked
def equalizing_gammas(population: Population, cost: float) -> dict[str, float]:
    """Return for each subgroup the memorization limit that costs it exactly ``cost``, or 0 where no limit costs so
    much.

    Examples
    --------
    >>> from longtail.theory import Zipf
    >>> long_tailed = Subgroup(name="long", prior=Zipf(25_000), share=0.5, n_classes=10)
    >>> short_tailed = Subgroup(name="short", prior=Zipf(5_000), share=0.5, n_classes=10)
    >>> levels = equalizing_gammas(Population(subgroups=(long_tailed, short_tailed), n_samples=100_000), 0.0144832)
    >>> {name: round(gamma, 3) for name, gamma in levels.items()}
    {'long': 0.715, 'short': 0.5}
    """
    return _levels(population, cost, smallest_gamma)


@checked
def equalizing_epsilons_label_private(population: Population, cost: float, delta: float = 0.0) -> dict[str, float]:
    """Return for each subgroup the label-privacy level that costs it exactly ``cost``, or 0 if none does."""
    return _levels(population, cost, lambda error, guess: smallest_epsilon_label_private(error, guess, delta))


@checked
def equalizing_epsilons_private(population: Population, cost: float, delta: float = 0.0) -> dict[str, float]:
    """Return for each subgroup the privacy level (add or remove one) that costs it exactly ``cost``, or 0 if none does
    so.
    """
    return _levels(population, cost, lambda error, guess: smallest_epsilon_private(error, guess, delta))


def _levels(population: Population, cost: float, level: Callable[[float, float], float]) -> dict[str, float]:
    """Return the level of each subgroup.

    Costs count points seen once: a cost is their mass times the probability of misfitting them.
    """
    models = {subgroup.name: population.model(subgroup) for subgroup in population.subgroups}
    return {name: level(affordable_error(cost, model.singleton_mass), model.guess) for name, model in models.items()}
