"""Which level of privacy or compression costs every group of a run the same.

Twice. Of the levels that ``longtail limit`` trained, a group gets the strongest of each kind whose *predicted* cost
within the group keeps to the budget (:mod:`longtail.analysis.predicted_cost`). And from what any learner must lose: the
strongest promise whose *forced* cost keeps to it, from the tail of the group's own examples and the measured chance of
guessing what it saw once (:mod:`longtail.experiments.level_planner`). That is a bound, so a promise that it allows may
cost more; one that it does not allow costs more for certain, within its interval.

Levels that differ are refused where they break what they promise. Differential privacy protects the whole example, its
group with it; a limit on memorization, likewise. Label privacy protects the label alone, so its level may hang on a
column, but not on the class.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from longtail.analysis.accuracy import mean_over_examples
from longtail.analysis.analysis import Analysis
from longtail.analysis.groups import Subpopulations, subpopulations_of
from longtail.analysis.partitions import Partition
from longtail.analysis.tail import inner_level
from longtail.arguments import checked
from longtail.dataset import Dataset
from longtail.errors import InputError, Said
from longtail.estimate import Estimate
from longtail.experiments.level_planner import GroupLevel, Promise, equalizing_levels, refuse_unequal_levels
from longtail.findings import Findings, LimitOutcome
from longtail.runs.reload import reload_dataset
from longtail.runs.run_folder import RunFolder
from longtail.scores import MemorizationScores
from longtail.trials.store import read_trial_set

__all__ = ["EqualLevels", "TrainedLevel", "equal_levels"]

_KINDS: dict[str, str] = {
    "dp-sgd": "differential privacy",
    "label-private": "label privacy",
    "pruned": "pruning",
    "quantized": "rounding",
    "low-rank": "low rank",
    "narrower": "fewer units",
}
_UNKNOWN = Estimate(value=0.0, low=0.0, high=1.0, level=0.95, method="nothing that was seen once was left out")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedLevel:
    """The limit that a group would get of those that were trained, and what it would promise the group.

    ``epsilon`` is None where nothing is promised.
    """

    limit: str
    predicted: Estimate
    epsilon: float | None
    guarantee: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EqualLevels:
    """A plan.

    Parameters
    ----------
    groups : str
        What the groups are.
    seen_once : dict of str to Estimate
        Group -> the mass, within it, of what it saw once.
    guessed : dict of str to Estimate
        Group -> how often models without them guess the labels of these.
    trained : dict
        Kind of limit -> group -> the strongest that was trained and keeps to the budget; None where none does, or
        nothing is predicted.
    forced : dict
        Kind of promise -> the level of each group.
    refused : list of str
        Which of these levels cannot be promised to groups, and why.
    """

    groups: str
    seen_once: dict[str, Estimate]
    guessed: dict[str, Estimate]
    trained: dict[str, dict[str, TrainedLevel | None]]
    forced: dict[Promise, list[GroupLevel]]
    refused: list[str]


@checked
def equal_levels(
    folder: RunFolder,
    budget: float,
    *,
    delta: float = 1e-5,
    groups_are_public: bool = False,
    subpopulations: Subpopulations = "found",
    level: float = 0.95,
) -> EqualLevels:
    """Levels for the groups of a run that cost each of them the budget.

    Parameters
    ----------
    folder : RunFolder
        With trials; and limits, where ``longtail limit`` made it.
    budget : float
        Accuracy, within a group, that may be lost, in [0, 1].
    delta : float
        Of differential privacy.
    groups_are_public : bool
        Whether who belongs to which group is known anyway.
    subpopulations : {"found", "given"}
        What tails are made of; the middle radius of those found.
    level : float
        Of every interval.

    Raises
    ------
    InputError
        If there are no two groups, no subpopulations, or a number is out of its range.
    """
    dataset, outcomes = reload_dataset(folder.study()), folder.trials().outcomes()
    members, by_class = _members(dataset), dataset.group is None
    analysis = Analysis(dataset, outcomes, level)
    partitions, notes = subpopulations_of(analysis, subpopulations)
    if not partitions:
        raise InputError("subpopulations", "be there to plan from", Said(" ".join(notes)))
    partition, scores = partitions[len(partitions) // 2].partition, analysis.scores
    within = {name: _within(partition, inside) for name, inside in members.items()}
    tails = {name: analysis.tail(part) for name, part in within.items()}
    guessed = {name: _guessed(scores, members[name], part, inner_level(level)) for name, part in within.items()}
    forced: dict[Promise, list[GroupLevel]] = {
        promise: equalizing_levels(tails, guessed, budget, promise, delta=delta) for promise in get_args(Promise)
    }
    trained = _trained(folder, list(members), budget)
    planned = {f"{kind}, trained": _epsilons(groups) for kind, groups in trained.items()}
    planned |= {f"{kind}, forced": {each.name: each.level for each in groups} for kind, groups in forced.items()}
    return EqualLevels(
        groups="classes" if by_class else "given groups",
        seen_once={name: tail.singleton_mass for name, tail in tails.items()},
        guessed=guessed,
        trained=trained,
        forced=forced,
        refused=_refused(planned, by_class=by_class, groups_are_public=groups_are_public),
    )


def _refused(planned: Mapping[str, Mapping[str, float]], *, by_class: bool, groups_are_public: bool) -> list[str]:
    refused = []
    for kind, levels in planned.items():
        public = not by_class if kind.startswith("label privacy") else groups_are_public
        try:
            refuse_unequal_levels(levels, groups_are_public=public)
        except InputError as error:
            refused.append(f"{kind}: {error}")
    return refused


def _epsilons(groups: Mapping[str, TrainedLevel | None]) -> dict[str, float]:
    """What each group would be promised; all the same where a kind of limit promises nothing."""
    if all(each is None or each.epsilon is None for each in groups.values()):
        return dict.fromkeys(groups, math.inf)
    return {name: math.inf if each is None or each.epsilon is None else each.epsilon for name, each in groups.items()}


def _trained(folder: RunFolder, groups: list[str], budget: float) -> dict[str, dict[str, TrainedLevel | None]]:
    found = Findings.read(folder.findings).limits if folder.findings.exists() else None
    plan: dict[str, dict[str, TrainedLevel | None]] = {}
    for each in found.limits if found else []:  # from weak to strong
        learner = read_trial_set(folder.path / each.trials).identity["learner"]
        if learner["name"] in _KINDS and learner["settings"].get("control", "private") == "private":
            levels = plan.setdefault(_KINDS[learner["name"]], dict.fromkeys(groups))
            levels.update(_kept_to(each, levels, budget))
    return plan


def _kept_to(each: LimitOutcome, groups: Collection[str], budget: float) -> dict[str, TrainedLevel]:
    """The groups for which the limit keeps to the budget."""
    return {
        group.name: TrainedLevel(
            limit=each.name, predicted=group.predicted, epsilon=each.epsilon, guarantee=each.guarantee
        )
        for group in each.groups
        if group.name in groups and group.predicted is not None and group.predicted.value <= budget
    }


def _within(partition: Partition, inside: NDArray[np.bool_]) -> Partition:
    """What a group has of each subpopulation."""
    _, ids = np.unique(partition.ids[inside], return_inverse=True)
    return Partition(name=partition.name, radius=partition.radius, ids=ids.astype(np.int64))


def _guessed(scores: MemorizationScores, inside: NDArray[np.bool_], within: Partition, level: float) -> Estimate:
    """How often models without them guess the labels of what a group saw once."""
    alone = np.flatnonzero(inside)[within.sizes == 1]
    alone = alone[scores.n_out[alone] > 0]
    return mean_over_examples(scores.correct_out[alone] / scores.n_out[alone], level) if len(alone) else _UNKNOWN


def _members(dataset: Dataset) -> dict[str, NDArray[np.bool_]]:
    """The training examples of each group; of each class where none are given."""
    codes, names = dataset.y, dataset.class_names
    if dataset.group is not None:
        codes, names = dataset.group, dataset.group_names
    members = {name: codes == code for code, name in enumerate(names) if (codes == code).any()}
    if len(members) < 2:
        raise InputError("group", "have at least two values, to compare", Said(f"only {next(iter(members))!r}"))
    return members
