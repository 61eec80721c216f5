"""Batched linear models against scikit-learn fitted to its last digit, one subset at a time."""

import os
import platform
import subprocess
import sys

import numpy as np
import pytest
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_info

from longtail.dataset import load_dataset
from longtail.errors import InputError
from longtail.learners.learner import Predictions
from longtail.learners.linear.losses import cross_entropy, exponential, squared_hinge
from longtail.trials import (
    BatchedLinearSVM,
    BatchedLogistic,
    BatchLearner,
    SubsetDesign,
    TooManyFailuresError,
    run_trials,
)
from longtail.trials.conformance import LearnerConformance

DESIGN = SubsetDesign(n_trials=20)


def logistic(C):
    return LogisticRegression(C=C, tol=1e-8, max_iter=10_000)


def machine(C):
    return LinearSVC(C=C, tol=1e-8, max_iter=100_000, dual=False)


def batch(learner, data, n_models=6):
    subsets = [np.flatnonzero(DESIGN.inclusion(data.n_train, trial)) for trial in range(n_models)]
    X_eval = np.concatenate([data.X, data.X_test])
    answers = learner.fit_predict_many(
        data.X, data.y, subsets, X_eval, n_classes=data.n_classes, seeds=list(range(n_models))
    )
    return subsets, X_eval, answers


def centered(scores):
    """Softmax logits are defined up to a constant; two-class decision values are a difference."""
    scores = np.column_stack([-scores / 2, scores / 2]) if scores.ndim == 1 else scores
    return scores - scores.mean(axis=1, keepdims=True)


@pytest.mark.parametrize("standardize", [True, False])
@pytest.mark.parametrize("name", ["iris", "wine", "breast-cancer"])
@pytest.mark.parametrize(("learner", "reference"), [(BatchedLogistic, logistic), (BatchedLinearSVM, machine)])
def test_the_optimum_is_scikit_learns(learner, reference, name, standardize):
    """Three classes and two; 1e-8 nats an example from the optimum is less than a hundredth of a logit here."""
    data = load_dataset(name)
    if not standardize:
        data = scaled(data)
    made = learner(C=0.05, standardize=standardize, tolerance=1e-8, max_evaluations=1000)
    subsets, X_eval, answers = batch(made, data)
    for members, answer in zip(subsets, answers, strict=True):
        assert isinstance(answer, Predictions)
        model = make_pipeline(StandardScaler(with_mean=standardize, with_std=standardize), reference(0.05))
        model.fit(data.X[members].astype(float), data.y[members])
        expected, found = model.decision_function(X_eval.astype(float)), answer.logits
        if learner is BatchedLogistic or expected.ndim == 1:
            expected, found = centered(expected), centered(found)
        np.testing.assert_allclose(found, expected, atol=0.01)


def scaled(data):
    """Features of one scale, as somebody has them who turns the standardization off."""
    from longtail.dataset import Dataset

    spread = data.X.std(axis=0)
    return Dataset.from_arrays(data.X / spread, data.y, data.X_test / spread, data.y_test)


def test_digits_agree_label_for_label():
    digits = load_dataset("digits")
    subsets, X_eval, answers = batch(BatchedLogistic(), digits)
    for members, answer in zip(subsets, answers, strict=True):
        model = make_pipeline(StandardScaler(), logistic(1.0)).fit(digits.X[members].astype(float), digits.y[members])
        assert (model.predict(X_eval.astype(float)) != answer.labels).sum() <= 1


