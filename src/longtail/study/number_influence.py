"""Influence where outcomes are numbers, as a result of a run: pairs that are known, who helps and harms each group."""

import numpy as np
from numpy.typing import NDArray

from longtail.analysis.number_groups import number_groups
from longtail.dataset import Dataset
from longtail.estimate import Estimate
from longtail.findings.example_name import COUNTED, named_rows
from longtail.findings.results import Result, ResultTable
from longtail.outcomes import Outcomes
from longtail.scores import InfluenceScores, TestFunctional, influence

__all__ = ["number_influence_told"]

_Q_LEVEL = 0.05


def number_influence_told(dataset: Dataset, outcomes: Outcomes, significant: InfluenceScores) -> Result:
    """Tell what the trials of a run of numbers show of influence.

    Parameters
    ----------
    dataset, outcomes
        Of the run.
    significant : InfluenceScores
        Its significant pairs.
    """
    moving = len(np.unique(significant.train))
    pairs = (
        f"{len(significant.value):,} of {significant.n_pairs:,} pairs of a training and a test example are significant "
        f"at a false discovery rate of 5 %, and {moving:,} of {outcomes.n_train:,} training examples are in one."
    )
    none = "No pair of a training and a test example is significant at a false discovery rate of 5 %."
    kind, groups = number_groups(dataset)
    parts = [TestFunctional.mean(group.test, group.name) for group in groups if group.test.any()]
    return Result(
        name="influence",
        title="Which examples help and harm",
        command="longtail influence RUN",
        n_trials=outcomes.n_trials,
        said=[pairs if len(significant.value) else none],
        tables=[_helpers_and_harmers(dataset, outcomes, parts, kind)] if parts else [],
        notes=[
            f"Effects on {outcomes.kind.title}, a gain positive, in units {outcomes.kind.unit}, by "
            f"{outcomes.n_trials:,} trials; {significant.method}.",
            f"An influence is an average over random subsets, not a cause in one model. {COUNTED}",
        ],
    )


def _helpers_and_harmers(dataset: Dataset, outcomes: Outcomes, parts: list[TestFunctional], kind: str) -> ResultTable:
    found = influence(outcomes, on=parts)
    sure = np.nan_to_num(found.q_value, nan=1.0) <= _Q_LEVEL
    rows = []
    for place, part in enumerate(parts):
        mine = (found.test == place) & sure
        row = [part.name]
        for chosen in (mine & (found.value > 0), mine & (found.value < 0)):
            row += [f"{chosen.sum():,}", _strongest(found, np.flatnonzero(chosen), dataset)]
        rows.append(row)
    return ResultTable(
        title=f"Examples that surely move the mean {outcomes.kind.title} by {kind}",
        columns=["group", "help", "helps most", "harm", "harms most"],
        rows=rows,
    )


def _strongest(found: InfluenceScores, places: NDArray[np.intp], dataset: Dataset) -> str:
    if not len(places):
        return "–"
    place = int(places[np.abs(found.value[places]).argmax()])
    train = int(found.train[place])
    effect: Estimate = found.at(place)
    (name,) = named_rows([train], dataset.position)
    return f"{name} ({dataset.label(train)}), {effect.value:+.3f} [{effect.low:+.3f}, {effect.high:+.3f}]"
