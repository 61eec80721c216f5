r"""RMIA, the robust attack: how often does the example gain more from this model than a random example does?

With :math:`p_\theta(x)` the target's probability of the true label and :math:`p(x)` its mean over reference models,

.. math:: \mathrm{score}(x) = \Pr_z\Big[\frac{p_\theta(x) / p(x)}{p_\theta(z) / p(z)} \ge \gamma\Big],

over population examples :math:`z` that no model was trained on [Zarifzadeh2024]_: here the study's test examples.
Online, :math:`p(x)` is the mean of the IN mean and the OUT mean. Offline, and for :math:`z` always, the IN mean is not
to be had and is taken as :math:`a\,p_{\text{out}} + (1 - a)`, so :math:`p = \frac{1+a}{2} p_{\text{out}} +
\frac{1-a}{2}`. Of the probability of a class, a is 0.3 as there. A likelihood of a text or of a number is never near 1,
even in; a is then fitted to what the examples of the reference models gain from being in,

.. math:: 1 - a = \sum_x (p_{\text{in}}(x) - p_{\text{out}}(x)) \Big/ \sum_x (1 - p_{\text{out}}(x)).

Scores are multiples of one over the number of test examples: with few of these, low false-positive rates cannot be
told apart.
"""

from collections.abc import Iterator
from typing import Literal

import numpy as np

from longtail.arguments import checked
from longtail.array_types import Bits, Reals
from longtail.errors import InputError
from longtail.membership.attack_scores import AttackScores, candidates
from longtail.membership.places import shares_at_or_below
from longtail.membership.shadow_moments import targets
from longtail.membership.signals import likelihoods
from longtail.outcomes import Outcomes

__all__ = ["rmia", "shares_below"]

_OF_CLASSES = 0.3


@checked
def rmia(
    outcomes: Outcomes,
    mode: Literal["online", "offline"] = "online",
    *,
    gamma: float = 1.0,
    offline_a: float | None = None,
    matched: bool = True,
) -> AttackScores:
    """Attack every trial with all the others as reference models.

    Parameters
    ----------
    outcomes : Outcomes
        With confidences, of test examples too.
    mode : {"online", "offline"}
        See the module.
    gamma : float
        How much more it must gain, positive.
    offline_a : float, optional
        The *a* of the module, in [0, 1]. Where it is not given, 0.3 of classes, and fitted where performance is a
        number.
    matched : bool
        See :func:`~longtail.membership.lira`.

    Raises
    ------
    InputError
        If no example can be attacked, there are no confidences or losses of test examples, or an option breaks its law.
    """
    _check(mode, gamma, offline_a)
    attack = f"RMIA, {mode}"
    known = candidates(outcomes, attack)
    score = np.full(outcomes.inclusion.shape, np.nan, np.float32)
    for trial, share in _shares(outcomes, attack, mode, gamma, offline_a, matched):
        score[trial, known.attackable] = share[known.attackable]
    return AttackScores(attack=attack, score=score, inclusion=outcomes.inclusion, refused=known.refused)


def shares_below(outcomes: Outcomes, attack: str) -> Iterator[tuple[int, Reals]]:
    """Yield each trial, and the share of the population that gains no more than each example does, online.

    Parameters
    ----------
    outcomes : Outcomes
        With confidences, of test examples too.
    attack : str
        How an error calls what asks.

    Raises
    ------
    InputError
        If there are no confidences or losses of test examples.
    """
    return _shares(outcomes, attack, "online", 1.0, None, matched=True)


def _shares(
    outcomes: Outcomes, attack: str, mode: str, gamma: float, offline_a: float | None, matched: bool
) -> Iterator[tuple[int, Reals]]:
    probability, population, faint, faint_tests = likelihoods(outcomes, attack)
    total = population.sum(axis=0)
    for target in targets(probability, outcomes.inclusion, matched):
        inside, out = target.inside.mean, target.outside.mean
        a = _a(inside * ~faint, out * ~faint, outcomes.of_numbers) if offline_a is None else offline_a
        own = target.confidence
        gained = _ratio(own, (inside + out) / 2) if mode == "online" else _gained(own, out, a, faint)
        of_target = population[target.trial]
        out_population = (total - of_target) / (outcomes.n_trials - 1)
        gains = np.sort(_gained(of_target, out_population, a, faint_tests))
        yield target.trial, shares_at_or_below(gains, gained / gamma)


def _gained(own: Reals, out: Reals, a: float, faint: Bits) -> Reals:
    """Compute the target's likelihood over p(x) where only models without x are known."""
    gained = _ratio(own, (1 + a) / 2 * out + (1 - a) / 2)
    if a < 1:  # beside what an example is taken to reach when it is in, a faint one has nothing
        gained[faint] = 0.0
    return gained


def _ratio(own: Reals, reference: Reals) -> Reals:
    """Divide. Where neither model gives the truth a likelihood that a number holds, none gains on the other."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Reals = own / reference
    found[(own == 0) & (reference == 0)] = 1.0
    return found


def _a(inside: Reals, out: Reals, of_numbers: bool) -> float:
    """Return how much of the distance to 1 is left to an example that is in: 0.3 of classes, measured otherwise."""
    if not of_numbers:
        return _OF_CLASSES
    known = np.isfinite(inside + out)
    left = float((1 - out[known]).sum())
    return 1 - min(max(float((inside - out)[known].sum()) / left, 0.0), 1.0) if left > 0 else 1.0


def _check(mode: str, gamma: float, offline_a: float | None) -> None:
    if mode not in ("online", "offline"):
        raise InputError("mode", 'be "online" or "offline"', mode)
    if not gamma > 0:
        raise InputError("gamma", "be positive", gamma)
    if offline_a is not None and not 0 <= offline_a <= 1:
        raise InputError("offline_a", "lie in [0, 1]", offline_a)
