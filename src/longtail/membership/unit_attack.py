r"""LiRA on units: one likelihood ratio for all rows of a person.

With normal laws of a unit's rows that differ by the shifts :math:`\delta_i` of their means and share a covariance
:math:`\Sigma`, rows taken for independent give the sum of their log likelihood ratios,

.. math:: S = \sum_i \frac{\delta_i}{\sigma_i^2} \Big(\phi_i - \frac{\mu_{\text{in},i} + \mu_{\text{out},i}}{2}\Big),

which is normal with means :math:`\pm m / 2`, :math:`m = \sum_i \delta_i^2 / \sigma_i^2`, and the variance
:math:`v = w^\top \Sigma w` of :math:`w_i = \delta_i / \sigma_i^2`. Rows of one person depend on one another: then v is
larger than m, and S overstates what it knows. The log likelihood ratio of S itself is

.. math:: \Lambda = S \, m / v,

and S where rows are independent. Means and variances are the shadow models', with matched company as for single rows;
v is the spread of :math:`w^\top r` over shadow models' residuals r, of at most 64 of them.
"""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from longtail.arguments import checked
from longtail.array_types import Reals
from longtail.membership.attack_scores import AttackScores, Candidates, candidates, within_range
from longtail.membership.lira import Variance
from longtail.membership.shadow_moments import Moments, targets
from longtail.outcomes import Outcomes
from longtail.scores.units import Units, units_of

__all__ = ["unit_lira", "unit_lira_of_model"]

_MOST_RESIDUALS = 64


@checked
def unit_lira(
    outcomes: Outcomes,
    together: ArrayLike,
    variance: Variance = "per_example",
    *,
    dependence: Literal["measured", "ignored"] = "measured",
) -> AttackScores:
    """Attack every unit in every trial, with all the other trials as shadow models.

    Parameters
    ----------
    outcomes : Outcomes
        With confidences, in which all rows of a unit are in or out together.
    together : (n,) array
        The unit that each row belongs to. Units come in the order of their sorted names.
    variance : {"per_example", "pooled"}
        The variance of a row's confidence: its own, or that of all rows.
    dependence : {"measured", "ignored"}
        Whether the sum is divided by what the dependence of a unit's rows adds to its variance.

    Returns
    -------
    AttackScores
        A column a unit. A unit is refused if no row of it can be attacked.

    Raises
    ------
    InputError
        If nothing can be attacked, or units are torn.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> person = np.repeat(np.arange(10), 3)
    >>> inclusion = (rng.random((40, 10)) < 0.5)[:, person]
    >>> table = Outcomes.from_arrays(inclusion, inclusion, confidence=rng.normal(size=(40, 30)) + 2 * inclusion)
    >>> scores = unit_lira(table, person)
    >>> bool(scores.score[scores.inclusion].mean() > 1 > -1 > scores.score[~scores.inclusion].mean())
    True
    """
    attack = "LiRA by unit" + (", pooled variance" if variance == "pooled" else "")
    units, known = units_of(outcomes, together), candidates(outcomes, attack)
    confidence = np.where(known.attackable, known.confidence, 0.0)
    attackable = units.total(known.attackable) > 0
    spread, residuals = _spread(confidence, outcomes, known, variance)
    score = np.full(units.inclusion.shape, np.nan, np.float32)
    for target in targets(confidence, outcomes.inclusion):
        weight, shift, middle = _weights(target.inside, target.outside, spread, known)
        summed = units.total(np.where(known.attackable, weight * (target.confidence - middle), 0.0))
        if dependence == "measured":
            summed *= _correction(units, weight, shift, residuals)
        score[target.trial, attackable] = summed[attackable]
    n_refused = int((~attackable).sum())
    refused = {"no row can be attacked": n_refused} if n_refused else {}
    return AttackScores(attack=attack, score=score, inclusion=units.inclusion, refused=refused)


def unit_lira_of_model(outcomes: Outcomes, confidence: Reals, together: ArrayLike) -> Reals:
    """Attack every unit in one model that is no trial, with all trials as its shadows.

    Parameters
    ----------
    outcomes, together
        As above.
    confidence : (n,) float array
        The model's, on each row.

    Returns
    -------
    (units,) float array
        NaN where a unit cannot be attacked.
    """
    units, known = units_of(outcomes, together), candidates(outcomes, "LiRA by unit")
    shadows = np.where(known.attackable, known.confidence, 0.0)
    spread, residuals = _spread(shadows, outcomes, known, "per_example")
    inside, outside = Moments.in_and_out(shadows, outcomes.inclusion)
    weight, shift, middle = _weights(inside, outside, spread, known)
    held = within_range(confidence, of_losses=outcomes.of_numbers)
    summed = units.total(np.where(known.attackable, weight * (held - middle), 0.0))
    summed = summed * _correction(units, weight, shift, residuals)
    return np.where(units.total(known.attackable) > 0, summed, np.nan)


def _weights(inside: Moments, outside: Moments, spread: Reals, known: Candidates) -> tuple[Reals, Reals, Reals]:
    """Return w, the shifts, and the middles between the means of both sides."""
    shift = np.where(known.attackable, inside.mean - outside.mean, 0.0)
    return shift / spread, shift, (inside.mean + outside.mean) / 2


def _spread(confidence: Reals, outcomes: Outcomes, known: Candidates, variance: Variance) -> tuple[Reals, Reals]:
    """Return the variance of each row about the means of its sides, and residuals of some trials, scaled to it."""
    inside, outside = Moments.in_and_out(confidence, outcomes.inclusion)
    freedom = outcomes.n_trials - 2
    own = (inside.squares + outside.squares) / freedom
    if variance == "pooled":
        own = np.full_like(own, own[known.attackable].mean())
    own = np.maximum(own, known.rounding_variance)
    chosen = np.linspace(0, outcomes.n_trials - 1, min(outcomes.n_trials, _MOST_RESIDUALS)).round().astype(int)
    mean = np.where(outcomes.inclusion[chosen], inside.mean, outside.mean)
    residuals = np.where(known.attackable, confidence[chosen] - mean, 0.0)
    return own, residuals * np.sqrt(outcomes.n_trials / freedom)


def _correction(units: Units, weight: Reals, shift: Reals, residuals: Reals) -> Reals:
    """Return m / v of each unit, and 1 where nothing shifts."""
    separation = units.total(weight * shift)
    variance = (units.total(weight * residuals) ** 2).mean(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = separation / variance
    return np.where(np.isfinite(ratio), ratio, 1.0)
