r"""What each guarantee costs as it tightens: curves of the least added error, each point an estimate with its interval.

Five guarantees: to leave what was seen at most :math:`\ell` times unfitted; a memorization limit :math:`\gamma`; label
privacy at :math:`\varepsilon`, by the sharp bound and by the paper's; and differential privacy
:math:`(\varepsilon, \delta)` [Feldman2020]_ (section 4). And how many more examples would halve a cost, from the prior
that is behind the counts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from longtail.arguments import checked
from longtail.errors import InputError
from longtail.estimate import Estimate
from longtail.tail.costs import LabelGuess, cost
from longtail.tail.frequency_counts import FrequencyCounts
from longtail.tail.good_turing import TailEstimate, estimate_tail
from longtail.tail.prior_estimation import PriorEstimate
from longtail.theory.privacy import group_privacy
from longtail.theory.randomized_response import label_private_accuracy_paper

__all__ = ["CostCurve", "cost_curves", "costs_by_class", "samples_to_halve"]

EPSILONS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
GAMMAS = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9)
COPIES = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class CostCurve:
    """The cost of one guarantee along its parameter.

    Parameters
    ----------
    guarantee : str
        What is guaranteed, in words.
    parameter : str
        What ``at`` is.
    at : tuple of float
        Values of the parameter.
    costs : tuple of Estimate
        The least added error at each.
    """

    guarantee: str
    parameter: str
    at: tuple[float, ...]
    costs: tuple[Estimate, ...]

    def to_json(self) -> dict[str, Any]:
        """Return a plain dictionary."""
        costs = [estimate.to_json() for estimate in self.costs]
        return {"guarantee": self.guarantee, "parameter": self.parameter, "at": list(self.at), "costs": costs}


@checked
def cost_curves(
    tail: TailEstimate,
    *,
    guess_probability: float | Estimate | None = None,
    n_classes: int | None = None,
    delta: float = 1e-5,
    max_count: int = 1,
    epsilons: Sequence[float] = EPSILONS,
    gammas: Sequence[float] = GAMMAS,
) -> list[CostCurve]:
    """Return the cost curves of one tail.

    Parameters
    ----------
    tail : TailEstimate
        From :func:`~longtail.tail.good_turing.estimate_tail`.
    guess_probability, n_classes
        How well a label is guessed without its examples; see
        :meth:`~longtail.tail.good_turing.TailEstimate.cost_of_not_fitting`.
    delta : float
        Of (epsilon, delta)-differential privacy.
    max_count : int
        The privacy and gamma curves count what was seen up to so often.
    epsilons, gammas : sequences of float
        Where the curves are evaluated.
    """
    known: dict[str, Any] = {"guess_probability": guess_probability, "n_classes": n_classes}
    guess = LabelGuess.of(guess_probability, n_classes)

    def by_paper(epsilon: float) -> Estimate:
        return cost(tail.fingerprint, tail.level, guess, max_count, lambda g, copies: _paper(g, epsilon, copies))

    def curve(guarantee: str, parameter: str, at: Sequence[float], priced: Callable[[Any], Estimate]) -> CostCurve:
        return CostCurve(guarantee=guarantee, parameter=parameter, at=tuple(at), costs=tuple(map(priced, at)))

    known_up_to = {**known, "max_count": max_count}
    return [
        curve("fits nothing seen so often or less", "copies", COPIES, _not_fitting(tail, known)),
        curve("memorizes no example by more than", "gamma", gammas, _limited(tail, known_up_to)),
        curve("label-private", "epsilon", epsilons, _label_private(tail, known_up_to)),
        curve("label-private (paper's bound)", "epsilon", epsilons, by_paper),
        curve(f"differentially private, delta = {delta:g}", "epsilon", epsilons, _private(tail, known_up_to, delta)),
    ]


@checked
def costs_by_class(
    counts: FrequencyCounts, priced: Callable[[TailEstimate], Estimate], level: float = 0.95
) -> dict[Any, Estimate]:
    """Return a cost within each class (or each subgroup that was given as one), on that class's own examples.

    Parameters
    ----------
    counts : FrequencyCounts
        With classes.
    priced : callable
        For instance ``lambda tail: tail.cost_of_label_privacy(1.0, n_classes=10)``.
    level : float
        Of every interval; each holds by itself, not all together.
    """
    return {name: priced(estimate_tail(mine, level)) for name, mine in counts.by_class().items()}


@checked
def samples_to_halve(prior: PriorEstimate, weights: Mapping[int, float]) -> float | None:
    r"""Return the number of further examples that would halve the cost :math:`\sum_\ell w_\ell M_\ell`, or ``None`` if
    as many again are not enough.

    Parameters
    ----------
    prior : PriorEstimate
        Behind the counts.
    weights : mapping
        The cost's weights: how likely what was seen so often is misfitted.
    """
    if not weights or not all(0 <= weight <= 1 for weight in weights.values()):
        raise InputError("weights", "be probabilities of misfitting", dict(weights))

    def cost_at(times: float) -> float:
        return sum(weight * prior.expected_mass_seen(count, times) for count, weight in weights.items())

    goal = cost_at(1.0) / 2
    if not cost_at(2.0) <= goal:
        return None
    low, high = 1.0, 2.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (low, middle) if cost_at(middle) <= goal else (middle, high)
    return (high - 1) * prior.fingerprint.n_samples


def _not_fitting(tail: TailEstimate, known: dict[str, Any]) -> Callable[[Any], Estimate]:
    return lambda copies: tail.cost_of_not_fitting(max_count=copies, **known)


def _limited(tail: TailEstimate, known: dict[str, Any]) -> Callable[[Any], Estimate]:
    return lambda gamma: tail.cost_of_memorization_limit(gamma, **known)


def _label_private(tail: TailEstimate, known: dict[str, Any]) -> Callable[[Any], Estimate]:
    return lambda epsilon: tail.cost_of_label_privacy(epsilon, **known)


def _private(tail: TailEstimate, known: dict[str, Any], delta: float) -> Callable[[Any], Estimate]:
    return lambda epsilon: tail.cost_of_privacy(epsilon, delta, **known)


def _paper(guess: float, epsilon: float, copies: int) -> float:
    return 1 - label_private_accuracy_paper(guess, group_privacy(epsilon, 0.0, copies)[0])
