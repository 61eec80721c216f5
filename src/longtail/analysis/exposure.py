"""From outcomes to what an attacker learns: every attack that can be made, the exposed examples, the subgroups.

The strongest attack is spoken of (:mod:`longtail.analysis.attacks`). Where rows stay together, their units are attacked
besides, and speak (:mod:`longtail.analysis.unit_exposure`).
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from longtail.analysis.analysis import Analysis
from longtail.analysis.attacks import Attack, attacked_by, require_prior
from longtail.analysis.ceiling import Ceiling
from longtail.analysis.unit_exposure import SURELY, unit_exposure
from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.estimate import Estimate
from longtail.findings import (
    ExposedExample,
    ExposureScatter,
    MembershipFindings,
    SizeLaw,
    SubgroupExposure,
)
from longtail.membership import (
    SubgroupRisk,
    Vulnerability,
    exposure_law,
    lira,
    memorization_correlation,
    rmia,
    shrunken_lira,
    subgroup_risks,
)
from longtail.scores import MemorizationScores

__all__ = ["ATTACKS", "PRIORS", "exposure_findings"]

PRIORS = (0.5, 0.1, 0.01)
"""How likely it was before the attack that a person was in the data, where nobody says."""

_MOST_EXPOSED = 20
_MOST_SUBGROUPS = 24
_SCATTER_POINTS = 2000

ATTACKS: tuple[Attack, ...] = (
    shrunken_lira,
    lambda table: lira(table, "online"),
    lambda table: lira(table, "online", "pooled"),
    lambda table: lira(table, "offline"),
    lambda table: lira(table, "offline", "pooled"),
    lambda table: rmia(table, "online"),
    lambda table: rmia(table, "offline"),
)
_NONE: tuple[Estimate | None, Estimate | None] = (None, None)


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
    require_prior(priors)
    outcomes, level = analysis.outcomes, analysis.level
    if guarantee is not None and analysis.has_units:
        guarantee = guarantee.of_units(analysis.unit_of_row)
    attacked = attacked_by(ATTACKS, outcomes, level, unit=analysis.unit_of_row if analysis.has_units else None)
    attacks, spoken_of, strongest = attacked.findings(), attacked.scores, attacked.strongest
    exposed, memorized = (analysis.vulnerability, analysis.scores) if spoken_of else (None, None)
    same, across = memorization_correlation(outcomes, level, memorized=memorized, exposed=exposed) if exposed else _NONE
    risks = []
    if spoken_of and _has_subgroups(analysis):
        risks = subgroup_risks(outcomes, spoken_of, _names(analysis.dataset), level, memorized=analysis.scores)
    return MembershipFindings(
        level=level,
        n_targets=outcomes.n_trials,
        n_examples=strongest.n_examples if strongest else 0,
        attacks=attacks,
        refused=attacked.refused,
        same_models=same,
        across_halves=across,
        exposed=_exposed(analysis, exposed, memorized, most) if exposed and memorized else [],
        subgroups=_subgroups(risks),
        size_law=_size_law(risks, level),
        guarantee=guarantee.text if guarantee else "",
        ceiling=guarantee.ceiling(attacks[0].false_positive_rates).tolist() if guarantee and attacks else [],
        scatter=_scatter(analysis, exposed.value, memorized.value) if exposed and memorized else None,
        strongest=strongest.tpr_at_1_percent if strongest else None,
        risks=attacked.risks(priors),
        n_surely=int((exposed.q_value <= SURELY).sum()) if exposed else None,
        by_unit=unit_exposure(analysis, priors=priors, most=most, guarantee=guarantee) if analysis.has_units else None,
    )


def _has_subgroups(analysis: Analysis) -> bool:
    """Return whether accuracy and exposure can be told by group: where there are classes, and the data are here."""
    return analysis.has_data and analysis.dataset.n_classes > 0


def _exposed(
    analysis: Analysis, exposed: Vulnerability, memorized: MemorizationScores, most: int
) -> list[ExposedExample]:
    """List the examples whose interval starts highest. Among equals the most exposed come first."""
    order = np.lexsort((-np.nan_to_num(exposed.value, nan=-1), -np.nan_to_num(exposed.low, nan=-1)))[:most]
    return [
        ExposedExample(
            train=i,
            row=int(analysis.dataset.position[i]) if analysis.has_data else None,
            label=analysis.dataset.label(i) if analysis.has_data else "",
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


def _subgroups(risks: list[SubgroupRisk]) -> list[SubgroupExposure]:
    """Return the exposure of each given group, or of each class."""
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


def _size_law(risks: list[SubgroupRisk], level: float) -> SizeLaw | None:
    """Fit the law of sizes to all subgroups, if there is one."""
    by_chance = 0.01
    rates = [risk.tpr_at_1_percent for risk in risks]
    above = [
        replace(each, value=each.value - by_chance, low=each.low - by_chance, high=each.high - by_chance)
        for each in rates
    ]
    try:
        law = exposure_law([risk.n_examples for risk in risks], above, level)
    except InputError:
        return None
    return SizeLaw(
        slope=law.slope, scatter=law.scatter, n_groups=law.n_groups, smallest=law.smallest, largest=law.largest
    )


def _names(dataset: Dataset) -> NDArray[np.object_]:
    if dataset.group is None:
        return dataset.labels
    return np.array(dataset.group_names, object)[dataset.group]
