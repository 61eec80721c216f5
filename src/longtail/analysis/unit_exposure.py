"""What an attacker learns about the units of a study, whose rows are in or out together: persons, patients, copies."""

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from longtail.analysis.analysis import Analysis
from longtail.analysis.attacks import Attack, attacked_by
from longtail.analysis.ceiling import Ceiling
from longtail.findings import ExposedExample, MembershipFindings
from longtail.membership import unit_lira
from longtail.membership.lira import Variance
from longtail.scores.units import units_of

__all__ = ["SURELY", "unit_attacks", "unit_exposure"]

_VARIANCES: tuple[Variance, ...] = ("per_example", "pooled")

SURELY = 0.05
"""The largest q-value of who is exposed surely."""


def unit_attacks(unit_of_row: NDArray[np.int64]) -> list[Attack]:
    """Return all attacks on units."""
    return [partial(unit_lira, together=unit_of_row, variance=variance) for variance in _VARIANCES]


def unit_exposure(
    analysis: Analysis, *, priors: Sequence[float], most: int, guarantee: Ceiling | None = None
) -> MembershipFindings:
    """Attack every unit in every trial of an analysis with all the other trials.

    Parameters
    ----------
    analysis : Analysis
        Of a study whose rows belong to units.
    priors : sequence of float
        At which risk is stated.
    most : int
        How many of the most exposed units to tell.
    guarantee : Ceiling, optional
        Under which the models were trained, of units.
    """
    attacked = attacked_by(unit_attacks(analysis.unit_of_row), analysis.outcomes, analysis.level, "units")
    strongest, exposed = attacked.strongest, analysis.unit_vulnerability
    return MembershipFindings(
        level=analysis.level,
        n_targets=analysis.outcomes.n_trials,
        n_examples=strongest.n_examples if strongest else 0,
        attacks=attacked.findings(),
        refused=[*attacked.refused, "RMIA compares a row with rows that nobody trained on, and knows no such units."],
        same_models=None,
        across_halves=None,
        exposed=_exposed(analysis, most),
        subgroups=[],
        guarantee=guarantee.text if guarantee else "",
        ceiling=guarantee.ceiling(attacked.findings()[0].false_positive_rates).tolist()
        if guarantee and attacked.curves
        else [],
        strongest=strongest.tpr_at_1_percent if strongest else None,
        risks=attacked.risks(priors),
        n_surely=None if exposed is None else int((exposed.q_value <= SURELY).sum()),
    )


def _exposed(analysis: Analysis, most: int) -> list[ExposedExample]:
    """List the units whose interval starts highest, by their names and the first of their rows."""
    exposed, dataset = analysis.unit_vulnerability, analysis.dataset
    if exposed is None:
        return []
    memorized, names = analysis.unit_memorization, dataset.unit_names
    units = units_of(analysis.outcomes, analysis.unit_of_row)
    order = np.lexsort((-np.nan_to_num(exposed.value, nan=-1), -np.nan_to_num(exposed.low, nan=-1)))[:most]
    return [
        ExposedExample(
            train=int(units.first_row[unit]),
            row=int(dataset.position[units.first_row[unit]]),
            label=names[unit],
            vulnerability=exposed[unit],
            memorization=memorized[unit],
            n_rows=int(units.size[unit]),
        )
        for unit in order.tolist()
        if not np.isnan(exposed.value[unit])
    ]
