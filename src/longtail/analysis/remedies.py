"""A remedy beside what it remedies: what the worst group, and all, gain, and what is left of memorization and exposure.

The group is the one on which models are seen to be right least often *without* the remedy, so that the gain is of those
whom it is for. Intervals of all groups hold together, so that choosing one of them gains nothing.
"""

from collections.abc import Sequence
from dataclasses import replace

from longtail.analysis.groups import Group, classes_of
from longtail.analysis.judged import jointly
from longtail.dataset import Dataset
from longtail.estimate import Estimate
from longtail.findings.remedies import Remedied
from longtail.scores.class_means import class_mean_cost
from longtail.scores.new_examples import NewExamples

__all__ = ["Left", "remedied"]

Left = tuple[str, Estimate, Estimate | None]
"""A learner's name, the memorization that it leaves, and the advantage of the best attack on it."""


def remedied(dataset: Dataset, new: NewExamples, groups: Sequence[Group], before: Left, after: Left) -> Remedied:
    """Return what a remedy gains.

    Parameters
    ----------
    dataset : Dataset
        That was studied.
    new : NewExamples
        Paired trials of what is remedied (``plain``) and of the remedy (``limited``).
    groups : sequence of Group
        Given ones, or the classes.
    before, after : Left
        What is remedied, and the remedy.
    """
    together = jointly(new, len(groups))
    accuracies = [together.accuracies(each.train, each.test) for each in groups]
    least = min(range(len(groups)), key=lambda place: accuracies[place][0].value)
    masks = [(each.train, each.test) for each in classes_of(dataset)]
    return Remedied(
        name=after[0],
        remedied=before[0],
        gained=_gain(new.cost()),
        recall_gained=_gain(class_mean_cost(new, masks)),
        worst=groups[least].name,
        worst_before=accuracies[least][0],
        worst_after=accuracies[least][1],
        worst_gained=_gain(together.cost(groups[least].train, groups[least].test)),
        memorization_before=before[1],
        memorization_after=after[1],
        advantage_before=before[2],
        advantage_after=after[2],
    )


def _gain(cost: Estimate) -> Estimate:
    """Return a loss as a gain."""
    method = cost.method.replace("lost", "gained")
    return replace(cost, value=-cost.value, low=-cost.high, high=-cost.low, method=method)
