"""The curve of an attack and its numbers, whose intervals can be had at any level, and for the best of several."""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from longtail.array_types import Reals
from longtail.estimate import Estimate, require_level
from longtail.membership.roc_intervals import Tie, estimate_of

__all__ = ["NUMBERS", "RocCurve", "Spread"]

NUMBERS = ("tpr_at_0_1_percent", "tpr_at_1_percent", "auc", "balanced_accuracy")
_CHANCE = {"tpr_at_0_1_percent": 0.001, "tpr_at_1_percent": 0.01, "auc": 0.5}


class Spread(NamedTuple):
    """A number of a curve, its standard error and what else its interval is made of."""

    value: float
    error: float
    freedom: int
    n_examples: int
    warning: str
    tie: Tie | None

    def at_level(self, level: float) -> Estimate:
        """Return the estimate with an interval of this coverage."""
        found = estimate_of(self.value, self.error, self.freedom, self.n_examples, level, self.warning)
        return found if self.tie is None else self.tie.within(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class RocCurve:
    """An attack's curve and its summaries.

    Parameters
    ----------
    attack : str
        Its name.
    false_positive_rate, true_positive_rate : (k,) arrays
        Points of the curve from (0, …) to (1, 1); exact counts at thresholds dense on a logarithmic axis.
    tpr_at_0_1_percent, tpr_at_1_percent : Estimate
        True-positive rate at no more than that false-positive rate; where equal scores of members and others straddle
        it, that of a threshold drawn at random at either end of the tie, whose interval holds both ends.
    auc, balanced_accuracy : Estimate
        Chance is 1/2 for both.
    n_members, n_others : int
        Pairs of target and example that were scored.
    n_trials, n_examples : int
        Targets and examples.
    spreads : dict
        What the intervals are made of, so that they can be had at another level.
    """

    attack: str
    false_positive_rate: Reals
    true_positive_rate: Reals
    tpr_at_0_1_percent: Estimate
    tpr_at_1_percent: Estimate
    auc: Estimate
    balanced_accuracy: Estimate
    n_members: int
    n_others: int
    n_trials: int
    n_examples: int
    spreads: dict[str, Spread] = field(default_factory=dict, repr=False, compare=False)

    def at_level(self, level: float) -> "RocCurve":
        """Return the same curve with intervals of another coverage.

        Examples
        --------
        >>> import numpy as np
        >>> from longtail.membership import roc
        >>> scores = np.arange(60.0).reshape(6, 10) % 7
        >>> curve = roc(scores, scores > 2)
        >>> curve.at_level(0.99).auc.low < curve.auc.low
        True
        """
        require_level(level)
        low_rate, rate, auc, accuracy = (self.spreads[name].at_level(level) for name in NUMBERS)
        return replace(self, tpr_at_0_1_percent=low_rate, tpr_at_1_percent=rate, auc=auc, balanced_accuracy=accuracy)

    def stated(self, level: float, how: str) -> "RocCurve":
        """Return the same intervals with the coverage that they have together with others, and how they have it."""
        low_rate, rate, auc, accuracy = (
            replace(found, level=level, method=f"{found.method}, {how}")
            for found in (getattr(self, name) for name in NUMBERS)
        )
        return replace(self, tpr_at_0_1_percent=low_rate, tpr_at_1_percent=rate, auc=auc, balanced_accuracy=accuracy)

    def above_chance(self, level: float, compared: int = 1) -> bool:
        """Return whether the area or a low rate is surely above chance, where as many attacks were ``compared``.

        The error that ``level`` leaves is shared among all numbers of all attacks (Bonferroni), each against one side.
        """
        error = (1 - level) / (len(_CHANCE) * compared)
        strict = self.at_level(1 - 2 * error)
        return any(getattr(strict, name).low > chance for name, chance in _CHANCE.items())
