"""The compiled learner as a user meets it: pure, well behaved on any data, and refusing what it must."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_digits, load_wine

from longtail.errors import AccuracyError, InputError
from longtail.learners.mlp.compiled_mlp import CompiledMLP
from longtail.trials import Learner


@pytest.fixture(scope="module")
def digits():
    X, y = load_digits(return_X_y=True)
    return X[:1437].astype(np.float32), y[:1437], X[1437:].astype(np.float32), y[1437:]


def included_accuracy(learner, X, y, seed, fraction=0.7):
    subset = np.random.default_rng(seed).permutation(len(X))[: int(fraction * len(X))]
    X = np.asarray(X, np.float32)
    predictions = learner.fit_predict(X[subset], y[subset], X, n_classes=y.max() + 1, seed=seed)
    return (predictions.labels == y)[subset].mean()


def test_is_a_learner():
    learner: Learner = CompiledMLP()
    assert isinstance(learner, Learner)
    assert learner.executor == "threads"


@pytest.mark.parametrize("seed", range(3))
def test_digits_are_fitted(digits, seed):
    assert included_accuracy(CompiledMLP(), *digits[:2], seed) >= 0.999


def test_digits_are_learned_not_only_fitted(digits):
    """Scikit-learn's test half of the digits is known to be hard; 90 % is a low bar that a broken gradient fails."""
    X, y, X_test, y_test = digits
    labels = CompiledMLP().fit_predict(X, y, X_test, n_classes=10, seed=0).labels
    assert (labels == y_test).mean() > 0.9


@pytest.mark.parametrize("load", [load_wine, load_breast_cancer])
def test_small_tables_in_their_own_units_are_fitted(load):
    assert included_accuracy(CompiledMLP(), *load(return_X_y=True), seed=0) >= 0.999


def test_random_labels_are_fitted():
    """A fifth of the labels random, in 20 dimensions: nothing but memorization fits these."""
    draws = np.random.default_rng(0)
    X, y = draws.normal(size=(1000, 20)), draws.integers(0, 2, 1000)
    y[: len(y) * 4 // 5] = X[: len(y) * 4 // 5, 0] > 0
    assert included_accuracy(CompiledMLP(), X, y, seed=0) >= 0.999


def test_bits_do_not_depend_on_the_thread_or_on_the_company(digits):
    X, y, X_test, _ = digits
    learner = CompiledMLP(epochs=2, max_epochs=2)

    def logits(seed):
        return learner.fit_predict(X[:300], y[:300], X_test, n_classes=10, seed=seed).logits.tobytes()

    alone = [logits(seed) for seed in range(12)]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(logits, reversed(range(12))))
    assert alone == together[::-1]
    assert len(set(alone)) == 12


def test_predictions_do_not_depend_on_what_else_is_evaluated(digits):
    """Only the training examples may matter: block boundaries and neighbours in a block must not, up to rounding."""
    X, y, X_test, _ = digits
    learner = CompiledMLP(epochs=1, max_epochs=1)
    whole = learner.fit_predict(X[:100], y[:100], X_test, n_classes=10, seed=0).logits
    part = learner.fit_predict(X[:100], y[:100], X_test[255:258], n_classes=10, seed=0).logits
    np.testing.assert_allclose(part, whole[255:258], atol=1e-5)


def test_units_and_offsets_of_features_do_not_matter():
    draws = np.random.default_rng(0)
    X, y = draws.integers(-8, 8, size=(60, 3)).astype(np.float32), draws.integers(0, 3, 60)
    plain = CompiledMLP(max_epochs=10).fit_predict(X, y, X, n_classes=3, seed=0).logits
    moved = CompiledMLP(max_epochs=10).fit_predict(4 * X + 1024, y, 4 * X + 1024, n_classes=3, seed=0).logits
    np.testing.assert_allclose(moved, plain, atol=1e-3)


def test_a_feature_constant_among_the_included_is_left_out():
    X = np.array([[0.1, 0], [0.1, 1], [0.1, 2], [0.1, 3]], np.float32)
    stranger = np.array([[1e6, 3]], np.float32)
    logits = CompiledMLP().fit_predict(X, np.array([0, 0, 1, 1]), np.vstack([X, stranger]), n_classes=2, seed=0).logits
    np.testing.assert_array_equal(logits[4], logits[3])


@pytest.mark.parametrize("n", [1, 2, 31, 32, 33])
def test_any_number_of_examples_and_a_class_without_any(n):
    draws = np.random.default_rng(n)
    X, y = draws.normal(size=(n, 4)).astype(np.float32), draws.integers(0, 2, n)
    predictions = CompiledMLP().fit_predict(X, y, X, n_classes=3, seed=0)
    np.testing.assert_array_equal(predictions.labels, y)
    assert predictions.logits.shape == (n, 3)


