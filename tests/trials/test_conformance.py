"""The published suite on our learners; and learners that break one promise each, caught by the test that says so."""

import itertools
import time

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import LinearSVC

from longtail.learners import NearestNeighbors
from longtail.trials import CompiledMLP, Predictions, SklearnLearner
from longtail.trials.conformance import LearnerConformance


class TestCompiledMLP(LearnerConformance):
    def make_learner(self):
        return CompiledMLP(hidden=8, epochs=5, max_epochs=20)


class TestForest(LearnerConformance):
    def make_learner(self):
        return SklearnLearner(estimator=RandomForestClassifier(n_estimators=5))


class TestLogisticRegression(LearnerConformance):
    uses_seed = False

    def make_learner(self):
        return SklearnLearner(estimator=LogisticRegression())


class TestDecisionValuesAlone(LearnerConformance):
    uses_seed = False

    def make_learner(self):
        return SklearnLearner(estimator=LinearSVC())


class TestNearestNeighbors(LearnerConformance):
    uses_seed = False

    def make_learner(self):
        return SklearnLearner(estimator=KNeighborsClassifier(3))


class TestNearestNeighborsInBatches(LearnerConformance):
    uses_seed = False

    def make_learner(self):
        return NearestNeighbors(n_neighbors=3)


class _Faulty:
    """The nearest class mean, with one fault."""

    name, version, executor = "faulty", "1", "threads"
    calls = itertools.count()

    def __init__(self, fault=""):
        self.fault = fault

    def describe(self):
        return {"at": time.perf_counter_ns()} if self.fault == "unstable" else {}

    def fit_predict(self, X, y, X_eval, *, n_classes, seed):
        if self.fault == "writes":
            X_eval -= X_eval.mean(axis=0)
        center = X_eval.mean(axis=0) if self.fault == "peeks" else np.float32(0)
        means = np.stack([X[y == c].mean(axis=0) if (y == c).any() else np.full(5, 1e3) for c in range(n_classes)])
        if self.fault == "ghosts":
            means = np.where(means == 1e3, 0, means)
        logits = -(((X_eval - center)[:, None] - means) ** 2).sum(axis=2)
        if self.fault == "impure":
            logits[:, 0] += next(self.calls) * 1e-3
        elif self.fault != "seedless":
            logits += 1e-6 * np.random.default_rng(seed).normal(size=n_classes)
        labels = logits.argmax(axis=1)
        return Predictions(labels=labels[:-1] if self.fault == "short" else labels, logits=logits)


@pytest.mark.parametrize(
    ("fault", "promise"),
    [
        ("unstable", "test_identity_is_json_and_stable"),
        ("writes", "test_arguments_are_left_alone"),
        ("peeks", "test_what_else_is_asked_does_not_matter"),
        ("ghosts", "test_classes_may_be_absent"),
        ("impure", "test_the_same_again"),
        ("seedless", "test_the_seed_matters"),
        ("short", "test_shapes_and_values"),
    ],
)
def test_each_fault_is_caught_by_its_promise(fault, promise):
    class Suite(LearnerConformance):
        def make_learner(self):
            return _Faulty(fault)

    class Sound(LearnerConformance):
        def make_learner(self):
            return _Faulty()

    getattr(Sound(), promise)() if fault != "unstable" else None
    with pytest.raises((AssertionError, ValueError)):
        getattr(Suite(), promise)()
