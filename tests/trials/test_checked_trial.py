"""Learners that break a promise each; what is said of them at the start, by name."""

import logging

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.svm import SVC

from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.learners import CompiledMLP, Predictions
from longtail.notices import forget_notices
from longtail.trials import SubsetDesign, run_trials

DESIGN = SubsetDesign(n_trials=4, seed=0)


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(120, 4)).astype(np.float32)
    y = (X[:, 0] + rng.normal(size=120) > 0).astype(int) + (X[:, 1] > 0.5)
    return Dataset.from_arrays(X, y, X[:30], y[:30])


@pytest.fixture
def told(caplog):
    """Run trials; what was said."""
    forget_notices()
    caplog.set_level(logging.WARNING, logger="longtail")

    def run(learner, data):
        run_trials(learner, data, DESIGN, jobs=1)
        return [record.getMessage() for record in caplog.records]

    return run


class Protocol:
    """A learner of somebody's own; the class means, and a fault."""

    name, version, executor = "means", "1", "threads"

    def __init__(self, fault=""):
        self.fault, self.calls = fault, 0

    def describe(self):
        return {}

    def fit_predict(self, X, y, X_eval, *, n_classes, seed):
        self.calls += 1
        means = np.array(
            [X[y == c].mean(axis=0) if (y == c).any() else np.full(X.shape[1], 99) for c in range(n_classes)]
        )
        logits = -((X_eval[:, None] - means) ** 2).sum(axis=2)
        if self.fault == "goes on":
            logits = logits + self.calls * np.arange(n_classes)
        if self.fault == "draws":
            logits += np.random.default_rng(seed).normal(size=logits.shape)
        if self.fault == "probabilities":
            logits = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        return Predictions(labels=logits.argmax(axis=1), logits=logits)


class LabelsAlone(ClassifierMixin, BaseEstimator):
    def fit(self, X, y):
        self.classes_, self.model_ = np.unique(y), GaussianNB().fit(X, y)
        return self

    def predict(self, X):
        return self.model_.predict(X)


def test_who_keeps_the_rules_is_not_named(data, told):
    assert told(LogisticRegression(), data) == []
    assert told(CompiledMLP(hidden=4, epochs=2, max_epochs=2), data) == []
    assert told(Protocol(), data) == []


@pytest.mark.parametrize(
    ("learner", "sentence"),
    [
        (Protocol("draws"), "asked twice answered otherwise for 1"),
        (Protocol("goes on"), "two trainings with one seed gave two models"),
        (LabelsAlone(), "learner LabelsAlone gives labels alone"),
    ],
)
def test_a_broken_promise_is_named_once(data, told, learner, sentence):
    (line,) = told(learner, data)
    assert sentence in line


@pytest.mark.filterwarnings("ignore:.*probability.*:FutureWarning")
def test_probabilities_of_another_model_are_named(data, told):
    (line,) = told(SVC(C=100, gamma=1.0, probability=True, random_state=0), data)
    assert "the predicted class is not that of the largest score" in line


def test_probabilities_are_no_logits(data, tmp_path):
    with pytest.raises(InputError, match="must give logits, .*; got probabilities: each row sums to 1. Leave the last"):
        run_trials(Protocol("probabilities"), data, DESIGN, tmp_path / "run", jobs=1)
    assert not (tmp_path / "run").exists()


def test_a_run_that_goes_on_is_not_checked_again(data, tmp_path):
    learner = Protocol()
    run_trials(learner, data, DESIGN, tmp_path, jobs=1)
    assert learner.calls == 2 + DESIGN.n_trials
    run_trials(learner, data, SubsetDesign(n_trials=5, seed=0), tmp_path, jobs=1)
    assert learner.calls == 3 + DESIGN.n_trials


class TestNetworks:
    """Of PyTorch, where it is installed."""

    def test_functional_dropout_is_named(self, data, told):
        torch = pytest.importorskip("torch")
        from longtail.learners import TorchLearner

        class On(torch.nn.Module):
            def __init__(self, n_features, n_classes):
                super().__init__()
                self.last = torch.nn.Linear(n_features, n_classes)

            def forward(self, x):
                return self.last(torch.nn.functional.dropout(x, 0.5))

        (line,) = told(TorchLearner(module=On, epochs=2, max_epochs=2), data)
        assert "functional dropout with training=self.training" in line

    def test_a_softmax_at_the_end_is_refused(self, data):
        torch = pytest.importorskip("torch")
        from longtail.learners import TorchLearner

        def softened(n_features, n_classes):
            return torch.nn.Sequential(torch.nn.Linear(n_features, n_classes), torch.nn.Softmax(dim=1))

        with pytest.raises(InputError, match="Leave the last softmax out"):
            run_trials(TorchLearner(module=softened, epochs=2, max_epochs=2), data, DESIGN, jobs=1)

    def test_one_network_for_all_trials_is_refused(self, data):
        torch = pytest.importorskip("torch")
        from longtail.learners import TorchLearner

        made = torch.nn.Linear(4, 3)

        def same():
            return torch.nn.Sequential(made)

        with pytest.raises(InputError, match="make a new network at each call; got one network twice"):
            run_trials(TorchLearner(module=same, epochs=2, max_epochs=2), data, DESIGN, jobs=1)
