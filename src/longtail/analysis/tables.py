"""The tables of scores that a person asks a study for; see :class:`~longtail.analysis.score_table.ScoreTable`."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.analysis.analysis import Analysis
from longtail.analysis.columns import training_columns
from longtail.analysis.score_table import ScoreTable
from longtail.errors import InputError, Said
from longtail.findings.columns import Column
from longtail.scores import InfluenceScores

__all__ = ["examples_table", "exposure_table", "influence_table", "memorization_table"]


def examples_table(analysis: Analysis, title: str = "", leading: str = "") -> ScoreTable:
    """Return every column of every training example, beside the row that it is in the data as given.

    Parameters
    ----------
    analysis : Analysis
        Of a study. Without its data set the table has the examples' numbers alone.
    title : str
        What the table is called; by default as its leading column.
    leading : str
        The name of the column that comes first, and that an index gives; by default the first there is.

    Raises
    ------
    InputError
        If there is no column of that name.
    """
    columns = training_columns(analysis)
    first = [column for column in columns if column.name == (leading or columns[0].name)]
    if not first:
        known = ", ".join(column.name for column in columns)
        raise InputError("leading", f"be one of {known}", leading)
    ordered = (*first, *(column for column in columns if column is not first[0]))
    known_by = analysis.dataset.particulars if analysis.has_data else {}
    keys = {"example": np.arange(analysis.outcomes.n_train), **known_by}
    return ScoreTable(title=title or first[0].title, keys=keys, columns=ordered, level=analysis.level)


def memorization_table(analysis: Analysis) -> ScoreTable:
    """Return the memorization of every training example, with all its other scores.

    The most memorized come first.
    """
    order, _ = analysis.ranking
    return examples_table(analysis, leading="memorization").at_places(order)


def exposure_table(analysis: Analysis) -> ScoreTable:
    """Return the exposure of every training example, with all its other scores.

    The most exposed come first.

    Raises
    ------
    InputError
        If no example can be attacked.
    """
    if analysis.attacked.vulnerability is None:
        law = "hold confidences from which an example can be attacked"
        raise InputError("outcomes", law, Said("none"), "Record them: margins=True.")
    return examples_table(analysis, leading="exposure").sorted()


def influence_table(analysis: Analysis, most_q: float = 0.05) -> ScoreTable:
    """Return the significant pairs of a training and a test example, one in each row, the strongest first.

    Parameters
    ----------
    analysis : Analysis
        Of the trials.
    most_q : float
        The largest q-value of a pair that is listed, in [0, 1]: of the pairs up to it, about this share are false
        discoveries. Without it (1), the strongest pairs of each example both ways are listed, known or not.

    Raises
    ------
    InputError
        If ``most_q`` is outside [0, 1].
    """
    if not 0 <= most_q <= 1:
        raise InputError("most_q", "lie in [0, 1]", most_q)
    scores, dataset = analysis.influence, analysis.dataset if analysis.has_data else None
    keys = {"train": scores.train, "test": scores.test}
    if dataset is not None:
        keys |= {
            "train_row": dataset.position[scores.train],
            "test_row": dataset.position_test[scores.test],
            "train_label": _plain(dataset.labels)[scores.train],
            "test_label": _plain(dataset.labels_test)[scores.test],
        }
    table = ScoreTable(title="influence", keys=keys, columns=tuple(_influence(scores)), level=scores.level)
    known = table if most_q == 1 else table[np.nan_to_num(scores.q_value, nan=1.0) <= most_q]
    return known.sorted()


def _plain(labels: NDArray[Any]) -> NDArray[Any]:
    """Return names as an array of text, and numbers as they are."""
    return labels.astype(str) if labels.dtype == object else labels


def _influence(scores: InfluenceScores) -> Sequence[Column]:
    return (
        Column(
            name="influence",
            title="influence",
            unit="difference",
            value=scores.value,
            low=scores.low,
            high=scores.high,
            method=scores.method,
        ),
        Column(
            name="q_value",
            title="q",
            unit="q-value",
            value=scores.q_value,
            method=f"that influence is at most 0; allows for all {scores.n_pairs:,} pairs",
        ),
    )
