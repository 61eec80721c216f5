"""Distillation: what a student is shown, and what it does not memorize where its teachers saw others."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from longtail.errors import InputError
from longtail.learners.learner import Predictions
from longtail.learners.mlp.compiled_mlp import CompiledMLP
from longtail.learners.sklearn_learner import SklearnLearner
from longtail.limits import Distilled
from longtail.limits.distilled import softened

TREE = SklearnLearner(estimator=DecisionTreeClassifier())


def noisy(n, seed, flipped=0.2):
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n)
    X = (rng.normal(size=(n, 2)) + 3.0 * y[:, None]).astype(np.float32)
    wrong = rng.random(n) < flipped
    return X, np.where(wrong, 1 - y, y), wrong


def test_a_distribution_at_a_temperature_is_its_power():
    """softmax(log p / T) is p^(1/T), normalized; a class without a chance gets none at any temperature."""
    p = np.array([[0.7, 0.3, 0.0], [0.2, 0.2, 0.6]])
    with np.errstate(divide="ignore"):
        answer = Predictions(labels=p.argmax(axis=1), logits=np.log(p))
    for temperature in (1.0, 3.0):
        powers = p ** (1 / temperature)
        assert np.allclose(softened(answer, temperature, 3), powers / powers.sum(axis=1, keepdims=True), atol=1e-6)
    labels = Predictions(labels=np.array([2, 0]), logits=None)
    assert softened(labels, 5.0, 3).tolist() == [[0, 0, 1], [1, 0, 0]]


def test_a_linear_student_finds_its_linear_teacher_at_any_temperature():
    """Logistic regression is its own student: the logits that fit softened outputs are the teacher's, divided by T."""
    X, y, _ = noisy(400, 0)
    teacher = SklearnLearner(estimator=LogisticRegression(C=1e6, max_iter=1000))
    shown = np.asarray(teacher.fit_predict(X, y, X, n_classes=2, seed=0).logits)
    for temperature in (1.0, 4.0):
        found = Distilled(inner=teacher, temperature=temperature).fit_predict(X, y, X, n_classes=2, seed=0)
        logits = np.asarray(found.logits)
        assert np.abs(np.ptp(logits, axis=1) - np.ptp(shown, axis=1)).max() < 0.05
        assert (found.labels == shown.argmax(axis=1)).all()


def test_what_one_teacher_memorized_is_handed_on_and_what_others_saw_is_not():
    """A full tree fits wrong labels, and so does a student of one. Shown by trees that did not see them, it does not.

    60 of 300 labels are wrong, seed 1.
    """
    X, y, wrong = noisy(300, 1)
    fitted = [
        (limit.fit_predict(X, y, X, n_classes=2, seed=0).labels[wrong] == y[wrong]).mean()
        for limit in (TREE, Distilled(inner=TREE), Distilled(inner=TREE, teachers=5))
    ]
    assert min(fitted[:2]) > 0.95
    assert fitted[2] < 0.5


def test_a_smaller_student_has_so_many_units():
    X, y, _ = noisy(200, 2, flipped=0.0)
    network = CompiledMLP(hidden=16, epochs=5, max_epochs=5)
    limit = Distilled(inner=network, hidden=2)
    assert limit.title == "distillation to 2 units, T = 2"
    assert (limit.fit_predict(X, y, X, n_classes=2, seed=0).labels == y).mean() > 0.9


def test_what_cannot_be_a_student_is_refused():
    for settings, said in [
        ({"temperature": 0.5}, "temperature must lie from 1 to 100"),
        ({"teachers": 0}, "teachers must lie from 1 to 100"),
        ({"hidden": 4}, "built-in network"),
    ]:
        with pytest.raises(InputError, match=said):
            Distilled(inner=TREE, **settings)
    with pytest.raises(InputError, match="take sample weights, to learn from a teacher"):
        Distilled(inner=SklearnLearner(estimator=KNeighborsClassifier()))
