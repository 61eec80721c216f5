"""From outcomes to what an attacker learns: every attack that can be made, the exposed examples, the subgroups.

The strongest attack is spoken of: the one whose true-positive rate at 1 % false positives begins highest, where the
intervals hold for all attacks at once (Bonferroni). So the choice is accounted for, and the interval that is told is
right for the attack that is chosen by it.
"""

from collections.abc import Callable, Sequence
from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from longtail.analysis.analysis import Analysis
from longtail.analysis.ceiling import Ceiling
from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.estimate import Estimate
from longtail.findings import (
    AttackFindings,
    ExposedExample,
    ExposureScatter,
    MembershipFindings,
    RiskFindings,
    SubgroupExposure,
)
from longtail.membership import (
    AttackScores,
    RocCurve,
    Vulnerability,
    lira,
    memorization_correlation,
    risk_at,
    rmia,
    roc,
    subgroup_risks,
)
from longtail.outcomes import Outcomes
from longtail.scores import MemorizationScores

__all__ = ["PRIORS", "exposure_findings"]

PRIORS = (0.5, 0.1, 0.01)
"""How likely it was before the attack that a person was in the data, where nobody says."""

_SURELY = 0.05
_MOST_EXPOSED = 20
_MOST_SUBGROUPS = 24
_CURVE_POINTS = 120
_SCATTER_POINTS = 2000

Attack = Callable[[Outcomes], AttackScores]
_NONE: tuple[Estimate | None, Estimate | None] = (None, None)
_ATTACKS: tuple[Attack, ...] = (
    lambda table: lira(table, "online"),
    lambda table: lira(table, "online", "pooled"),
    lambda table: lira(table, "offline"),
    lambda table: lira(table, "offline", "pooled"),
    lambda table: rmia(table, "online"),
    lambda table: rmia(table, "offline"),
)


def exposure_findings(
    analysis: Analysis,
    *,
    guarantee: Ceiling | None = None,
    most: int = _MOST_EXPOSED,
    priors: Sequence[float] = PRIORS,
) -> MembershipFindings:
    """Attack every trial of an analysis with all the others.

    Parameters
    ----------
    analysis : Analysis
        The trials. An attack that cannot be made is refused by name, and the others go on. Without the data set there
        are no labels, and no subgroups: the given groups, or the classes.
    guarantee : Ceiling, optional
        Under which the models were trained, for the ceiling.
    most : int
        How many of the most exposed examples to tell.
    priors : sequence of float
        How likely it was that a person was in the data, each strictly between 0 and 1; risk is stated at each.

    Raises
    ------
    InputError
        If a prior is outside (0, 1).
    """
    for prior in priors:
        if not 0 < prior < 1:
            raise InputError("prior", "lie strictly between 0 and 1", prior)
    outcomes, level = analysis.outcomes, analysis.level
    curves, spoken_of, refused = _attacks(outcomes, level)
    refused += [f"{reason}: {n} examples" for reason, n in (spoken_of.refused if spoken_of else {}).items()]
    attacks = [_attack(curve, len(curves), level) for curve in curves]
    strongest = _of_all(curves[0], len(curves), level) if curves else None
    exposed, memorized = (analysis.vulnerability, analysis.scores) if spoken_of else (None, None)
    same, across = memorization_correlation(outcomes, level, memorized=memorized, exposed=exposed) if exposed else _NONE
    return MembershipFindings(
        level=level,
        n_targets=outcomes.n_trials,
        n_examples=curves[0].n_examples if curves else 0,
        attacks=attacks,
        refused=refused,
        same_models=same,
        across_halves=across,
        exposed=_exposed(analysis, exposed, memorized, most) if exposed and memorized else [],
        subgroups=_subgroups(analysis, spoken_of) if spoken_of and analysis.has_data else [],
        guarantee=guarantee.text if guarantee else "",
        ceiling=guarantee.ceiling(attacks[0].false_positive_rates).tolist() if guarantee and attacks else [],
        scatter=_scatter(analysis, exposed.value, memorized.value) if exposed and memorized else None,
        strongest=strongest.tpr_at_1_percent if strongest else None,
        risks=[risk for prior in priors for risk in _risks(prior, strongest)] if strongest else [],
        n_surely=int((exposed.q_value <= _SURELY).sum()) if exposed else None,
    )


