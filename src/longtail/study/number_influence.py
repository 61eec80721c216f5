"""Influence where outcomes are numbers, as a result of a run: pairs that are known, who helps and harms each group."""

import numpy as np

from longtail.analysis.number_groups import number_groups
from longtail.dataset import Dataset
from longtail.estimate import Estimate
from longtail.findings.example_name import COUNTED
from longtail.findings.results import Result, ResultTable
from longtail.outcomes import Outcomes
from longtail.scores import InfluenceScores, TestFunctional, influence
from longtail.study.influence_told import helpers_and_harmers

__all__ = ["number_influence_told"]


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
    return ResultTable(
        title=f"Examples that surely move the mean {outcomes.kind.title} by {kind}",
        columns=["group", "help", "helps most", "harm", "harms most"],
        rows=helpers_and_harmers(influence(outcomes, on=parts), parts, dataset, _signed),
    )


def _signed(effect: Estimate) -> str:
    return f"{effect.value:+.3f} [{effect.low:+.3f}, {effect.high:+.3f}]"
