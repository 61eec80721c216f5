"""A learner judged by class and by group: mean recall, the worst of them, rates of either mistake, constancy."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from longtail.analysis.advantage import best_advantage
from longtail.analysis.analysis import Analysis
from longtail.analysis.groups import Group, classes_of
from longtail.dataset import Dataset
from longtail.estimate import Estimate
from longtail.findings.judged import Always, GroupRates, Judged, Worst
from longtail.outcomes import Outcomes
from longtail.scores.class_means import class_mean_cost, class_means, joint_level
from longtail.scores.new_examples import NewExamples

__all__ = ["always_one_class", "jointly", "judged", "missed_classes"]

_MISSED = 0.1
_MOST_TRIALS = 200  # Enough for accuracies: the examples decide how wide their intervals are.


def jointly(new: NewExamples, n: int) -> NewExamples:
    """Return the same paired trials, each of n of whose intervals is so wide that all of them hold together."""
    return replace(new, level=joint_level(new.level, n))


def judged(dataset: Dataset, new: NewExamples, groups: Sequence[Group], *, limited: bool = True) -> Judged:
    """Judge the limited learner of paired trials, or the one without limits.

    Parameters
    ----------
    dataset : Dataset
        That was studied; classes without a test example are left out.
    new : NewExamples
        Paired trials, and who witnesses them.
    groups : sequence of Group
        Given ones; empty without any.
    limited : bool
        Which of the two learners.
    """
    side, outcomes = (1, new.limited) if limited else (0, new.plain)
    classes = classes_of(dataset)
    masks = [(each.train, each.test) for each in classes]
    together = jointly(new, len(classes) + len(groups))
    rates, positive = _rates(dataset, new, groups, side)
    advantage, attack = best_advantage(outcomes, new.level, together=dataset.together)
    return Judged(
        accuracy=new.accuracies()[side],
        recall=class_means(new, masks)[side],
        worst_class=_worst(together, classes, side),
        worst_group=_worst(together, groups, side) if groups else None,
        n_models=outcomes.n_trials,
        always=always_one_class(dataset, outcomes),
        recall_lost=class_mean_cost(new, masks) if limited else None,
        positive=positive,
        rates=rates,
        advantage=advantage,
        attack=attack,
    )


def always_one_class(dataset: Dataset, outcomes: Outcomes) -> list[Always]:
    """Return the models that are right on all of one class, training examples included, and on nothing else."""
    truth = np.concatenate([dataset.y, dataset.y_test])
    right = np.hstack([outcomes.correct, outcomes.test_correct])
    number = right.sum(axis=1)
    found = []
    for code, label in enumerate(dataset.class_names):
        members = truth == code
        likely = (number == members.sum()) & members.any()
        models = int((right[likely] == members).all(axis=1).sum())
        if models:
            found.append(Always(label=label, n_models=models))
    return found


def missed_classes(analysis: Analysis) -> list[Worst]:
    """Return the classes with a test example that models surely find less often than one time in ten, rarest first."""
    dataset = analysis.dataset
    if not dataset.n_test:
        return []
    some = analysis.of_trials(analysis.outcomes.trial_numbers[:_MOST_TRIALS]).outcomes
    classes = classes_of(dataset)
    alone = NewExamples(
        plain=some,
        limited=some,
        level=analysis.level,
        left_out=dataset.together is None,
        test_unit=dataset.together_test,
    )
    together = jointly(alone, len(classes))
    found = [
        Worst(name=each.name, right=together.accuracies(each.train, each.test)[0], compared=len(classes))
        for each in classes
    ]
    return sorted((each for each in found if each.right.high < _MISSED), key=lambda each: each.right.value)


def _worst(together: NewExamples, groups: Sequence[Group], side: int) -> Worst:
    each = [together.accuracies(group.train, group.test)[side] for group in groups]
    least = min(range(len(each)), key=lambda place: each[place].value)
    return Worst(
        name=groups[least].name,
        right=Estimate(
            value=each[least].value,
            low=min(one.low for one in each),
            high=min(one.high for one in each),
            level=each[least].level,
            method=f"the least of {len(each)}, each {each[least].method}",
            warning=each[least].warning,
        ),
        compared=len(each),
    )


def _rates(dataset: Dataset, new: NewExamples, groups: Sequence[Group], side: int) -> tuple[list[GroupRates], str]:
    """Return rates of either mistake by group, and the class that is called positive: the rarer one in training."""
    if dataset.n_classes != 2:
        return [], ""
    positive = int((dataset.y == 1).sum() <= (dataset.y == 0).sum())
    whole = Group(name="all", train=np.ones(dataset.n_train, bool), test=np.ones(dataset.n_test, bool))
    asked = [whole, *groups]
    together = jointly(new, 2 * len(asked))
    found = []
    for group in asked:
        rates, sizes = [], []
        for code in (positive, 1 - positive):
            train, test = group.train & (dataset.y == code), group.test & (dataset.y_test == code)
            known = test.any() or (new.left_out and bool((~new.plain.inclusion[:, train]).any()))
            sizes.append(together.n_witnesses(train, test) if known else 0)
            rates.append(_complement(together.accuracies(train, test)[side]) if known else None)
        found.append(
            GroupRates(
                name=group.name,
                n_positive=sizes[0],
                n_negative=sizes[1],
                false_negative=rates[0],
                false_positive=rates[1],
            )
        )
    return found, dataset.class_names[positive]


def _complement(right: Estimate) -> Estimate:
    return Estimate(
        value=1 - right.value,
        low=1 - right.high,
        high=1 - right.low,
        level=right.level,
        method=right.method,
        warning=right.warning,
    )