def _attacks(outcomes: Outcomes, level: float) -> tuple[list[RocCurve], AttackScores | None, list[str]]:
    """Return the curve of every attack that can be made, the strongest first, the strongest one's scores, and why
    others cannot be made.

    The scores of the others are forgotten, as each is as large as the outcomes.
    """
    curves: list[RocCurve] = []
    refused: list[str] = []
    strongest: AttackScores | None = None
    for attack in _ATTACKS:
        try:
            made = attack(outcomes)
        except InputError as error:
            refused.append(str(error))
            continue
        curve = roc(made, level=level)
        if not curves or _strength(curve, level) > max(_strength(each, level) for each in curves):
            strongest = made
        curves.append(curve)
    return sorted(curves, key=lambda curve: _strength(curve, level), reverse=True), strongest, refused


def _strength(curve: RocCurve, level: float) -> tuple[float, float]:
    """Order attacks by the lower ends of intervals that hold for all of them at once."""
    strict = _of_all(curve, len(_ATTACKS), level)
    return strict.tpr_at_1_percent.low, strict.auc.low


def _of_all(curve: RocCurve, n_attacks: int, level: float) -> RocCurve:
    """Return the curve with intervals that hold for all of so many attacks at once."""
    return curve.at_level(1 - (1 - level) / n_attacks).stated(level, f"at once for all {n_attacks} attacks")


def _risks(prior: float, curve: RocCurve) -> list[RiskFindings]:
    """State the risk at both low rates, of the members that a model has on average."""
    n_members = curve.n_members / curve.n_trials
    rates = ((0.01, curve.tpr_at_1_percent), (0.001, curve.tpr_at_0_1_percent))
    stated = [risk_at(prior, found, rate, n_members) for rate, found in rates]
    return [RiskFindings(**{each.name: getattr(risk, each.name) for each in fields(RiskFindings)}) for risk in stated]


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


def _exposed(
    analysis: Analysis, exposed: Vulnerability, memorized: MemorizationScores, most: int
) -> list[ExposedExample]:
    """List the examples whose interval starts highest. Among equals the most exposed come first."""
    order = np.lexsort((-np.nan_to_num(exposed.value, nan=-1), -np.nan_to_num(exposed.low, nan=-1)))[:most]
    return [
        ExposedExample(
            train=i,
            row=int(analysis.dataset.position[i]) if analysis.has_data else None,
            label=analysis.dataset.class_names[analysis.dataset.y[i]] if analysis.has_data else "",
            vulnerability=exposed[i],
            memorization=memorized[i],
        )
        for i in order.tolist()
        if not np.isnan(exposed.value[i])
    ]


def _scatter(analysis: Analysis, exposed: NDArray[np.float64], memorized: NDArray[np.float64]) -> ExposureScatter:
    """Choose examples for which both numbers are known.

    Of many, evenly many come from every part of the order by memorization.

    So both ends are kept, and the drawing is as dense as the data.
    """
    known = np.flatnonzero(~np.isnan(exposed + memorized))
    order = known[np.lexsort((exposed[known], memorized[known]))]
    kept = order[np.linspace(0, len(order) - 1, min(len(order), _SCATTER_POINTS)).round().astype(int)]
    return ExposureScatter(
        memorization=memorized[kept].round(4).tolist(),
        vulnerability=exposed[kept].round(4).tolist(),
        n_examples=len(known),
        examples=kept.tolist(),
        rows=analysis.dataset.position[kept].tolist() if analysis.has_data else [],
    )


def _subgroups(analysis: Analysis, scores: AttackScores) -> list[SubgroupExposure]:
    """Return the exposure of each given group, or of each class."""
    names, memorized = _names(analysis.dataset), analysis.scores
    risks = subgroup_risks(analysis.outcomes, scores, names, analysis.level, memorized=memorized)
    return [
        SubgroupExposure(
            name=risk.name,
            n_examples=risk.n_examples,
            left_out_accuracy=risk.left_out_accuracy,
            memorization=risk.memorization,
            auc=risk.auc,
            tpr_at_1_percent=risk.tpr_at_1_percent,
        )
        for risk in risks[:_MOST_SUBGROUPS]
    ]


def _names(dataset: Dataset) -> NDArray[np.object_]:
    if dataset.group is None:
        return dataset.labels
    return np.array(dataset.group_names, object)[dataset.group]
