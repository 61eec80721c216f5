"""Influence as a result of a run: what is known of pairs, who helps and who harms each class, and who is predicted.

Only what is significant is told, or that nothing is, and about how many trials would do.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from longtail.attribution import Attributions, has_attributions, trak
from longtail.dataset import Dataset
from longtail.estimate import Estimate
from longtail.findings.example_name import COUNTED, named_rows
from longtail.findings.results import Result, ResultTable
from longtail.learners.learner import Learner
from longtail.outcomes import Outcomes
from longtail.percent import with_decimals
from longtail.scores import (
    InfluenceScores,
    MarginInfluence,
    TestFunctional,
    influence,
    linear_datamodeling_score,
    margin_influence,
)

__all__ = ["MOST_AUDITED", "helpers_and_harmers", "influence_of_audit", "influence_told", "trials_that_would_do"]

MOST_AUDITED = 5_000
"""Examples up to which an audit looks at influence by itself: it takes seconds."""

_Q_LEVEL = 0.05
_MOST_PARTS = 30
_LEAST_SUBSETS = 10
_MOST_JUDGES = 400  # Trials that judge attributions: more narrow the interval little, and cost seconds.


def influence_of_audit(dataset: Dataset, outcomes: Outcomes, learner: Learner, seed: int) -> Result:
    """Train a few models for attributions, where the learner has them, and tell what the trials show of influence.

    Parameters
    ----------
    dataset, outcomes, learner
        Of the study.
    seed : int
        Of the models.

    Raises
    ------
    InputError
        If the trials have no test margins.
    """
    attributions = trak(learner, dataset, seed=seed) if has_attributions(learner) and dataset.n_test else None
    return influence_told(dataset, outcomes, attributions)


def influence_told(
    dataset: Dataset, outcomes: Outcomes, attributions: Attributions | None, whole: MarginInfluence | None = None
) -> Result:
    """Tell what the trials of a run show of influence.

    Parameters
    ----------
    dataset, outcomes
        Of the run, with test margins.
    attributions : Attributions or None
        Of models of the same learner, which sharpen it.
    whole : MarginInfluence, optional
        Where it was computed already, with these attributions.

    Raises
    ------
    InputError
        If the trials have no test margins.
    """
    whole = margin_influence(outcomes, attributions, strongest=1) if whole is None else whole
    said = [_of_pairs(whole, outcomes), *_of_retraining(outcomes, attributions)]
    parts = _parts(dataset)
    tables = [_helpers_and_harmers(dataset, outcomes, attributions, parts)] if parts else []
    method = "" if attributions is None else f" Sharpened by {attributions.n_models} models: {attributions.method}."
    return Result(
        name="influence",
        title="Which examples help and harm",
        command="longtail influence RUN",
        n_trials=outcomes.n_trials,
        said=said,
        tables=tables,
        notes=[
            f"Effects on margins, by {outcomes.n_trials:,} trials; {whole.pairs.method}.{method}",
            "An influence is an average over random subsets, not a cause in one model. Helpful examples are often "
            f"copies, and harmful ones are often mislabeled or stand at a border. {COUNTED}",
        ],
    )


def trials_that_would_do(scores: InfluenceScores, n_trials: int) -> int | None:
    """Return about how many trials would make the surest pair significant, if it is as large as it looks.

    None where no pair varies from trial to trial.
    """
    half = (scores.high - scores.low) / 2 / float(ndtri(0.5 + scores.level / 2))
    varied = half > 0
    if not varied.any():
        return None
    surest = float(np.max(np.abs(scores.value[varied]) / half[varied]))
    needed = float(-ndtri(_Q_LEVEL / 2 / scores.n_pairs))
    return round(n_trials * (needed / surest) ** 2)


def _of_pairs(whole: MarginInfluence, outcomes: Outcomes) -> str:
    moving = int((whole.row_q_value <= _Q_LEVEL).sum())
    if whole.n_significant:
        return (
            f"{whole.n_significant:,} of {whole.pairs.n_pairs:,} pairs of a training and a test example are "
            f"significant at a false discovery rate of 5 %, and {moving:,} of {outcomes.n_train:,} training examples "
            "surely move a test example."
        )
    enough = trials_that_would_do(whole.pairs, outcomes.n_trials)
    more = "" if enough is None else f" About {enough:,} trials would do for the surest, if it is as large as it looks."
    return f"No pair of a training and a test example is significant at a false discovery rate of 5 %.{more}"


def _of_retraining(outcomes: Outcomes, attributions: Attributions | None) -> list[str]:
    """Judge the attributions by the trials of the run, which they have not seen."""
    if attributions is None or len(np.unique(outcomes.inclusion, axis=0)) < _LEAST_SUBSETS:
        return []
    judges = outcomes.of_trials(np.arange(min(outcomes.n_trials, _MOST_JUDGES)))
    found = linear_datamodeling_score(judges, attributions)
    return [
        f"Attributions of {attributions.n_models} models predict how retraining orders a test margin with a linear "
        f"datamodeling score of {with_decimals(found.score)}, by {found.n_trials:,} trials. A perfect prediction would "
        "not reach 1, since a margin depends on the seed as well."
    ]


def _parts(dataset: Dataset) -> list[TestFunctional]:
    """Return the classes and groups that have a test example, or none where there are too many to show."""
    named = [(name, dataset.y_test == code) for code, name in enumerate(dataset.class_names)]
    if dataset.group_test is not None:
        named += [(name, dataset.group_test == code) for code, name in enumerate(dataset.group_names)]
    members = [(name, member) for name, member in named if member.any()]
    return [TestFunctional.mean(member, name) for name, member in members] if len(members) <= _MOST_PARTS else []


def _helpers_and_harmers(
    dataset: Dataset, outcomes: Outcomes, attributions: Attributions | None, parts: list[TestFunctional]
) -> ResultTable:
    found = influence(outcomes, on=parts, estimand="margin", control=attributions)
    return ResultTable(
        title="Examples that surely move the mean margin of a class or group",
        columns=["class or group", "help", "helps most", "harm", "harms most"],
        rows=helpers_and_harmers(found, parts, dataset, with_decimals),
    )


def helpers_and_harmers(
    found: InfluenceScores, parts: list[TestFunctional], dataset: Dataset, written: Callable[[Estimate], str]
) -> list[list[str]]:
    """Return a row a part of the test set: how many examples surely help and harm it, and the strongest of each.

    Parameters
    ----------
    found : InfluenceScores
        On these parts, whose places are its ``test``.
    parts, dataset
        Of the run.
    written : callable
        Writes an effect.
    """
    sure = np.nan_to_num(found.q_value, nan=1.0) <= _Q_LEVEL
    rows = []
    for place, part in enumerate(parts):
        mine = (found.test == place) & sure
        row = [part.name]
        for chosen in (mine & (found.value > 0), mine & (found.value < 0)):
            row += [f"{chosen.sum():,}", _strongest(found, np.flatnonzero(chosen), dataset, written)]
        rows.append(row)
    return rows


def _strongest(
    found: InfluenceScores, places: NDArray[np.intp], dataset: Dataset, written: Callable[[Estimate], str]
) -> str:
    if not len(places):
        return "–"
    place = int(places[np.abs(found.value[places]).argmax()])
    train = int(found.train[place])
    (name,) = named_rows([train], dataset.position)
    return f"{name} ({dataset.label(train)}), {written(found.at(place))}"
