"""Measured advantage of the best attack on a learner: true-positive less false-positive rate, at one threshold.

The threshold is chosen on half of the models and applied to the others, so that choosing it gains nothing. The best of
several attacks is told with an interval that holds for all of them at once. Where rows of a person are in or out
together, persons are attacked and not rows. Learners are compared by as many models of
each, for an attack sees more with more models.
"""

import numpy as np
from numpy.typing import NDArray

from longtail.analysis.attacks import attacked_by
from longtail.analysis.unit_exposure import unit_attacks
from longtail.estimate import Estimate
from longtail.membership import lira, rmia, shrunken_lira
from longtail.outcomes import Outcomes
from longtail.scores.class_means import joint_level

__all__ = ["best_advantage"]

_MOST_MODELS = 40
_ATTACKS = (shrunken_lira, lambda table: lira(table, "online", "pooled"), lambda table: rmia(table, "online"))


def best_advantage(
    outcomes: Outcomes, level: float, n_models: int = _MOST_MODELS, together: NDArray[np.int64] | None = None
) -> tuple[Estimate | None, str]:
    """Return the advantage of the best attack, and its name. None, and no name, where no attack can be made.

    Parameters
    ----------
    outcomes : Outcomes
        Of the learner's trials.
    level : float
        Of the interval, for all attacks at once.
    n_models : int
        How many of them are attacked, at most.
    together : (n,) int array, optional
        The unit of each row, where rows stay together.
    """
    attacks = _ATTACKS if together is None else unit_attacks(together)
    some = outcomes.of_trials(outcomes.trial_numbers[: min(n_models, _MOST_MODELS)])
    curves = attacked_by(attacks, some, level).curves
    if not curves:
        return None, ""
    strict = joint_level(level, len(attacks))
    found = [curve.at_level(strict).balanced_accuracy for curve in curves]
    best = int(np.argmax([each.value for each in found]))
    told = Estimate(
        value=2 * found[best].value - 1,
        low=2 * max(each.low for each in found) - 1,
        high=2 * max(each.high for each in found) - 1,
        level=level,
        method=f"true- less false-positive rate of the best of {len(found)} attacks, {found[best].method}",
        warning=found[best].warning,
    )
    return told, curves[best].attack
