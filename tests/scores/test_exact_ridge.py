"""Closed forms against refitting from scratch with scikit-learn, on every subset."""

import numpy as np
import pytest
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import RidgeClassifier
from sklearn.metrics.pairwise import rbf_kernel

from longtail.errors import InputError
from longtail.scores import (
    exact_kernel_ridge_leave_one_out,
    exact_ridge_leave_one_out,
    kernel_ridge_outcomes,
    memorization,
    ridge_outcomes,
)

N = 40


def problem(n_features, n_classes):
    draws = np.random.default_rng(n_features)
    X = draws.normal(size=(N, n_features)) + 5
    y = np.argmax(X[:, :n_classes] + draws.normal(size=(N, min(n_classes, n_features))), axis=1) % n_classes
    return X, y


def margins(decisions, y):
    rows = np.arange(len(y))
    others = decisions.copy()
    others[rows, y] = -np.inf
    return decisions[rows, y] - others.max(axis=1)


def ridge_decisions(X, y, X_new, alpha):
    values = RidgeClassifier(alpha).fit(X, y).decision_function(X_new)
    return values if values.ndim == 2 else np.stack([-values, values], axis=1)


def kernel_decisions(gram, y, gram_new, alpha, n_classes):
    targets = np.where(y[:, None] == np.arange(n_classes), 1.0, -1.0)
    return KernelRidge(alpha=alpha, kernel="precomputed").fit(gram, targets).predict(gram_new)


# wide (more features than examples: refits in the dual) and narrow (in the primal), two classes and more
SHAPES = [(60, 3), (40, 2), (6, 3), (6, 2)]


@pytest.mark.parametrize(("n_features", "n_classes"), SHAPES)
@pytest.mark.parametrize("alpha", [0.1, 10.0])
def test_leaving_one_out_is_refitting_without_it(n_features, n_classes, alpha):
    X, y = problem(n_features, n_classes)
    exact = exact_ridge_leave_one_out(X, y, alpha=alpha)
    decisions_in = ridge_decisions(X, y, X, alpha)
    decisions_out = np.concatenate(
        [ridge_decisions(np.delete(X, i, 0), np.delete(y, i), X[i : i + 1], alpha) for i in range(N)]
    )
    np.testing.assert_allclose(exact.margin_in, margins(decisions_in, y), atol=1e-8)
    np.testing.assert_allclose(exact.margin_out, margins(decisions_out, y), atol=1e-8)
    right_in, right_out = decisions_in.argmax(axis=1) == y, decisions_out.argmax(axis=1) == y
    np.testing.assert_array_equal(exact.value, right_in.astype(int) - right_out)
    assert exact.value.any(), "a problem in which nothing is memorized would test nothing"


def test_leaving_one_out_of_a_kernel_machine_is_refitting_without_it():
    X, y = problem(6, 3)
    gram = rbf_kernel(X, gamma=0.1)
    exact = exact_kernel_ridge_leave_one_out(gram, y, alpha=0.3)
    for i in range(N):
        rest = np.delete(np.arange(N), i)
        decisions = kernel_decisions(gram[np.ix_(rest, rest)], y[rest], gram[i : i + 1, rest], 0.3, 3)
        assert exact.margin_out[i] == pytest.approx(margins(decisions, y[i : i + 1])[0], abs=1e-8)


def subsets(n_trials=12):
    """Of all sizes, so that both ways to a refit are taken."""
    draws = np.random.default_rng(0)
    inclusion = np.zeros((n_trials, N), bool)
    for trial, size in enumerate(np.linspace(15, N - 1, n_trials).astype(int)):
        inclusion[trial, draws.permutation(N)[:size]] = True
    return inclusion


@pytest.mark.parametrize(("n_features", "n_classes"), SHAPES)
def test_refits_are_fits(n_features, n_classes):
    X, y = problem(n_features, n_classes)
    X_test, y_test = X[::3] + 0.5, y[::3]
    outcomes = ridge_outcomes(X, y, subsets(), alpha=0.5, X_test=X_test, y_test=y_test)
    for trial, included in enumerate(subsets()):
        decisions = ridge_decisions(X[included], y[included], np.concatenate([X, X_test]), 0.5)
        expected = margins(decisions, np.concatenate([y, y_test]))
        np.testing.assert_allclose(outcomes.margin[trial], expected[:N], atol=1e-5)
        np.testing.assert_allclose(outcomes.test_margin[trial], expected[N:], atol=1e-5)
        np.testing.assert_array_equal(outcomes.correct[trial], expected[:N] > 0)
        np.testing.assert_array_equal(outcomes.test_correct[trial], expected[N:] > 0)


def test_refits_of_a_kernel_machine_are_fits():
    X, y = problem(6, 3)
    gram, gram_test = rbf_kernel(X, gamma=0.1), rbf_kernel(X[::3] + 0.5, X, gamma=0.1)
    outcomes = kernel_ridge_outcomes(gram, y, subsets(), alpha=0.3, gram_test=gram_test, y_test=y[::3])
    for trial, included in enumerate(subsets()):
        block, columns = gram[np.ix_(included, included)], np.concatenate([gram, gram_test])[:, included]
        decisions = kernel_decisions(block, y[included], columns, 0.3, 3)
        expected = margins(decisions, np.concatenate([y, y[::3]]))
        np.testing.assert_allclose(np.append(outcomes.margin[trial], outcomes.test_margin[trial]), expected, atol=1e-5)


def test_refits_without_one_example_are_leave_one_out():
    X, y = problem(6, 3)
    scores = memorization(ridge_outcomes(X, y, ~np.eye(N, dtype=bool)))
    right_out = exact_ridge_leave_one_out(X, y).correct_out
    np.testing.assert_array_equal(scores.correct_out, right_out)


def test_a_class_that_a_subset_lacks_is_never_predicted():
    X, y = problem(6, 3)
    outcomes = ridge_outcomes(X, y, (y != 1)[None])
    assert not outcomes.correct[0, y == 1].any()


def test_a_test_label_without_training_examples_is_never_right():
    X, y = problem(6, 2)
    names = np.array(["bee", "cat"])[y]
    outcomes = ridge_outcomes(X, names, subsets(), X_test=X[:3], y_test=["ant", "bird", "dog"])
    assert not outcomes.test_correct.any()


@pytest.mark.parametrize(
    ("argument", "changed"),
    [
        ("alpha", {"alpha": 0.0}),
        ("y", {"y": np.zeros(N)}),
        ("y", {"y": np.arange(3)}),
        ("X", {"X": np.full((N, 2), np.inf)}),
        ("inclusion", {"inclusion": np.ones((1, N))}),
        ("inclusion", {"inclusion": np.ones((1, 3))}),
        ("X_test", {"X_test": np.ones((2, 3)), "y_test": [0, 1]}),
    ],
)
def test_refuses_by_name(argument, changed):
    X, y = problem(6, 2)
    with pytest.raises(InputError, match=f"^{argument} must"):
        ridge_outcomes(**{"X": X, "y": y, "inclusion": subsets(), **changed})


@pytest.mark.parametrize("gram", [np.ones((N, 3)), np.triu(np.ones((N, N))), -np.eye(N) * 9])
def test_refuses_what_is_no_kernel(gram):
    with pytest.raises(InputError, match="^gram must"):
        exact_kernel_ridge_leave_one_out(gram, problem(6, 2)[1])
