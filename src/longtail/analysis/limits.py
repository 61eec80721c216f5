"""From the trials of limited learners to findings: cost by group and by frequency, predicted and measured."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from longtail.analysis.accuracy import mean_memorization
from longtail.analysis.analysis import Analysis
from longtail.analysis.exemplars import exemplars
from longtail.analysis.flipped_tests import flipped_tests
from longtail.analysis.flipped_training import flipped_training, right_when_in
from longtail.analysis.groups import Group, classes_of, untested_note
from longtail.analysis.judged import jointly, judged
from longtail.analysis.least_cost import least_cost
from longtail.analysis.paired_trials import PairedTrials, measured_by_bin, measured_on_seen
from longtail.analysis.partitions import Partitioned
from longtail.analysis.predicted_cost import ASSUMPTIONS, Prediction, predicted_cost
from longtail.analysis.remedies import remedied
from longtail.analysis.tail import guess_of, inner_level, signed_mean
from longtail.dataset import Dataset
from longtail.estimate import Estimate
from longtail.findings import CostPart, FrequencyLoss, GroupLoss, LimitFindings, LimitOutcome, Remedied
from longtail.limits import Guarantee, Limit
from longtail.limits.limit import identity_of
from longtail.outcomes import Outcomes
from longtail.scores import MemorizationScores
from longtail.scores.new_examples import NewExamples

__all__ = ["LimitTrials", "limit_findings"]


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
    about_trials : str
        How many of its models are missing or failed, in sentences; empty where none is.
    """

    limit: Limit
    name: str
    outcomes: Outcomes
    folder: str
    option: str = ""
    about_trials: str = ""


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
    compared_by = [_compared(analysis, analysis.outcomes, each.outcomes, [each.limit]) for each in trials]
    left_out = all(each.left_out for each in compared_by)
    alone = NewExamples(
        plain=paired.outcomes,
        limited=paired.outcomes,
        level=analysis.level,
        left_out=left_out,
        test_unit=analysis.dataset.together_test,
    )
    compared = _most_private(trials)
    lost, kept = flipped_tests(analysis, [each.outcomes for each in compared])
    classes = classes_of(analysis.dataset) if given else []
    outcomes = [
        _outcome(analysis, each, new, groups, classes, partitions)
        for each, new in zip(trials, compared_by, strict=True)
    ]
    found = LimitFindings(
        groups="given groups" if given else "classes",
        n_trials=min(each.plain.n_trials for each in compared_by),
        resolutions=[each.partition.name for each in partitions],
        assumptions=list(ASSUMPTIONS) if partitions else [],
        unlimited_accuracy=alone.accuracies()[0],
        unlimited_memorization=paired.mean_memorization,
        unlimited_unit_memorization=_by_unit(analysis, paired.outcomes),
        limits=outcomes,
        split=_split(analysis, trials),
        compared=[each.name for each in compared],
        lost=lost,
        kept=kept,
        unread=list(unread),
        judged=judged(analysis.dataset, alone, groups if given else [], limited=False),
        untested=" ".join(filter(None, [_untested(analysis.dataset), _test_examples_alone(analysis, trials)])),
    )
    return replace(found, remedies=_remedies(analysis, trials, found, groups))


def _remedies(
    analysis: Analysis, trials: list[LimitTrials], found: LimitFindings, groups: list[Group]
) -> list[Remedied]:
    """Return each remedy beside what it remedies, where that was trained."""
    alone = None if found.judged is None else found.judged.advantage
    told: list[Remedied] = []
    for each, outcome in zip(trials, found.limits, strict=True):
        base = each.limit.remedied()
        before, left = analysis.outcomes, ("without limits", found.unlimited_memorization, alone)
        if base is not None:
            place = next((n for n, of in enumerate(trials) if identity_of(of.limit) == identity_of(base)), None)
            if place is None:
                continue
            before, left = trials[place].outcomes, _left(found.limits[place])
        if each.limit.remedy:
            new = _compared(analysis, before, each.outcomes, [each.limit] if base is None else [each.limit, base])
            told.append(remedied(analysis.dataset, new, groups, left, _left(outcome)))
    return told


def _left(outcome: LimitOutcome) -> tuple[str, Estimate, Estimate | None]:
    """Return the name of a limit, and what it leaves of memorization and exposure."""
    return outcome.name, outcome.memorization, None if outcome.judged is None else outcome.judged.advantage


def _of_unit(analysis: Analysis, limit: Limit) -> Guarantee:
    """Return the guarantee of a limit for all rows of the largest unit, or for one where rows belong to none."""
    largest = int(np.bincount(analysis.unit_of_row).max()) if analysis.has_units else 1
    return limit.guarantee.of_unit(largest)