def test_a_pixel_that_only_left_out_examples_have_says_nothing():
    """The subset's scaler cannot have seen it: its weight is zero, as scikit-learn's is."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 3)).astype(np.float32)
    X[:, 2] = 0
    X[39, 2] = 50
    y = (X[:, 0] > 0).astype(np.int64)
    (answer,) = BatchedLogistic().fit_predict_many(X, y, [np.arange(30)], X, n_classes=2, seeds=[0])
    without = X.copy()
    without[:, 2] = 0
    (other,) = BatchedLogistic().fit_predict_many(without, y, [np.arange(30)], without, n_classes=2, seeds=[0])
    np.testing.assert_allclose(answer.logits, other.logits, atol=0.02)


def in_batches(learner, data, size, n_models):
    """Centered logits of every model, trained beside ``size`` - 1 others."""
    subsets = [np.flatnonzero(DESIGN.inclusion(data.n_train, trial)) for trial in range(n_models)]
    answers = []
    for start in range(0, n_models, size):
        part = subsets[start : start + size]
        answers += learner.fit_predict_many(
            data.X, data.y, part, data.X, n_classes=data.n_classes, seeds=[0] * len(part)
        )
    return np.array([centered(answer.logits) for answer in answers])


@pytest.mark.parametrize("learner", [BatchedLogistic(), BatchedLogistic(C=0.01), BatchedLinearSVM()])
def test_a_model_is_at_its_own_optimum_whatever_is_beside_it(learner):
    """Within a hundredth, of scores between -16 and 16; a last step shared with others left 0.17."""
    digits = load_dataset("digits")
    whole = in_batches(learner, digits, 12, n_models=12)
    np.testing.assert_allclose(in_batches(learner, digits, 5, n_models=12), whole, atol=0.01)
    np.testing.assert_allclose(in_batches(learner, digits, 1, n_models=2), whole[:2], atol=0.01)


def test_batches_change_no_bit_of_correctness():
    """Margins are kept as float16, whose steps are 1/64 from 16 on."""
    digits = load_dataset("digits")
    whole = run_trials(BatchedLogistic(trials_per_batch=20), digits, DESIGN, jobs=1)
    parts = run_trials(BatchedLogistic(trials_per_batch=7), digits, DESIGN, jobs=1)
    assert isinstance(BatchedLogistic(), BatchLearner)
    assert np.array_equal(whole.correct, parts.correct)
    assert np.array_equal(whole.test_correct, parts.test_correct)
    np.testing.assert_allclose(whole.margin.astype(float), parts.margin.astype(float), atol=0.01, rtol=2**-10)


ON_A_KERNEL = """
import sys
import numpy as np
from threadpoolctl import threadpool_info
from longtail.dataset import load_dataset
from longtail.learners.linear import BatchedLogistic
from longtail.trials import SubsetDesign

digits = load_dataset("digits")
subsets = [np.flatnonzero(SubsetDesign(n_trials=20).inclusion(digits.n_train, trial)) for trial in range(6)]
answers = BatchedLogistic().fit_predict_many(digits.X, digits.y, subsets, digits.X, n_classes=10, seeds=[0] * 6)
np.save(sys.argv[1], [answer.logits - answer.logits.mean(axis=1, keepdims=True) for answer in answers])
kernels = {library.get("architecture") for library in threadpool_info()}
"""


OPENBLAS = [library.get("version") or "" for library in threadpool_info()]


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="kernels are named for x86 processors")
@pytest.mark.skipif(
    any(version.startswith("0.3.34") for version in OPENBLAS),
    reason="OpenBLAS 0.3.34 crashes where it is told another processor's kernel",
)
def test_a_model_is_at_its_own_optimum_whatever_the_kernel(tmp_path, monkeypatch):
    """OpenBLAS is told, in a process of its own, that it runs on the oldest processor; here it knows its own."""
    made = [tmp_path / "here.npy", tmp_path / "there.npy"]
    monkeypatch.setattr(sys, "argv", ["-c", str(made[0])])
    exec(ON_A_KERNEL, {})
    environment = {**os.environ, "OPENBLAS_CORETYPE": "Prescott"}
    asked = ON_A_KERNEL + 'assert kernels <= {"Prescott", "Katmai"}, kernels'  # OpenBLAS's name of it
    subprocess.run([sys.executable, "-c", asked, str(made[1])], env=environment, check=True)
    here, there = map(np.load, made)
    np.testing.assert_allclose(here, there, atol=0.01)


def test_the_exponential_is_right_to_two_units_in_the_last_place():
    """Against NumPy's in double precision, over its whole range; below, what it gives weighs nothing."""
    x = np.linspace(-87, 0, 20_001, dtype=np.float32)
    found = np.array([exponential(value) for value in x], float)
    assert np.abs(found / np.exp(x.astype(float)) - 1).max() < 2 * np.finfo(np.float32).eps
    assert 0 <= exponential(np.float32(-1e30)) < 1e-37


