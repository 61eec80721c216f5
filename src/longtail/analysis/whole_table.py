"""One table of everything that is known of each record, or of each unit of records, by its owner's names."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.analysis.analysis import Analysis
from longtail.analysis.attack_columns import attack_columns
from longtail.analysis.columns import exposure_columns, score_columns, training_columns
from longtail.analysis.exposure import ATTACKS
from longtail.analysis.score_table import ScoreTable
from longtail.analysis.unit_exposure import unit_attacks
from longtail.dataset import Originals
from longtail.errors import InputError, Said
from longtail.findings.columns import Column
from longtail.scores import influence
from longtail.scores.margin_regression import LEAST_TRIALS
from longtail.scores.test_functionals import TestFunctional
from longtail.scores.units import units_of

__all__ = ["unit_table", "whole_table"]


def whole_table(analysis: Analysis) -> ScoreTable:
    """Return a row for each training example: its names, and every score with its interval.

    Parameters
    ----------
    analysis : Analysis
        Of a study. Without its data set there are no names, no kinds and no influence on a group.
    """
    n = analysis.outcomes.n_train
    columns = training_columns(analysis) if analysis.has_data else score_columns(analysis)
    attacked = analysis.attacked
    columns = [*columns, *attack_columns(ATTACKS, attacked.outcomes, analysis.level)]
    keys: dict[str, NDArray[Any]] = {"example": np.arange(n)}
    if analysis.has_data:
        columns += _influence_on_own_group(analysis)
        taken = {name for column in columns for name in column.parts()}
        keys |= _names_of_rows(analysis, taken)
    return ScoreTable(title="memorization", keys=keys, columns=tuple(columns), level=analysis.level)


def unit_table(analysis: Analysis) -> ScoreTable:
    """Return a row for each unit, whose rows are in or out together: its name, and its scores with their intervals.

    Parameters
    ----------
    analysis : Analysis
        Of a study whose rows belong to units.

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


def _influence_on_own_group(analysis: Analysis) -> Sequence[Column]:
    """Return what each example does to the accuracy on new examples of its group, or of its class."""
    dataset, outcomes = analysis.dataset, analysis.outcomes
    own, new = (dataset.y, dataset.y_test) if dataset.group is None else (dataset.group, dataset.group_test)
    if outcomes.of_numbers or new is None or not len(new) or outcomes.n_trials < LEAST_TRIALS:
        return ()
    groups = np.intersect1d(own, new)
    if not len(groups):
        return ()
    value, low, high, q = np.full((4, dataset.n_train), np.nan)
    functionals = [TestFunctional.mean(new == group, str(group)) for group in groups]
    found = influence(outcomes, analysis.level, on=functionals, estimand="correctness")
    mine = groups[found.test] == own[found.train]
    train = found.train[mine]
    for array, part in ((value, found.value), (low, found.low), (high, found.high), (q, found.q_value)):
        array[train] = part[mine]
    what = "class" if dataset.group is None else "group"
    title = f"influence on its {what}"
    return (
        Column(
            name="influence_on_group",
            title=title,
            unit="difference",
            value=value,
            low=low,
            high=high,
            method=f"on the accuracy on test examples of its {what}: {found.method}",
        ),
        Column(
            name="influence_on_group_q",
            title=f"q of {title}",
            unit="q-value",
            value=q,
            method="that it is 0; allows for all training examples and all of these",
        ),
    )
