"""All attacks on the trials of an analysis, the strongest first, and the risk that it means.

The strongest is the one whose true-positive rate at 1 % false positives begins highest, where the intervals hold for
all attacks at once (Bonferroni). So the choice is accounted for, and the interval that is told is right for the attack
that is chosen by it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from longtail.errors import InputError
from longtail.findings import AttackFindings, RiskFindings
from longtail.machine import hand_back_memory
from longtail.membership import AttackScores, RocCurve, risk_at, roc
from longtail.outcomes import Outcomes

__all__ = ["Attack", "Attacked", "attacked_by", "require_prior"]

_CURVE_POINTS = 120

Attack = Callable[[Outcomes], AttackScores]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attacked:
    """Result of several attacks on the same trials.

    Parameters
    ----------
    curves : list of RocCurve
        The strongest first. Empty where no attack could be made.
    scores : AttackScores or None
        Those of the strongest; the others are forgotten, as each is as large as the outcomes.
    refused : list of str
        Why others cannot be made, and which examples cannot be attacked.
    level : float
        Of intervals.
    """

    curves: list[RocCurve]
    scores: AttackScores | None
    refused: list[str]
    level: float

    @property
    def strongest(self) -> RocCurve | None:
        """The curve of the strongest, with intervals that hold for all attacks at once."""
        return _of_all(self.curves[0], len(self.curves), self.level) if self.curves else None

    def findings(self) -> list[AttackFindings]:
        """Return all attacks as plain data."""
        return [_attack(curve, len(self.curves), self.level) for curve in self.curves]

    def risks(self, priors: Sequence[float]) -> list[RiskFindings]:
        """State the risk by the strongest at each prior, of the members that a model has on average, at both rates."""
        curve = self.strongest
        if curve is None:
            return []
        n_members = curve.n_members / curve.n_trials
        rates = ((0.01, curve.tpr_at_1_percent), (0.001, curve.tpr_at_0_1_percent))
        stated = [risk_at(prior, found, rate, n_members) for prior in priors for rate, found in rates]
        names = [each.name for each in fields(RiskFindings)]
        return [RiskFindings(**{name: getattr(risk, name) for name in names}) for risk in stated]


def attacked_by(
    attacks: Sequence[Attack],
    outcomes: Outcomes,
    level: float,
    what: str = "examples",
    *,
    unit: NDArray[np.int64] | None = None,
) -> Attacked:
    """Make every attack that can be made, and refuse the others by name.

    Parameters
    ----------
    attacks : sequence of callable
        From outcomes to scores.
    outcomes : Outcomes
        Of the trials.
    level : float
        Of intervals.
    what : str
        What is attacked, for those that are refused.
    unit : (n,) int array, optional
        The unit of each example, where rows stay together, for intervals.
    """
    hand_back_memory()  # Attacks take the most memory, and of what came before much is free.
    curves: list[RocCurve] = []
    refused: list[str] = []
    strongest: AttackScores | None = None
    made: AttackScores | None
    for attack in attacks:
        made = None  # Of an attack that is no longer asked for, scores are as large as the outcomes.
        try:
            made = replace(attack(outcomes), unit=unit)
        except InputError as error:
            refused.append(str(error))
            continue
        curve = roc(made, level=level)
        if not curves or _strength(curve, len(attacks)) > max(_strength(each, len(attacks)) for each in curves):
            strongest = made
        curves.append(curve)
    refused += [f"{reason}: {n} {what}" for reason, n in (strongest.refused if strongest else {}).items()]
    in_order = sorted(curves, key=lambda curve: _strength(curve, len(attacks)), reverse=True)
    return Attacked(curves=in_order, scores=strongest, refused=refused, level=level)


def require_prior(priors: Sequence[float]) -> None:
    """Refuse priors outside (0, 1).

    Raises
    ------
    InputError
        If one is.
    """
    for prior in priors:
        if not 0 < prior < 1:
            raise InputError("prior", "lie strictly between 0 and 1", prior)


def _strength(curve: RocCurve, n_attacks: int) -> tuple[float, float]:
    """Order attacks by the lower ends of intervals that hold for all of them at once."""
    strict = curve.at_level(1 - 0.05 / n_attacks)
    return strict.tpr_at_1_percent.low, strict.auc.low


def _of_all(curve: RocCurve, n_attacks: int, level: float) -> RocCurve:
    """Return the curve with intervals that hold for all of so many attacks at once."""
    return curve.at_level(1 - (1 - level) / n_attacks).stated(level, f"at once for all {n_attacks} attacks")


def _attack(curve: RocCurve, n_attacks: int, level: float) -> AttackFindings:
    kept = np.unique(np.linspace(0, len(curve.false_positive_rate) - 1, _CURVE_POINTS).round().astype(int))
    return AttackFindings(
        name=curve.attack,
        auc=curve.auc,
        balanced_accuracy=curve.balanced_accuracy,
        tpr_at_0_1_percent=curve.tpr_at_0_1_percent,
        tpr_at_1_percent=curve.tpr_at_1_percent,
        false_positive_rates=curve.false_positive_rate[kept].tolist(),
        true_positive_rates=curve.true_positive_rate[kept].tolist(),
        above_chance=curve.above_chance(level, n_attacks),
    )