@pytest.mark.parametrize(("kernel", "loss"), [(cross_entropy, "entropy"), (squared_hinge, "hinge")])
def test_losses_and_slopes_are_those_of_their_formulas(kernel, loss):
    """One model after the other in double precision; one lacks a class, some examples are left out."""
    rng = np.random.default_rng(0)
    scores = (6 * rng.normal(size=(90, 4, 3))).astype(np.float32)
    labels, inclusion = rng.integers(0, 4, 90), (rng.random((90, 3)) < 0.7).astype(np.float32)
    present = np.ones((4, 3), np.float32)
    present[2, 1], inclusion[labels == 2, 1] = 0, 0
    slopes, losses = scores.copy(), np.zeros(3)
    kernel(slopes, labels, inclusion, present, losses)
    for model in range(3):
        z, there, kept = scores[:, :, model].astype(float), present[:, model] > 0, inclusion[:, model] > 0
        own = np.eye(4)[labels]
        if loss == "entropy":
            p = softmax(np.where(there, z, -np.inf), axis=1)
            each, slope = -np.log(p[np.arange(90), labels], where=kept, out=np.zeros(90)), p - own
        else:
            slack = np.maximum(0, 1 - (2 * own - 1) * z) * there
            each, slope = (slack**2).sum(axis=1), -2 * (2 * own - 1) * slack
        np.testing.assert_allclose(losses[model], each[kept].sum(), rtol=1e-6)
        np.testing.assert_allclose(slopes[:, :, model], slope * kept[:, None], atol=2e-6, rtol=1e-6)


def test_a_batch_is_run_again_whole(tmp_path):
    iris = load_dataset("iris")
    learner = BatchedLogistic(trials_per_batch=8)
    short = run_trials(learner, iris, SubsetDesign(n_trials=10), tmp_path, jobs=1)
    (folder,) = (tmp_path / "trials").iterdir()
    (folder / "000003.npz").unlink()
    seen = []
    grown = run_trials(learner, iris, DESIGN, tmp_path, jobs=1, progress=lambda *now: seen.append(now))
    assert seen == [(done, 20) for done in range(9, 21)]
    assert np.array_equal(grown.margin[:10], short.margin)
    assert np.array_equal(grown.margin, run_trials(learner, iris, DESIGN, jobs=2).margin)


def test_what_does_not_converge_is_refused():
    digits = load_dataset("digits")
    with pytest.raises(TooManyFailuresError, match="use a smaller C than 100, or scikit-learn's own"):
        run_trials(BatchedLinearSVM(C=100, max_evaluations=30), digits, DESIGN, jobs=1)


@pytest.mark.parametrize("learner", [BatchedLogistic(), BatchedLinearSVM()])
def test_a_subset_of_one_class_predicts_that_class(learner):
    X, y = np.eye(4, dtype=np.float32), np.array([0, 0, 1, 1])
    answers = learner.fit_predict_many(X, y, [np.arange(4), np.arange(2)], X, n_classes=2, seeds=[0, 1])
    assert answers[0].labels.tolist() == [0, 0, 1, 1]
    assert answers[1].labels.tolist() == [0, 0, 0, 0]
    assert learner.fit_predict(X[2:], y[2:], X, n_classes=2, seed=0).labels.tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"C": 0.0}, "C must be positive"),
        ({"tolerance": np.inf}, "tolerance must"),
        ({"trials_per_batch": 0}, "trials_per_batch"),
    ],
)
def test_settings_out_of_range_are_refused(settings, message):
    with pytest.raises(InputError, match=message):
        BatchedLogistic(**settings)


class TestLogisticConforms(LearnerConformance):
    uses_seed = False

    def make_learner(self):
        return BatchedLogistic()


class TestSVMConforms(LearnerConformance):
    uses_seed = False

    def make_learner(self):
        return BatchedLinearSVM()
