"""One table of everything that is known of each record, or of each unit of records, by its owner's names."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.analysis.analysis import Analysis
from longtail.analysis.attack_columns import attack_columns
from longtail.analysis.columns import exposure_columns, score_columns, training_columns
from longtail.analysis.exposure import ATTACKS
from longtail.analysis.own_group import influence_on_own_group
from longtail.analysis.score_table import ScoreTable
from longtail.analysis.unit_columns import Proxies, most_frequent, proxy_columns, unit_columns
from longtail.analysis.unit_exposure import unit_attacks
from longtail.dataset import Originals
from longtail.errors import InputError, Said
from longtail.findings.columns import Column
from longtail.scores.units import units_of

__all__ = ["unit_table", "whole_table"]


def whole_table(analysis: Analysis, proxies: Proxies | None = None) -> ScoreTable:
    """Return a row for each training example: its names, and every score with its interval.

    Parameters
    ----------
    analysis : Analysis
        Of a study. Without its data set there are no names, no kinds and no influence on a group.
    proxies : mapping of str to (n,) array, optional
        Cheap stand-ins that the run holds.
    """
    n = analysis.outcomes.n_train
    columns = training_columns(analysis) if analysis.has_data else score_columns(analysis)
    attacked = analysis.attacked
    columns = [*columns, *attack_columns(ATTACKS, attacked.outcomes, analysis.level)]
    keys: dict[str, NDArray[Any]] = {"example": np.arange(n)}
    columns += [] if proxies is None else proxy_columns(proxies)
    if analysis.has_data:
        columns += influence_on_own_group(analysis)
        taken = {name for column in columns for name in column.parts()}
        keys |= _names_of_rows(analysis, taken)
    return ScoreTable(title="memorization", keys=keys, columns=tuple(columns), level=analysis.level)


def unit_table(analysis: Analysis, proxies: Proxies | None = None) -> ScoreTable:
    """Return a row for each unit, whose rows are in or out together: its name, and its scores with their intervals.

    Parameters
    ----------
    analysis : Analysis
        Of a study whose rows belong to units.
    proxies : mapping of str to (n,) array, optional
        Cheap stand-ins that the run holds.

    Raises
    ------
    InputError
        If the data set is not here, no unit has several rows, or the efficient estimator was asked for.
    """
    if analysis.estimator != "difference":
        raise InputError("estimator", "be difference where a row is a unit", analysis.estimator)
    if not analysis.dataset.unit_names or not analysis.has_units:
        remedy = "Measure with the column that names the units as together."
        raise InputError("by_unit", "be asked of a run whose rows belong to units", Said("rows on their own"), remedy)
    dataset, memorized, exposed = analysis.dataset, analysis.unit_memorization, analysis.attacked.unit_vulnerability
    units = units_of(analysis.outcomes, analysis.unit_of_row)
    names = np.array(dataset.unit_names, object)
    keys = {"example": np.arange(len(names)), "unit": names, "first_row": dataset.position[units.first_row]}
    columns = [
        Column(
            name="memorization",
            title="memorization",
            unit="difference",
            value=memorized.value,
            low=memorized.low,
            high=memorized.high,
            method=memorized.method,
        ),
        Column(name="q_value", title="q", unit="q-value", value=memorized.q_value, method="that it is at most 0"),
        Column(name="n_rows", title="rows", unit="rows", value=units.size),
        Column(name="n_in", title="trained on it", unit="trials", value=memorized.n_in),
        Column(name="n_out", title="left out", unit="trials", value=memorized.n_out),
    ]
    columns += [] if exposed is None else exposure_columns(exposed, "units")
    columns += attack_columns(unit_attacks(analysis.unit_of_row), analysis.attacked.outcomes, analysis.level)
    columns += unit_columns(analysis, units)
    columns += [] if proxies is None else proxy_columns(proxies, units)
    if dataset.group is not None:
        groups = np.array(dataset.group_names, object)
        keys["group"] = groups[most_frequent(dataset.group, units)]
    return ScoreTable(title="memorization", keys=keys, columns=tuple(columns), level=analysis.level)


def _names_of_rows(analysis: Analysis, taken: set[str]) -> dict[str, NDArray[Any]]:
    """Return what the owner knows rows by: row, label, group, unit, and the columns that only name rows.

    A column of a score keeps its name; one of the data that has the same name is called ``data_NAME``.
    """
    dataset = analysis.dataset
    names: dict[str, NDArray[Any]] = dict(dataset.particulars)
    if analysis.has_units:
        names["unit"] = np.array(dataset.unit_names, object)[analysis.unit_of_row]
    if dataset.originals is not None:
        for name in _naming(dataset.originals):
            key = f"data_{name}" if name in taken or name in names or name == "example" else name
            names[key] = np.array(dataset.originals.column(name, dataset.position), object)
    return names


def _naming(given: Originals) -> list[str]:
    """Return the columns of the data from which no feature is made: identifiers, an index, names of files."""
    used = {given.names[place] for place in given.column_of_feature}
    return [name for name in given.names if name not in used and name != given.text]
