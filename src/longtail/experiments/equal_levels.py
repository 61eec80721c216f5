"""Which level of privacy or compression costs every group of a run the same.

Twice. Of the levels that ``longtail limit`` trained, a group gets the strongest of each kind whose *predicted* cost
within the group keeps to the budget (:mod:`longtail.analysis.predicted_cost`). And from what any learner must lose: the
strongest guarantee whose *forced* cost keeps to it, from the tail of the group's own examples and the measured chance
of guessing what it saw once (:mod:`longtail.experiments.level_planner`). That is a bound, so a guarantee that it allows
may cost more; one that it does not allow costs more for certain, within its interval.

Levels that differ are refused where they break what they guarantee. Differential privacy protects the whole example,
its group with it; a limit on memorization, likewise. Label privacy protects the label alone, so its level may depend on
a column, but not on the class.
"""

import math
from collections.abc import Mapping
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
from longtail.experiments.level_planner import (
    PROTECTS,
    GroupLevel,
    Guaranteed,
    equalizing_levels,
    refuse_unequal_levels,
)
from longtail.findings import Findings
from longtail.runs.reload import reload_dataset
from longtail.runs.run_folder import RunFolder
from longtail.scores import MemorizationScores

__all__ = ["EqualLevels", "TrainedLevel", "equal_levels"]

_UNKNOWN = Estimate(value=0.0, low=0.0, high=1.0, level=0.95, method="nothing that was seen once was left out")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedLevel:
    """The limit that a group would get of those that were trained, and what it would guarantee the group.

    ``epsilon`` is None where nothing is guaranteed; ``protects`` is what of an example the guarantee protects.
    """

    limit: str
    strength: float
    predicted: Estimate
    epsilon: float | None
    guarantee: str
    protects: str


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
        Kind of guarantee -> the level of each group.
    refused : list of str
        Which of these levels cannot be guaranteed to groups, and why.
    """

    groups: str
    seen_once: dict[str, Estimate]
    guessed: dict[str, Estimate]
    trained: dict[str, dict[str, TrainedLevel | None]]
    forced: dict[Guaranteed, list[GroupLevel]]
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
    forced: dict[Guaranteed, list[GroupLevel]] = {
        guaranteed: equalizing_levels(tails, guessed, budget, guaranteed, delta=delta)
        for guaranteed in get_args(Guaranteed)
    }
    trained = _trained(folder, list(members), budget)
    planned = {f"{kind}, trained": _epsilons(groups) for kind, groups in trained.items()}
    planned |= {
        f"{kind}, forced": _Levels({each.name: each.level for each in groups}, PROTECTS[kind])
        for kind, groups in forced.items()
    }
    return EqualLevels(
        groups="classes" if by_class else "given groups",
        seen_once={name: tail.singleton_mass for name, tail in tails.items()},
        guessed=guessed,
        trained=trained,
        forced=forced,
        refused=_refused(planned, by_class=by_class, groups_are_public=groups_are_public),
    )


def _refused(planned: Mapping[str, "_Levels"], *, by_class: bool, groups_are_public: bool) -> list[str]:
    """List which levels would break their guarantee.

    A level of its own tells the group of an example and, if groups are classes, its label.
    """
    refused = []
    for kind, each in planned.items():
        public = not by_class if each.protects == "label" else groups_are_public
        try:
            refuse_unequal_levels(each.levels, groups_are_public=public)
        except InputError as error:
            refused.append(f"{kind}: {error}")
    return refused


@dataclass(frozen=True, slots=True)
class _Levels:
    """Epsilon, or gamma of a memorization limit, of each group, and what of an example it protects."""

    levels: Mapping[str, float]
    protects: str


def _epsilons(groups: Mapping[str, TrainedLevel | None]) -> _Levels:
    """Return the epsilon that each group would be guaranteed.

    All are the same where a kind of limit guarantees nothing.
    """
    there = [each for each in groups.values() if each is not None and each.epsilon is not None]
    if not there:
        return _Levels(dict.fromkeys(groups, math.inf), "nothing")
    epsilons = {
        name: math.inf if each is None or each.epsilon is None else each.epsilon for name, each in groups.items()
    }
    return _Levels(epsilons, there[0].protects)


def _trained(folder: RunFolder, groups: list[str], budget: float) -> dict[str, dict[str, TrainedLevel | None]]:
    """Return, for each kind of limit and each group, the strongest limit that keeps to the budget.

    Of equally strong ones it is the less costly.
    """
    found = Findings.read(folder.findings).limits if folder.findings.exists() else None
    plan: dict[str, dict[str, TrainedLevel | None]] = {}
    for limit in found.limits if found else []:
        if not limit.kind:
            continue
        levels = plan.setdefault(limit.kind, dict.fromkeys(groups))
        for group in limit.groups:
            if group.name not in levels or group.predicted is None or group.predicted.value > budget:
                continue
            candidate = TrainedLevel(
                limit=limit.name,
                strength=limit.strength,
                predicted=group.predicted,
                epsilon=limit.epsilon,
                guarantee=limit.guarantee,
                protects=limit.protects,
            )
            levels[group.name] = max((each for each in (levels[group.name], candidate) if each), key=_preference)
    return plan


def _preference(level: TrainedLevel) -> tuple[float, float]:
    return level.strength, -level.predicted.value


def _within(partition: Partition, inside: NDArray[np.bool_]) -> Partition:
    """Restrict a partition to the examples of a group."""
    _, ids = np.unique(partition.ids[inside], return_inverse=True)
    return Partition(name=partition.name, radius=partition.radius, ids=ids.astype(np.int64))


def _guessed(scores: MemorizationScores, inside: NDArray[np.bool_], within: Partition, level: float) -> Estimate:
    """Estimate how often models guess the labels of the singletons of a group without having seen them."""
    alone = np.flatnonzero(inside)[within.sizes == 1]
    alone = alone[scores.n_out[alone] > 0]
    return mean_over_examples(scores.correct_out[alone] / scores.n_out[alone], level) if len(alone) else _UNKNOWN


def _members(dataset: Dataset) -> dict[str, NDArray[np.bool_]]:
    """Return the training examples of each group, or of each class where no groups are given."""
    codes, names = dataset.y, dataset.class_names
    if dataset.group is not None:
        codes, names = dataset.group, dataset.group_names
    members = {name: codes == code for code, name in enumerate(names) if (codes == code).any()}
    if len(members) < 2:
        raise InputError("group", "have at least two values, to compare", Said(f"only {next(iter(members))!r}"))
    return members
