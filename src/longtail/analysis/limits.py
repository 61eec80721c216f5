"""From the trials of limited learners to findings: cost by group and by frequency, predicted and measured."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.analysis.accuracy import mean_memorization
from longtail.analysis.analysis import Analysis
from longtail.analysis.flipped_training import flipped_training, right_when_in
from longtail.analysis.groups import Group, classes_of
from longtail.analysis.paired_trials import PairedTrials, measured_by_bin, measured_on_seen
from longtail.analysis.partitions import Partitioned
from longtail.analysis.predicted_cost import ASSUMPTIONS, Prediction, predicted_cost
from longtail.analysis.tail import guess_of, inner_level, signed_mean
from longtail.analysis.views import view_of
from longtail.estimate import Estimate
from longtail.findings import CostPart, FlippedExample, FrequencyLoss, GroupLoss, LimitFindings, LimitOutcome
from longtail.limits import Limit
from longtail.limits.limit import identity_of
from longtail.outcomes import Outcomes
from longtail.scores import MemorizationScores
from longtail.scores.new_examples import NewExamples

__all__ = ["LimitTrials", "limit_findings"]

_GALLERY = 12
_KNOWN = 0.9  # of the unlimited models are right on what can be lost


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitTrials:
    """A limit with the outcomes of its trials.

    Parameters
    ----------
    limit : Limit
        The limited learner.
    name : str
        Its title, with what tells it apart from others of the same title.
    outcomes : Outcomes
        Of its trials.
    folder : str
        Where they are in the run.
    option : str
        What asks ``longtail limit`` for it; empty where nothing does.
    """

    limit: Limit
    name: str
    outcomes: Outcomes
    folder: str
    option: str = ""


def limit_findings(
    analysis: Analysis,
    trials: list[LimitTrials],
    groups: list[Group],
    partitions: list[Partitioned],
    *,
    given: bool,
    unread: Sequence[str] = (),
) -> LimitFindings:
    """Gather the findings of what limits cost.

    Parameters
    ----------
    analysis : Analysis
        Of the learner without limits; it may have more trials than those with.
    trials : list of LimitTrials
        Of those with; trials that one of both lacks (they failed) are left out for both.
    groups : list of Group
        Whose costs are counted.
    partitions : list of Partitioned
        The tail at each resolution; empty for no prediction.
    given : bool
        Whether the groups are given ones; else they are the classes.
    unread : sequence of str
        Limits that the run holds and that cannot be read back, and why.
    """
    most = max(each.outcomes.n_trials for each in trials)
    paired = analysis.of_trials(analysis.outcomes.trial_numbers[:most])
    compared_by = [_compared(analysis, analysis.outcomes, each.outcomes) for each in trials]
    left_out = all(each.left_out for each in compared_by)
    alone = NewExamples(plain=paired.outcomes, limited=paired.outcomes, level=analysis.level, left_out=left_out)
    compared = _most_private(trials)
    lost, kept = _flipped(analysis, compared)
    classes = classes_of(analysis.dataset) if given else []
    return LimitFindings(
        groups="given groups" if given else "classes",
        n_trials=min(each.plain.n_trials for each in compared_by),
        resolutions=[each.partition.name for each in partitions],
        assumptions=list(ASSUMPTIONS) if partitions else [],
        unlimited_accuracy=alone.accuracies()[0],
        unlimited_memorization=paired.mean_memorization,
        limits=[
            _outcome(analysis, each, new, groups, classes, partitions)
            for each, new in zip(trials, compared_by, strict=True)
        ],
        split=_split(analysis, trials),
        compared=[each.name for each in compared],
        lost=lost,
        kept=kept,
        unread=list(unread),
    )


def _most_private(trials: list[LimitTrials]) -> list[LimitTrials]:
    """Choose the limits that protect whole examples, where there are any.

    Otherwise choose those that protect labels; otherwise all.
    """
    by_protection = {
        protected: [each for each in trials if each.limit.guarantee.protects == protected]
        for protected in ("example", "label")
    }
    return by_protection["example"] or by_protection["label"] or trials


def _outcome(
    analysis: Analysis,
    trials: LimitTrials,
    new: NewExamples,
    groups: list[Group],
    classes: list[Group],
    partitions: list[Partitioned],
) -> LimitOutcome:
    level, limited = analysis.level, new.limited
    paired = analysis.of_trials(new.plain.trial_numbers)
    plain, scores = paired.outcomes, paired.scores
    pairs = [
        PairedTrials(plain=paired.plain_trials(each), limited=limited.correct, limited_test=limited.test_correct)
        for each in partitions
    ]
    middle = pairs[len(pairs) // 2] if pairs else None
    predictions = [predicted_cost(pair, level) for pair in pairs]
    guarantee = trials.limit.guarantee
    misfitted, fitted = _memorization_of_misfits(scores, limited, level)
    return LimitOutcome(
        name=trials.name,
        kind=trials.limit.kind,
        strength=float(trials.limit.strength),
        guarantee=guarantee.text,
        protects=guarantee.protects,
        epsilon=None if guarantee.bound is None else guarantee.bound.value,
        delta=None if guarantee.bound is None else guarantee.delta,
        trials=trials.folder,
        accuracy=new.accuracies()[1],
        memorization=mean_memorization(limited, level),
        measured=new.cost(),
        witnesses=new.witnesses,
        measured_on_seen=[measured_on_seen(pair, new) for pair in pairs],
        predicted=[each.total for each in predictions],
        forced=_forced(analysis, trials, partitions),
        misfitted_memorization=misfitted,
        fitted_memorization=fitted,
        groups=[_group_loss(new, group, middle) for group in groups],
        bins=[] if middle is None else _bins(middle, predictions[len(pairs) // 2], new),
        n_pairs=plain.n_trials,
        option=trials.option,
        classes=[_group_loss(new, each, middle) for each in classes],
        flipped=flipped_training(analysis.dataset, plain, limited, scores),
    )


def _compared(analysis: Analysis, first: Outcomes, second: Outcomes) -> NewExamples:
    """Return the trials that two learners have in common, and who witnesses them."""
    numbers = np.intersect1d(first.trial_numbers, second.trial_numbers)
    tied = analysis.dataset.together is not None
    return NewExamples.of(first.of_trials(numbers), second.of_trials(numbers), analysis.level, tied=tied)


def _bins(pair: PairedTrials, predicted: Prediction, new: NewExamples) -> list[FrequencyLoss]:
    """Return the part of the cost that each frequency bin adds.

    Theory says nothing of what was never seen.
    """
    return [
        FrequencyLoss(
            name=name,
            predicted=predicted.bins.get(name),
            measured=cost,
            misfits_carried=predicted.limited[name].misfits if name in predicted.bins else None,
            fits_carried=predicted.limited[name].fits if name in predicted.bins else None,
            fits_carried_unlimited=predicted.unlimited[name].fits if name in predicted.bins else None,
        )
        for name, cost in measured_by_bin(pair, new).items()
    ]


def _group_loss(new: NewExamples, group: Group, pair: PairedTrials | None) -> GroupLoss:
    before, after = new.accuracies(group.train, group.test)
    in_every_subset = bool(new.plain.inclusion[:, group.train].any(axis=1).all())
    return GroupLoss(
        name=group.name,
        n_train=int(group.train.sum()),
        n_test=int(group.test.sum()),
        n_witnesses=new.n_witnesses(group.train, group.test),
        unlimited=before,
        limited=after,
        cost=new.cost(group.train, group.test),
        predicted=predicted_cost(pair.within(group.train, group.test), new.level).total
        if pair and in_every_subset
        else None,
    )


def _memorization_of_misfits(scores: MemorizationScores, limited: Outcomes, level: float) -> tuple[Estimate, Estimate]:
    """Return the memorization, without the limit, of two sets of training examples.

    The first set is what limited models mostly misfit, the second is all others.
    """
    misfitted = right_when_in(limited) < 0.5
    return signed_mean(scores.value[misfitted], level), signed_mean(scores.value[~misfitted], level)


def _forced(analysis: Analysis, trials: LimitTrials, partitions: list[Partitioned]) -> Estimate | None:
    """Return the least error above the optimum that a guarantee forces at the middle resolution.

    None if nothing is known.
    """
    guarantee = trials.limit.guarantee
    if not partitions or guarantee.bound is None:
        return None
    partition = partitions[len(partitions) // 2].partition
    guess, tail = guess_of(analysis.scores, partition, inner_level(analysis.level)), analysis.tail(partition)
    if guess is None:
        return None
    if guarantee.protects == "label":
        return tail.cost_of_label_privacy(guarantee.bound.value, guess_probability=guess)
    return tail.cost_of_privacy(guarantee.bound.value, guarantee.delta, guess_probability=guess)


def _split(analysis: Analysis, trials: list[LimitTrials]) -> list[CostPart]:
    """Return the cost of each step from the learner without limits to a limit, where all of its parts were trained."""
    parts = []
    for each in trials:
        steps = each.limit.parts()
        reached = [found for _, limit in steps if (found := _outcomes_of(limit, trials)) is not None]
        if len(reached) < len(steps):
            continue
        for (name, _), before, after in zip(steps, [analysis.outcomes, *reached], reached, strict=False):
            cost = _compared(analysis, before, after).cost()
            parts.append(CostPart(limit=each.name, part=name, cost=cost))
    return parts


def _outcomes_of(limit: Limit, trials: list[LimitTrials]) -> Outcomes | None:
    return next((each.outcomes for each in trials if identity_of(each.limit) == identity_of(limit)), None)


def _flipped(analysis: Analysis, compared: list[LimitTrials]) -> tuple[list[FlippedExample], list[FlippedExample]]:
    """List what unlimited models know and limited ones lose, and what all keep.

    The former come by the largest fall, the latter with each class in turn.
    """
    dataset, unlimited = analysis.dataset, analysis.outcomes
    before = unlimited.test_correct.mean(axis=0)
    after = np.concatenate([each.outcomes.test_correct for each in compared]).mean(axis=0)
    sure = np.zeros_like(before) if unlimited.test_margin is None else unlimited.test_margin.mean(axis=0, dtype=float)
    by_fall = np.lexsort((-sure, after - before))
    lost = [j for j in by_fall.tolist() if before[j] >= _KNOWN and after[j] < before[j]]
    surest = [j for j in np.argsort(-sure, kind="stable").tolist() if before[j] == after[j] == 1.0]
    kept = _classes_in_turn(surest, dataset.y_test)

    def shown(test: int) -> FlippedExample:
        return FlippedExample(
            test=test,
            row=int(dataset.position_test[test]),
            label=dataset.class_names[dataset.y_test[test]],
            unlimited=float(before[test]),
            limited=float(after[test]),
            view=view_of(dataset, test, held_out=True),
        )

    return [shown(j) for j in lost[:_GALLERY]], [shown(j) for j in kept[:_GALLERY]]


def _classes_in_turn(examples: list[int], labels: NDArray[np.int64]) -> list[int]:
    """Take the first of each class, then the second of each, and so on.

    One class would fill a gallery otherwise.
    """
    so_far: Counter[int] = Counter()
    rank = {}
    for example in examples:
        rank[example] = so_far[int(labels[example])]
        so_far[int(labels[example])] += 1
    return sorted(examples, key=lambda example: rank[example])
