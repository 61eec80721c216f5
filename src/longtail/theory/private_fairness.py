r"""Private and accurate, hence unfair: what a population's error and its inequality add up to at least.

Under a guarantee no learner errs less in subgroup k than :math:`e_k = \text{opt}_k + \text{cost}_k`, as
:mod:`longtail.theory.disparity` computes. Let the **discrepancy** :math:`\Gamma` be the error of the worst subgroup
less that of the population. The two add up to the error of the worst subgroup, so that for every learner with the
guarantee

.. math:: \text{err} + \Gamma \ge \max_k e_k, \qquad \text{err} \ge \sum_k \lambda_k e_k .

Where the :math:`e_k` can be attained, so can each pair on this border: a subgroup's error can be raised on purpose. So
the most accurate learner is unfair by :math:`\max_k e_k - \sum_k \lambda_k e_k`, and each point of fairness below it is
paid with a point of overall error. That on long tails accuracy and privacy exclude accuracy on minorities, and that
giving up accuracy buys fairness, is due to [SanyalHuYang2022]_, of which the abstract and the introduction were read;
their theorem has other constants. Derived in ``docs/derivations/private-fairness.md``.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from longtail.arguments import checked
from longtail.errors import InputError
from longtail.frequencies.checks import probability_law
from longtail.theory.disparity import Population, subgroup_costs
from longtail.theory.model import LongTailModel

__all__ = ["FairnessTradeOff", "fairness_trade_off"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FairnessTradeOff:
    """Least error and least discrepancy of learners with a guarantee.

    Parameters
    ----------
    worst : str
        The subgroup whose least error is largest.
    errors : dict of str to float
        The least error of each subgroup under the guarantee.
    error : float
        The least error of the population.
    discrepancy : float
        How unfair a learner of that error is at least.
    optimal_discrepancy : float
        The same without a guarantee: what the tails alone do.
    """

    worst: str
    errors: dict[str, float]
    error: float
    discrepancy: float
    optimal_discrepancy: float

    def least_error(self, discrepancy: float) -> float:
        """Return the least error of the population that such a discrepancy, or a smaller one, takes."""
        return max(self.error, self.errors[self.worst] - probability_law("discrepancy", discrepancy))

    def least_discrepancy(self, error: float) -> float:
        """Return the least discrepancy of learners whose error on the population is at most so large.

        Raises
        ------
        InputError
            If no learner with the guarantee errs so rarely.
        """
        if not probability_law("error", error) >= self.error * (1 - 1e-12):
            raise InputError("error", f"be at least what the guarantee forces, {self.error:.6g}", error)
        return max(0.0, self.errors[self.worst] - error)


@checked
def fairness_trade_off(population: Population, cost: Callable[[LongTailModel], float]) -> FairnessTradeOff:
    """Return how error and inequality are traded under a guarantee.

    Parameters
    ----------
    population : Population
        The subgroups and the sample size.
    cost : callable
        What the guarantee costs in a model at least, for instance
        ``lambda model: model.cost_of_privacy(epsilon=1.0, delta=0.0)``.

    Raises
    ------
    InputError, AccuracyError
        As :func:`longtail.theory.subgroup_costs` does.

    Examples
    --------
    >>> from longtail.theory import Subgroup, Zipf
    >>> many = Subgroup(name="many", prior=Zipf(5_000), share=0.8, n_classes=10)
    >>> few = Subgroup(name="few", prior=Zipf(5_000), share=0.2, n_classes=10)
    >>> population = Population(subgroups=(many, few), n_samples=50_000)
    >>> found = fairness_trade_off(population, lambda model: model.cost_of_privacy(epsilon=1.0, delta=0.0))
    >>> round(found.error, 4), round(found.discrepancy, 4), round(found.optimal_discrepancy, 4)
    (0.0675, 0.0851, 0.0697)
    >>> round(found.least_error(0.05), 4)
    0.1025
    """
    costs = subgroup_costs(population, cost)
    errors = {each.name: each.optimal_error + each.cost for each in costs}
    error = math.fsum(each.share * errors[each.name] for each in costs)
    optimum = math.fsum(each.share * each.optimal_error for each in costs)
    worst = max(errors, key=errors.__getitem__)
    return FairnessTradeOff(
        worst=worst,
        errors=errors,
        error=error,
        discrepancy=errors[worst] - error,
        optimal_discrepancy=max(each.optimal_error for each in costs) - optimum,
    )