def _by_unit(analysis: Analysis, outcomes: Outcomes) -> Estimate | None:
    """Return mean memorization over units. None where rows belong to none."""
    return mean_memorization(outcomes, analysis.level, analysis.unit_of_row) if analysis.has_units else None


def _untested(dataset: Dataset) -> str:
    """Name the classes without a test example, and the groups."""
    alone = replace(dataset, group=None, group_test=None)
    return " ".join(filter(None, [untested_note(alone), untested_note(dataset) if dataset.group is not None else ""]))


def _test_examples_alone(analysis: Analysis, trials: list[LimitTrials]) -> str:
    """Say why accuracies are of test examples alone, the one without limits too, where a limit makes it so."""
    seen = [each.name for each in trials if each.limit.sees_left_out]
    if not seen or analysis.dataset.together is not None:
        return ""
    return (
        f"Models under {' and '.join(seen)} see training examples that are not in their subset, which are not new to "
        "them: their accuracy, and the one without limits that stands beside it, is of test examples alone."
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
    given = groups if classes else []  # By class alone where no groups are given.
    together = jointly(new, len(groups) + len(classes))
    paired = analysis.of_trials(new.plain.trial_numbers)
    plain, scores = paired.outcomes, paired.scores
    pairs = [
        PairedTrials(plain=paired.plain_trials(each), limited=limited.correct, limited_test=limited.test_correct)
        for each in partitions
    ]
    middle = pairs[len(pairs) // 2] if pairs else None
    predictions = [predicted_cost(pair, level) for pair in pairs]
    least, fallen = (None, None) if middle is None else least_cost(middle, level)
    guarantee, of_unit = trials.limit.guarantee, _of_unit(analysis, trials.limit)
    misfitted, fitted = _memorization_of_misfits(scores, limited, level)
    return LimitOutcome(
        name=trials.name,
        kind=trials.limit.kind,
        strength=float(trials.limit.strength),
        guarantee=of_unit.text,
        protects=guarantee.protects,
        epsilon=None if guarantee.bound is None else guarantee.bound.value,
        delta=None if guarantee.bound is None else guarantee.delta,
        trials=trials.folder,
        accuracy=new.accuracies()[1],
        memorization=mean_memorization(limited, level),
        unit_memorization=_by_unit(analysis, limited),
        measured=new.cost(),
        witnesses=new.witnesses,
        measured_on_seen=[measured_on_seen(pair, new) for pair in pairs],
        predicted=[each.total for each in predictions],
        forced=_forced(analysis, trials, partitions),
        misfitted_memorization=misfitted,
        fitted_memorization=fitted,
        groups=[_group_loss(together, group, middle, level) for group in groups],
        bins=[] if middle is None else _bins(middle, predictions[len(pairs) // 2], new),
        n_pairs=plain.n_trials,
        option=trials.option,
        about_trials=trials.about_trials,
        classes=[_group_loss(together, each, middle, level) for each in classes],
        flipped=flipped_training(analysis.dataset, plain, limited, scores),
        judged=judged(analysis.dataset, new, given),
        least=least,
        fallen=fallen,
        exemplars=exemplars(analysis.dataset, plain, limited, level),
    )


def _compared(analysis: Analysis, first: Outcomes, second: Outcomes, limits: Sequence[Limit]) -> NewExamples:
    """Return the trials that two learners, by these limits or none, have in common, and who witnesses them."""
    numbers = np.intersect1d(first.trial_numbers, second.trial_numbers)
    tied = analysis.dataset.together is not None or any(limit.sees_left_out for limit in limits)
    return NewExamples.of(
        first.of_trials(numbers),
        second.of_trials(numbers),
        analysis.level,
        tied=tied,
        test_unit=analysis.dataset.together_test,
    )


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


def _group_loss(new: NewExamples, group: Group, pair: PairedTrials | None, level: float) -> GroupLoss:
    """Return the cost of one of several groups, whose intervals hold together. Its prediction is at ``level``."""
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
        predicted=predicted_cost(pair.within(group.train, group.test), level).total
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
    guarantee = _of_unit(analysis, trials.limit)  # The tail counts units, so the guarantee must be theirs.
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
            cost = _compared(analysis, before, after, [limit for _, limit in steps]).cost()
            parts.append(CostPart(limit=each.name, part=name, cost=cost))
    return parts


def _outcomes_of(limit: Limit, trials: list[LimitTrials]) -> Outcomes | None:
    return next((each.outcomes for each in trials if identity_of(each.limit) == identity_of(limit)), None)
