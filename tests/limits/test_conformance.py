"""Every limit keeps the rules of limits, and those of learners; and a limit that breaks one is caught."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.learners import CompiledMLP
from longtail.limits import LIMITS, Limit, Narrower, Rounded
from longtail.limits.conformance import LimitConformance
from longtail.trials.conformance import LearnerConformance

RULES = [name for name in dir(LimitConformance) if name.startswith("test_")]
OF_LEARNERS = [name for name in dir(LearnerConformance) if name.startswith("test_") and name != "test_it_learns"]
OF_CLASSES = [kind for kind in LIMITS if "classification" in kind.tasks]
OF_KNOWN_LABELS = ("test_classes_may_be_absent", "test_one_class_is_predicted_alone")
"""What is private cannot know that nobody has a class."""


def suite(kind):
    return type(f"Of{kind.__name__}", (LimitConformance,), {"limit": kind})()


@pytest.mark.parametrize("kind", LIMITS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("rule", RULES)
def test_every_limit_keeps_the_rule(kind, rule):
    getattr(suite(kind), rule)()


@pytest.mark.parametrize("kind", OF_CLASSES, ids=lambda kind: kind.name)
def test_every_limit_is_a_learner(kind):
    """At its weakest level; the strongest need not learn anything. Those of numbers and texts have their own tests."""
    rules, limits = LearnerConformance(), suite(kind)
    if isinstance(limits.make_inner(), CompiledMLP):
        limits.make_inner = lambda: CompiledMLP(hidden=32)
    rules.make_learner = lambda: limits.levels()[0]
    protects = rules.make_learner().guarantee.protects
    for rule in OF_LEARNERS:
        if rule not in OF_KNOWN_LABELS or protects == "nothing":
            getattr(rules, rule)()


def altered(kind, parts):
    """The same limit, with parts of what it says replaced, as if it stood in this module."""
    return dataclass(frozen=True, slots=True, kw_only=True)(type(kind.__name__, (kind,), parts))


@pytest.mark.parametrize(
    ("parts", "rule"),
    [
        ({"strength": property(lambda limit: float(limit.bits))}, "test_its_strength_rises_from_weak_to_strong"),
        ({"strength": 0.0}, "test_its_strength_rises_from_weak_to_strong"),
        ({"title": "rounded"}, "test_it_says_what_it_is"),
        ({"kind": property(lambda limit: f"rounding to {limit.bits}")}, "test_it_says_what_it_is"),
        ({"levels": ("bits=4",)}, "test_it_says_what_it_is"),
        ({"describe": lambda limit: {"bits": limit.bits}}, "test_it_is_made_again_from_its_identity"),
        ({"audited": ("bits=1",)}, "test_an_audit_can_try_what_it_says"),
        ({"parts": lambda limit: [("rounding", Rounded(inner=limit.inner, bits=16))]}, "test_its_parts_end_in_it"),
        (
            {"fit_predict": lambda limit, *data, **settings: limit.inner.fit_predict(*data, **settings)},
            "test_it_learns_something_else",
        ),
    ],
)
def test_a_limit_that_breaks_a_rule_is_caught(parts, rule):
    broken = altered(Rounded, parts)
    with pytest.raises((AssertionError, InputError)):
        getattr(suite(broken), rule)()
    getattr(suite(Rounded), rule)()


def test_what_a_limit_must_say_cannot_be_forgotten():
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Forgetful(Limit):
        name: ClassVar[str] = "forgetful"
        version: ClassVar[str] = "1"

        def fit_predict(self, X, y, X_eval, *, n_classes, seed):
            return self.inner.fit_predict(X, y, X_eval, n_classes=n_classes, seed=seed)

    with pytest.raises(TypeError, match="abstract methods '?guarantee'?, '?kind'?, '?strength'?, '?title"):
        Forgetful(inner=suite(Narrower).make_inner())


def test_regularizers_are_of_one_kind_where_one_number_tells_them_apart():
    """Neither of two regularizers is the stronger where two numbers differ."""
    from longtail.limits.spelling import named_limit

    data = Dataset.from_arrays(np.eye(4), [0, 1, 0, 1])

    def made(text):
        return named_limit(f"regularized:{text}", data, suite(Narrower).make_inner())

    weak, strong = made("weight_decay=0.1,dropout=0.2"), made("weight_decay=0.1,dropout=0.5")
    assert weak.kind == strong.kind == "weight decay 0.1, dropout"
    assert weak.strength < strong.strength
    assert made("weight_decay=0.2,dropout=0.2").kind != weak.kind
    assert made("early_stopping=True").kind == "early stopping"
    assert made("dropout=0.2,early_stopping=True").kind == "dropout, early stopping"