@pytest.mark.parametrize("hidden", [(), (8, 8), (16,), 16])
def test_any_depth(hidden):
    X = np.linspace(-1, 1, 20, dtype=np.float32)[:, None]
    y = (X[:, 0] > 0).astype(int)
    predictions = CompiledMLP(hidden=hidden).fit_predict(X, y, X, n_classes=2, seed=0)
    np.testing.assert_array_equal(predictions.labels, y)


def test_description_tells_settings_apart_and_spellings_together():
    assert CompiledMLP(hidden=32).describe() == CompiledMLP(hidden=(32,)).describe()
    assert CompiledMLP(momentum=0.8).describe() != CompiledMLP().describe()


def test_many_features_some_of_them_rare_are_fitted():
    """As pixels are: 800 of them, most of them zero, so that single standardized values are as large as 20."""
    draws = np.random.default_rng(0)
    X = draws.exponential(size=(300, 800)) * (draws.random((300, 800)) < np.linspace(0.003, 0.9, 800))
    assert included_accuracy(CompiledMLP(), X, draws.integers(0, 10, 300), seed=0) >= 0.999


def test_a_run_that_diverges_starts_again_at_half_the_rate():
    """At 400, 200 and 100 it does; somewhere on the way to 0.4 it does not, and it stays a pure function."""
    draws = np.random.default_rng(0)
    X, y = draws.normal(size=(64, 3)).astype(np.float32), draws.integers(0, 2, 64)
    learner = CompiledMLP(learning_rate=400.0, epochs=50, max_epochs=50)
    first, second = (learner.fit_predict(X, y, X, n_classes=2, seed=0).logits for _ in range(2))
    assert np.isfinite(first).all()
    assert first.tobytes() == second.tobytes()


def test_divergence_is_said():
    draws = np.random.default_rng(0)
    X = draws.normal(size=(64, 3)).astype(np.float32)
    with pytest.raises(AccuracyError, match="diverged; a learning_rate far below 1e\\+15"):
        CompiledMLP(learning_rate=1e15).fit_predict(X, draws.integers(0, 2, 64), X, n_classes=2, seed=0)


def test_a_floor_of_the_rate_is_in_the_identity_only_where_there_is_one():
    """Runs that were made before there was such a setting go on as the same study."""
    assert "rate_floor" not in CompiledMLP().describe()
    assert CompiledMLP(rate_floor=0.2).describe() == {**CompiledMLP().describe(), "rate_floor": 0.2}


def test_with_a_floor_of_the_rate_divergence_is_said_too():
    draws = np.random.default_rng(0)
    X = draws.normal(size=(64, 3)).astype(np.float32)
    with pytest.raises(AccuracyError, match="diverged; a learning_rate far below 1e\\+15"):
        CompiledMLP(learning_rate=1e15, rate_floor=0.2).fit_predict(X, draws.integers(0, 2, 64), X, n_classes=2, seed=0)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("hidden", 0),
        ("hidden", (8, 1.5)),
        ("epochs", 0),
        ("max_epochs", 9),
        ("batch_size", True),
        ("learning_rate", 0),
        ("learning_rate", float("nan")),
        ("momentum", 1),
        ("weight_decay", -1),
        ("longest_wait", -1),
        ("sure_margin", 0),
        ("rate_floor", 1.0),
        ("rate_floor", -0.1),
    ],
)
def test_refuses_settings_by_name(setting, value):
    with pytest.raises(InputError, match=f"^{setting} must"):
        CompiledMLP(**{setting: value})


@pytest.mark.parametrize(
    ("argument", "X", "y", "X_eval"),
    [
        ("X", np.ones(3), [0], np.ones((1, 3))),
        ("X", np.ones((0, 3)), [], np.ones((1, 3))),
        ("X", [[np.nan]], [0], [[1.0]]),
        ("X_eval", [[1.0]], [0], [[np.inf]]),
        ("X_eval", [[1.0]], [0], [[1.0, 2.0]]),
        ("y", [[1.0]], [2], [[1.0]]),
        ("y", [[1.0]], [-1], [[1.0]]),
        ("y", [[1.0]], [0, 1], [[1.0]]),
    ],
)
def test_refuses_data_by_name(argument, X, y, X_eval):
    with pytest.raises(InputError, match=f"^{argument} must"):
        CompiledMLP().fit_predict(np.array(X), np.array(y, int), np.array(X_eval), n_classes=2, seed=0)
