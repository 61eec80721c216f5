r"""Which level of a limit costs every group the same: a planner from estimated tails.

A guarantee forces a group to an error of at least (mass of what it saw once) times (least probability of misfitting
it), see :mod:`longtail.tail`. For a budget c, in accuracy within the group, the level that forces exactly c is the
inverse,

.. math:: \text{level}_g = \min \{\text{level} : M_1^{(g)}\, \text{least misfit}(\text{guess}_g, \text{level}) \le c\},

so a group whose tail is longer, or whose labels are harder, gets the weaker guarantee. That is a trade of one good for
another, and each group is told its own guarantee. Levels are necessary, not sufficient: the bound is one on the error
above the optimum, and a real learner may lose more.

A group can only have a guarantee of its own where its membership is public. Otherwise the level itself, which depends
on the group, tells what the guarantee protects; and what everybody can be guaranteed is the weakest level of all.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from longtail.arguments import checked
from longtail.errors import InputError, Said
from longtail.estimate import Estimate
from longtail.frequencies.checks import probability_law
from longtail.tail import TailEstimate

__all__ = ["PROTECTS", "GroupLevel", "Guaranteed", "equalizing_levels", "refuse_unequal_levels"]

_VACUOUS_EPSILON = 50.0
_TOLERANCE = 1e-9
Guaranteed = Literal["memorization", "label privacy", "differential privacy"]
PROTECTS: dict[Guaranteed, str] = {
    "memorization": "example",
    "label privacy": "label",
    "differential privacy": "example",
}
"""What of an example each of them protects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLevel:
    """The guarantee that a group would get.

    Parameters
    ----------
    name : str
        Of the group.
    level : float
        Epsilon, or gamma of a memorization limit: the strongest guarantee whose forced cost keeps to the budget.
    strongest, weakest : float
        The same at the ends of the interval of what is forced.
    guarantee : str
        In words.
    """

    name: str
    level: float
    strongest: float
    weakest: float
    guarantee: str


@checked
def equalizing_levels(
    tails: Mapping[str, TailEstimate],
    guess_probabilities: Mapping[str, float | Estimate],
    budget: float,
    guarantee: Guaranteed = "differential privacy",
    *,
    delta: float = 1e-5,
) -> list[GroupLevel]:
    """Find for each group the strongest guarantee that need not cost it more than the budget.

    Parameters
    ----------
    tails : mapping
        Group -> the tail of its own examples.
    guess_probabilities : mapping
        Group -> how often a label of what it saw once is guessed without it: the accuracy of left-out trials. With an
        interval it widens that of the level.
    budget : float
        Accuracy, within a group, that may be lost, in [0, 1].
    guarantee : {"memorization", "label privacy", "differential privacy"}
        What is guaranteed.
    delta : float
        Of differential privacy.

    Raises
    ------
    InputError
        If a group lacks its guess probability, or a number is out of its range.

    Examples
    --------
    >>> from longtail.tail import FrequencyCounts, estimate_tail
    >>> tails = {
    ...     "long": estimate_tail(FrequencyCounts.from_counts([1] * 60 + [2] * 20)),
    ...     "short": estimate_tail(FrequencyCounts.from_counts([1] * 5 + [2] * 2 + [50] * 5)),
    ... }
    >>> for group in equalizing_levels(tails, {"long": 0.3, "short": 0.3}, budget=0.1, guarantee="memorization"):
    ...     print(group.name, round(group.level, 2))
    long 0.45
    short 0.0
    """
    probability_law("budget", budget)
    if guarantee not in ("memorization", "label privacy", "differential privacy"):
        raise InputError("guarantee", "be memorization, label privacy or differential privacy", guarantee)
    missing = [name for name in tails if name not in guess_probabilities]
    if missing:
        raise InputError("guess_probabilities", f"hold group {missing[0]!r}", sorted(guess_probabilities))
    return [_level_of(name, tail, guess_probabilities[name], budget, guarantee, delta) for name, tail in tails.items()]


@checked
def refuse_unequal_levels(levels: Mapping[str, float], *, groups_are_public: bool) -> float:
    """Return the guarantee that all examples have under levels per group. Refuse levels that break it.

    Parameters
    ----------
    levels : mapping
        Group -> epsilon, or gamma of a memorization limit.
    groups_are_public : bool
        Whether who belongs to which group is known anyway, and not to be protected.

    Returns
    -------
    float
        The weakest level, which is what holds for everybody.

    Raises
    ------
    InputError
        If levels differ and groups are not public.

    Examples
    --------
    >>> refuse_unequal_levels({"a": 1.0, "b": 3.0}, groups_are_public=True)
    3.0
    """
    weakest = max(levels.values())
    if not groups_are_public and min(levels.values()) < weakest:
        law = "be equal where membership of a group is not public: the level of an example tells its group"
        what = Said(", ".join(f"{name}: {_short(level)}" for name, level in levels.items()))
        held = (
            "No guarantee to everybody keeps to the budget."
            if math.isinf(weakest)
            else f"Guarantee everybody {weakest:.3g}."
        )
        raise InputError("levels", law, what, held)
    return weakest


def _level_of(
    name: str, tail: TailEstimate, guess: float | Estimate, budget: float, guarantee: Guaranteed, delta: float
) -> GroupLevel:
    forced: dict[Guaranteed, Callable[[float], Estimate]] = {
        "memorization": lambda gamma: tail.cost_of_memorization_limit(gamma, guess_probability=guess),
        "label privacy": lambda epsilon: tail.cost_of_label_privacy(epsilon, guess_probability=guess),
        "differential privacy": lambda epsilon: tail.cost_of_privacy(epsilon, delta, guess_probability=guess),
    }
    cost, most = forced[guarantee], 1.0 if guarantee == "memorization" else _VACUOUS_EPSILON
    level = _least_level(lambda at: cost(at).value, budget, most)
    return GroupLevel(
        name=name,
        level=level,
        strongest=_least_level(lambda at: cost(at).low, budget, most),
        weakest=_least_level(lambda at: cost(at).high, budget, most),
        guarantee=_in_words(guarantee, level, delta),
    )


def _least_level(cost: Callable[[float], float], budget: float, most: float) -> float:
    """Find the least level that keeps to the budget, by bisection of a cost that falls in the level."""
    if cost(0.0) <= budget:
        return 0.0
    if cost(most) > budget:
        return math.inf
    low, high = 0.0, most
    while high - low > _TOLERANCE * high:
        middle = (low + high) / 2
        low, high = (low, middle) if cost(middle) <= budget else (middle, high)
    return high


def _short(level: float) -> str:
    return "none" if math.isinf(level) else f"{level:.3g}"


def _in_words(guarantee: Guaranteed, level: float, delta: float) -> str:
    if math.isinf(level):
        return "no guarantee keeps to the budget"
    if level == 0:
        return "any guarantee: what it saw once forces no more than the budget"
    if guarantee == "memorization":
        return f"no example raises the chance of its own label by more than {level:.3g}"
    if guarantee == "label privacy":
        return f"({level:.3g}, 0)-label-differential privacy"
    return f"({level:.3g}, {delta:g})-differential privacy"
