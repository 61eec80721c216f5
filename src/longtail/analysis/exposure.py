"""From outcomes to what an attacker learns: every attack that can be made, the exposed examples, the subgroups.

Which attack is spoken of is decided by the number of models alone, never by its success: variances for each example
from 64 models on, pooled ones below.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

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
    vulnerability,
)
from longtail.outcomes import Outcomes
from longtail.scores import MemorizationScores, memorization

__all__ = ["exposure_findings"]

_ENOUGH_FOR_OWN_VARIANCES = 64
_MOST_EXPOSED = 20
_MOST_SUBGROUPS = 24
_CURVE_POINTS = 120
_SCATTER_POINTS = 2000

Attack = Callable[[Outcomes], AttackScores]


def exposure_findings(
    outcomes: Outcomes,
    level: float = 0.95,
    *,
    dataset: Dataset | None = None,
    promise: Ceiling | None = None,
    most: int = _MOST_EXPOSED,
) -> MembershipFindings:
    """Attack every trial of a table with all the others.

    Parameters
    ----------
    outcomes : Outcomes
        The table of trials. An attack that cannot be made is refused by name, and the others go on.
    level : float
        Of every interval.
    dataset : Dataset, optional
        For labels and subgroups: the given groups, or the classes.
    promise : Ceiling, optional
        Under which the models were trained, for the ceiling.
    most : int
        How many of the most exposed examples to tell.
    """
    made, refused = _made(outcomes)
    curves = [roc(scores, level=level) for scores in made]
    refused += [f"{reason}: {n} examples" for reason, n in (made[0].refused if made else {}).items()]
    attacks = [_attack(curve) for curve in curves]
    same, across = memorization_correlation(outcomes, level) if made else (None, None)
    exposed, memorized = (vulnerability(outcomes, level), memorization(outcomes, level)) if made else (None, None)
    return MembershipFindings(
        level=level,
        n_targets=outcomes.n_trials,
        n_examples=curves[0].n_examples if curves else 0,
        attacks=attacks,
        refused=refused,
        same_models=same,
        across_halves=across,
        exposed=_exposed(exposed, memorized, dataset, most) if exposed and memorized else [],
        subgroups=_subgroups(outcomes, made[0], dataset, level) if made and dataset is not None else [],
        promise=promise.text if promise else "",
        ceiling=promise.ceiling(attacks[0].false_positive_rates).tolist() if promise and attacks else [],
        scatter=_scatter(exposed.value, memorized.value) if exposed and memorized else None,
    )


def _made(outcomes: Outcomes) -> tuple[list[AttackScores], list[str]]:
    """The scores of every attack that can be made, the one to speak of first; and why others cannot."""
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
    made, refused = [], []
    for attack in attacks:
        try:
            made.append(attack(outcomes))
        except InputError as error:
            refused.append(str(error))
    return made, refused


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
    exposed: Vulnerability, memorized: MemorizationScores, dataset: Dataset | None, most: int
) -> list[ExposedExample]:
    """Those whose interval starts highest; of these first the most vulnerable."""
    order = np.lexsort((-np.nan_to_num(exposed.value, nan=-1), -np.nan_to_num(exposed.low, nan=-1)))[:most]
    return [
        ExposedExample(
            train=i,
            label="" if dataset is None else dataset.class_names[dataset.y[i]],
            vulnerability=_at(exposed, i, "Mann and Whitney's statistic, Newcombe's method 5"),
            memorization=_at(memorized, i, memorized.method),
        )
        for i in order.tolist()
        if not np.isnan(exposed.value[i])
    ]


def _scatter(exposed: NDArray[np.float64], memorized: NDArray[np.float64]) -> ExposureScatter:
    """The examples for which both are known; of many, evenly many from every part of the order by memorization.

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
    )


def _at(scores: object, i: int, method: str) -> Estimate:
    value, low, high = (float(getattr(scores, name)[i]) for name in ("value", "low", "high"))
    return Estimate(value=value, low=low, high=high, level=float(getattr(scores, "level", 0.95)), method=method)


def _subgroups(outcomes: Outcomes, scores: AttackScores, dataset: Dataset, level: float) -> list[SubgroupExposure]:
    """By the given groups, or by class."""
    risks = subgroup_risks(outcomes, scores, _names(dataset), level)
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


def _names(dataset: Dataset) -> NDArray[np.str_]:
    if dataset.group is None:
        return np.array(dataset.class_names)[dataset.y]
    return np.array(dataset.group_names)[dataset.group]
