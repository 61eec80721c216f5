"""From outcomes to what an attacker learns: every attack that can be made, the exposed examples, the subgroups.

Which attack is spoken of is decided by the number of models alone, never by its success: variances for each example
from 64 models on, pooled ones below.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from longtail.analysis.analysis import Analysis
from longtail.analysis.ceiling import Ceiling
from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.estimate import Estimate
from longtail.findings import AttackFindings, ExposedExample, ExposureScatter, MembershipFindings, SubgroupExposure
from longtail.membership import (
    AttackScores,
    RocCurve,
    Vulnerability,
    lira,
    memorization_correlation,
    rmia,
    roc,
    subgroup_risks,
)
from longtail.outcomes import Outcomes
from longtail.scores import MemorizationScores

__all__ = ["exposure_findings"]

_ENOUGH_FOR_OWN_VARIANCES = 64
_MOST_EXPOSED = 20
_MOST_SUBGROUPS = 24
_CURVE_POINTS = 120
_SCATTER_POINTS = 2000

Attack = Callable[[Outcomes], AttackScores]
_NONE: tuple[Estimate | None, Estimate | None] = (None, None)


def exposure_findings(
    analysis: Analysis, *, guarantee: Ceiling | None = None, most: int = _MOST_EXPOSED
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
    """
    outcomes, level = analysis.outcomes, analysis.level
    curves, spoken_of, refused = _attacks(outcomes, level)
    refused += [f"{reason}: {n} examples" for reason, n in (spoken_of.refused if spoken_of else {}).items()]
    attacks = [_attack(curve) for curve in curves]
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
    )


def _attacks(outcomes: Outcomes, level: float) -> tuple[list[RocCurve], AttackScores | None, list[str]]:
    """Return the curve of every attack that can be made, the scores of the first, and why others cannot be made.

    The first is the one to speak of. The scores of the others are forgotten, as each is as large as the outcomes.
    """
    attacks: list[Attack] = [
        lambda table: lira(table, "online"),
        lambda table: lira(table, "online", "pooled"),
        lambda table: lira(table, "offline"),
        lambda table: lira(table, "offline", "pooled"),
        lambda table: rmia(table, "online"),
        lambda table: rmia(table, "offline"),
    ]
    if outcomes.n_trials < _ENOUGH_FOR_OWN_VARIANCES:
        attacks[:4] = [attacks[1], attacks[0], attacks[3], attacks[2]]
    curves: list[RocCurve] = []
    refused: list[str] = []
    first: AttackScores | None = None
    for attack in attacks:
        try:
            made = attack(outcomes)
        except InputError as error:
            refused.append(str(error))
            continue
        curves.append(roc(made, level=level))
        first = first or made
    return curves, first, refused


def _attack(curve: RocCurve) -> AttackFindings:
    kept = np.unique(np.linspace(0, len(curve.false_positive_rate) - 1, _CURVE_POINTS).round().astype(int))
    return AttackFindings(
        name=curve.attack,
        auc=curve.auc,
        balanced_accuracy=curve.balanced_accuracy,
        tpr_at_0_1_percent=curve.tpr_at_0_1_percent,
        tpr_at_1_percent=curve.tpr_at_1_percent,
        false_positive_rates=curve.false_positive_rate[kept].tolist(),
        true_positive_rates=curve.true_positive_rate[kept].tolist(),
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
