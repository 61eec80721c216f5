"""Influence from the trials of a run and a few networks of its own learner: on test examples, or on parts of them."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from longtail.arguments import checked
from longtail.attribution import Attributions, has_attributions, trak
from longtail.attribution.trak import MOST_EXAMPLES
from longtail.dataset import Dataset
from longtail.errors import InputError, Said
from longtail.outcomes import Outcomes
from longtail.runs.run_folder import RunFolder
from longtail.scores import (
    InfluenceScores,
    MarginInfluence,
    TestFunctional,
    influence,
    margin_influence,
    significant_influence,
)
from longtail.study.worth import named_examples, study_of

__all__ = ["InfluenceOfRun", "attributions_of", "functional_named", "influence_of_run"]

Estimand = Literal["margin", "correctness"]


@dataclass(frozen=True, slots=True, kw_only=True)
class InfluenceOfRun:
    """Influences of a run.

    Parameters
    ----------
    scores : InfluenceScores
        On the part of the test set that was asked for, or the significant pairs.
    part : str
        Which part; empty for single test examples.
    whole : MarginInfluence or None
        What holds of the margins of all pairs, where these were asked for.
    attributions : Attributions or None
        That sharpened them.
    n_trials : int
        Of the run.
    """

    scores: InfluenceScores
    part: str
    whole: MarginInfluence | None
    attributions: Attributions | None
    n_trials: int


@checked
def influence_of_run(
    folder: RunFolder,
    dataset: Dataset,
    outcomes: Outcomes,
    learner: Any = None,
    *,
    on: str = "",
    estimand: Estimand = "margin",
    n_models: int = 5,
    level: float = 0.95,
) -> InfluenceOfRun:
    """Estimate the influences that the trials of a run show.

    Parameters
    ----------
    folder, dataset, outcomes
        The run, its data and its trials.
    learner : learner, name or None
        That of the run; None: as the run knows it.
    on : str
        A part of the test set, see :func:`functional_named`; empty: every test example for itself.
    estimand : {"margin", "correctness"}
        Of a part: whether its mean margin or its accuracy counts. Where performance is a number, that counts.
    n_models : int
        Models for attributions; 0: none. Learners without gradients have none, either.
    level : float
        Nominal coverage of each interval.

    Raises
    ------
    InputError
        If the part is none, the run has no margins, or the learner is another.
    """
    if outcomes.of_numbers:
        return _of_numbers(dataset, outcomes, on, level)
    if not on and estimand == "correctness":
        raise InputError("estimand", "be margin for single test examples here", estimand, "Use longtail.influence().")
    attributions = attributions_of(folder, dataset, learner, n_models) if outcomes.test_margin is not None else None
    if on:
        scores = influence(outcomes, level, on=functional_named(dataset, on), estimand=estimand, control=attributions)
        return InfluenceOfRun(scores=scores, part=on, whole=None, attributions=attributions, n_trials=outcomes.n_trials)
    whole = margin_influence(outcomes, attributions, level, strongest=None)
    return InfluenceOfRun(
        scores=whole.pairs, part="", whole=whole, attributions=attributions, n_trials=outcomes.n_trials
    )


def _of_numbers(dataset: Dataset, outcomes: Outcomes, on: str, level: float) -> InfluenceOfRun:
    """Return influences on performances, which have no attributions."""
    if on:
        scores = influence(outcomes, level, on=functional_named(dataset, on))
    else:
        scores = significant_influence(outcomes, level=level)
    return InfluenceOfRun(scores=scores, part=on, whole=None, attributions=None, n_trials=outcomes.n_trials)


def attributions_of(folder: RunFolder, dataset: Dataset, learner: Any, n_models: int) -> Attributions | None:
    """Return attributions by the learner of a run, or None where it or the data do not allow them.

    Raises
    ------
    InputError
        If the learner is not that of the run.
    """
    if n_models == 0 or not dataset.n_test or dataset.n_train > MOST_EXAMPLES:
        return None
    chosen, design = study_of(folder, learner)
    return trak(chosen, dataset, n_models, design.seed) if has_attributions(chosen) else None


def functional_named(dataset: Dataset, name: str) -> TestFunctional:
    """Return a part of the test set by its name.

    Parameters
    ----------
    dataset : Dataset
    name : str
        ``class:NAME``, ``group:NAME``, ``all``, ``auroc`` (two classes), or two of the first kinds with `` - `` between
        them, for their gap.

    Raises
    ------
    InputError
        If there is no such part, or it holds no test example.
    """
    if name == "all":
        return TestFunctional.mean(np.ones(dataset.n_test, bool), name)
    if name == "auroc":
        if dataset.task != "classification":
            raise InputError("on", "be a group, a gap or all where there are no classes", name)
        return TestFunctional.auroc(dataset.y_test)
    parts = name.split(" - ")
    if len(parts) > 2:
        raise InputError("on", "be one part of the test set, or two with ' - ' between them", name)
    members = []
    for part in parts:
        chosen = np.zeros(dataset.n_test, bool)
        chosen[named_examples(dataset, part, held_out=True)] = True
        if not chosen.any():
            raise InputError("on", "hold a test example", Said(f"none in {part}"))
        members.append(chosen)
    return (
        TestFunctional.mean(members[0], name) if len(members) == 1 else TestFunctional.gap(members[0], members[1], name)
    )
