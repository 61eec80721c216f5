"""The study's learner beside what is trivial and a reference model, in words."""

from collections.abc import Callable

from longtail.estimate import Estimate
from longtail.findings.number_references import NumberReferences
from longtail.findings.reference_models import ReferenceModels
from longtail.percent import percent
from longtail.report.words.worth import points

__all__ = ["both_models", "references_in_words", "warning_of_references", "warning_where_behind"]

_WORSE = 0.02
"""Accuracy, or R², by which a learner may fall behind the reference model without a warning."""


def references_in_words(found: ReferenceModels) -> str:
    """Say what each gets on the test examples, and warn where the learner falls behind."""
    models = both_models(found, found.reference_accuracy, found.learner_accuracy, percent)
    said = (
        f"Of {found.n_test:,} test examples, always saying '{found.majority_class}' gets {percent(found.majority)}; "
        f"{models}."
    )
    return f"{said} {warning_of_references(found)}".rstrip()


def both_models(
    found: ReferenceModels | NumberReferences,
    reference: Estimate,
    learner: Estimate | None,
    written: Callable[[Estimate], str],
) -> str:
    """Say of the reference model and of the learner on how many examples each was trained, and what it gets."""
    part = f"{found.n_reference:,}" + ("" if found.n_reference == found.n_train else f" of {found.n_train:,}")
    own = (
        f"{found.learner} could not be trained on all of them"
        if learner is None
        else f"{found.learner}, trained once on {found.n_learner:,}, {written(learner)}"
    )
    return f"{found.reference}, trained on {part} examples, {written(reference)}; {own}"


def warning_where_behind(found: ReferenceModels | NumberReferences, written: Callable[[Estimate], str]) -> str:
    """Return a warning where the learner is worse than the reference model by more than 0.02. Empty otherwise.

    ``written`` writes by how much, of the difference in the learner's favor.
    """
    behind = found.difference
    if behind is None or behind.value >= -_WORSE:
        return ""
    surely = "" if behind.high < 0 else ", which so few test examples may explain by chance"
    remedy = (
        "study more rows, or take another learner" if found.n_learner < found.n_reference else "take another learner"
    )
    return (
        f"WARNING: {found.learner} is worse than {found.reference} by {written(behind)}{surely}. What "
        f"follows is about a model that can be bettered: {remedy}."
    )


def warning_of_references(found: ReferenceModels) -> str:
    """Return a warning where the learner is worse than the reference model by more than two points, or than the
    majority class. Empty otherwise.
    """
    if found.learner_accuracy is None or found.difference is None:
        return ""
    behind = warning_where_behind(found, lambda difference: f"{points(difference, -1)} points")
    if behind:
        return behind
    if found.learner_accuracy.value < found.majority.value:
        apart = found.learner_accuracy.high < found.majority.low
        chance = "" if apart else ", which so few test examples may explain by chance"
        return (
            f"WARNING: {found.learner}, trained once on {found.n_learner:,} examples, is right less often than who "
            f"always says '{found.majority_class}'{chance}."
        )
    return ""
