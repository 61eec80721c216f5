"""The study's learner beside the majority class and a reference model, in words."""

from longtail.findings.reference_models import ReferenceModels
from longtail.percent import percent
from longtail.report.words.worth import points

__all__ = ["references_in_words", "warning_of_references"]

_WORSE = 0.02


def references_in_words(found: ReferenceModels) -> str:
    """Say what each gets on the test examples, and warn where the learner falls behind."""
    share = f"{found.n_reference:,}" + ("" if found.n_reference == found.n_train else f" of {found.n_train:,}")
    own = (
        f"{found.learner} could not be trained on all of them"
        if found.learner_accuracy is None
        else f"{found.learner}, trained once on {found.n_learner:,}, {percent(found.learner_accuracy)}"
    )
    said = (
        f"Of {found.n_test:,} test examples, always saying '{found.majority_class}' gets {percent(found.majority)}; "
        f"{found.reference}, trained on {share} examples, {percent(found.reference_accuracy)}; {own}."
    )
    return f"{said} {warning_of_references(found)}".rstrip()


def warning_of_references(found: ReferenceModels) -> str:
    """Return a warning where the learner is worse than the reference model by more than two points, or than the
    majority class. Empty otherwise.
    """
    if found.learner_accuracy is None or found.difference is None:
        return ""
    behind = found.difference
    if behind.value < -_WORSE:
        surely = "" if behind.high < 0 else ", which so few test examples may explain by chance"
        return (
            f"WARNING: {found.learner} is worse than {found.reference} by {points(behind, -1)} points{surely}. What "
            "follows is about a model that can be bettered: take another learner."
        )
    if found.learner_accuracy.value < found.majority.value:
        apart = found.learner_accuracy.high < found.majority.low
        chance = "" if apart else ", which so few test examples may explain by chance"
        return (
            f"WARNING: {found.learner}, trained once on {found.n_learner:,} examples, is right less often than who "
            f"always says '{found.majority_class}'{chance}."
        )
    return ""
