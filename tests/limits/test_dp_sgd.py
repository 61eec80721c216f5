"""Ghost norms against gradients made one by one; noise, sampling and controls by their laws."""

import math
from dataclasses import replace

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

from longtail.dataset import load_dataset
from longtail.errors import InputError
from longtail.limits import DPSGD, Limit
from longtail.limits.dp_sgd import _descend
from longtail.limits.network_training import activations_of, backward, fresh_network, one_hot, softmax
from longtail.limits.private_gradient import clipped_sum, gradient_norms
from longtail.privacy_noise import subsampled_gaussian_epsilon
from longtail.trials import CompiledMLP, SklearnLearner

INNER = CompiledMLP(hidden=(6, 5))
PRIVATE = DPSGD(inner=INNER, epsilon=3.0, sampling_rate=0.25, epochs=5, learning_rate=1.0)


@pytest.fixture(scope="module")
def batch():
    """Inputs and slopes of a batch of nine, in double precision."""
    rng = np.random.default_rng(0)
    network = fresh_network(INNER, rng.normal(size=(9, 4)).astype(np.float32), 3, 0)
    layers = [(w.astype(float) * 3, b.astype(float)) for w, b in network.layers]
    values = activations_of(layers, rng.normal(size=(9, 4)), 0.0, rng)
    slopes = backward(layers, values, softmax(values[-1]) - one_hot(rng.integers(3, size=9), 3))
    return values[:-1], slopes


def one_by_one(inputs, slopes):
    """Each example's whole gradient, as one vector."""
    return np.array(
        [
            np.concatenate([np.append(np.outer(a[i], d[i]), d[i]) for a, d in zip(inputs, slopes, strict=True)])
            for i in range(len(inputs[0]))
        ]
    )


def test_ghost_norms_are_the_norms(batch):
    assert gradient_norms(*batch) == pytest.approx(np.linalg.norm(one_by_one(*batch), axis=1), rel=1e-12)


@pytest.mark.parametrize("bound", [0.3, 1.0, math.inf])
def test_clipped_sum_is_the_sum_of_clipped_gradients(batch, bound):
    inputs, slopes = batch
    into = [(np.empty((a.shape[1], d.shape[1])), np.empty(d.shape[1])) for a, d in zip(inputs, slopes, strict=True)]
    clipped_sum(inputs, slopes, into, bound)
    gradients = one_by_one(inputs, slopes)
    norms = np.linalg.norm(gradients, axis=1, keepdims=True)
    expected = (gradients * np.minimum(1, bound / norms)).sum(axis=0)
    assert np.concatenate([np.append(w, b) for w, b in into]) == pytest.approx(expected, rel=1e-5, abs=1e-6)


def test_one_example_moves_the_sum_by_the_clipping_norm_at_most(batch):
    """The sensitivity that the accountant assumes, by taking out each example in turn."""
    inputs, slopes = batch

    def total(rows):
        into = [(np.empty((a.shape[1], d.shape[1])), np.empty(d.shape[1])) for a, d in zip(inputs, slopes, strict=True)]
        clipped_sum([a[rows] for a in inputs], [d[rows] for d in slopes], into, 0.4)
        return np.concatenate([np.append(w, b) for w, b in into])

    everybody = np.arange(9)
    moves = [np.linalg.norm(total(everybody) - total(np.delete(everybody, i))) for i in everybody]
    assert max(moves) <= 0.4 * (1 + 1e-6)
    assert max(moves) > 0.39


def parameters_after(learner, X, y, seed=0):
    network = learner.fresh(X.shape[1], 3, seed)
    start = network.parameters.copy()
    _descend(network, learner.private_steps(len(X)), learner.entering(X), one_hot(y, 3), np.random.default_rng(seed))
    return network.parameters - start


def test_noise_has_the_variance_of_the_promise():
    """One step with and without noise differs by sigma / n * normal; 4,003 weights, 4.5 standard errors (seed 0)."""
    one_step = replace(PRIVATE, inner=CompiledMLP(hidden=(500,)), sampling_rate=1.0, epochs=1, clipping_norm=0.7)
    X, y = np.zeros((40, 4), np.float32), np.zeros(40, np.int64)
    quiet = replace(one_step, control="clip-only")
    moved = parameters_after(one_step, X, y) - parameters_after(quiet, X, y)
    expected = one_step.noise_multiplier / 40
    n = len(moved)
    assert abs(moved.std() / expected - 1) < 4.5 / math.sqrt(2 * n)
    assert abs(moved.mean()) < 4.5 * expected / math.sqrt(n)


def test_controls_split_the_mechanism():
    rng = np.random.default_rng(0)
    X, y = rng.random((60, 4)).astype(np.float32), rng.integers(3, size=60)
    moves = {
        c: parameters_after(replace(PRIVATE, control=c), X, y)
        for c in ("private", "clip-only", "noise-only", "sampling-only")
    }
    assert len({tuple(move.tolist()) for move in moves.values()}) == 4
    unbound = replace(PRIVATE, control="clip-only", clipping_norm=1e6, learning_rate=1e6)
    assert parameters_after(unbound, X, y) == pytest.approx(moves["sampling-only"], rel=1e-3, abs=1e-5)


def test_learns_digits_within_its_promise():
    X, y = load_digits(return_X_y=True)
    X = X.astype(np.float32)
    learner = DPSGD(inner=CompiledMLP(), epsilon=3.0, high=16.0, sampling_rate=0.25, epochs=40)
    first, second = (learner.fit_predict(X[:1200], y[:1200], X[1200:], n_classes=10, seed=0) for _ in range(2))
    assert (first.labels == y[1200:]).mean() > 0.85
    assert np.array_equal(first.logits, second.logits)
    spent = learner.guarantee.bound.value
    assert spent <= 3.0
    assert spent == subsampled_gaussian_epsilon(learner.noise_multiplier, 0.25, 160, 1e-5)


def test_examples_enter_by_themselves():
    """What one example looks like must not hang on the others: it would leak past the noise."""
    X = np.random.default_rng(0).random((5, 4)).astype(np.float32)
    together = PRIVATE.entering(X)
    alone = np.concatenate([PRIVATE.entering(X[i : i + 1]) for i in range(5)])
    assert np.array_equal(together, alone)
    assert np.linalg.norm(together, axis=1) == pytest.approx(8, rel=1e-5)


def test_guarantees():
    assert isinstance(PRIVATE, Limit)
    assert PRIVATE.guarantee.delta == 1e-5
    control = replace(PRIVATE, control="clip-only").guarantee
    assert control.bound is None
    assert "control" in control.text
    assert PRIVATE.describe()["inner"]["settings"]["hidden"] == [6, 5]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"epsilon": 0.0}, "epsilon must be positive and finite; got 0.0."),
        ({"epsilon": -2.0}, "epsilon must"),
        ({"delta": 1.0}, "delta must lie strictly between 0 and 1"),
        ({"sampling_rate": 0.0}, "sampling_rate must"),
        ({"epochs": 0}, "epochs must"),
        ({"control": "none"}, "control must be one of"),
        ({"sampler": "weighted"}, "sampler must be poisson, which the accountant counts on; got weighted."),
        ({"low": 1.0, "high": 0.0}, "low and high must"),
        ({"inner": SklearnLearner(estimator=LogisticRegression())}, "learner must be the built-in network"),
    ],
)
def test_bad_input(settings, message):
    with pytest.raises(InputError, match=message):
        replace(PRIVATE, **settings)


def test_range_of_another_number_of_features():
    learner = replace(PRIVATE, low=(0.0, 0.0), high=(1.0, 1.0))
    with pytest.raises(InputError, match="low must hold one number for each of 3 features; got 2."):
        learner.fit_predict(np.zeros((4, 3), np.float32), np.zeros(4, int), np.zeros((1, 3)), n_classes=2, seed=0)


@pytest.mark.parametrize("learning_rate", [None, 0.5, 1e-3])
@pytest.mark.parametrize("epsilon", [0.5, 3.0, 300.0])
def test_with_a_public_size_a_step_is_the_same_for_one_example_more(learning_rate, epsilon):
    """Of n and n + 1 examples nothing differs but who may take part: the guarantee of one added or removed."""
    learner = DPSGD(inner=INNER, epsilon=epsilon, learning_rate=learning_rate, public_size=30)
    assert learner.private_steps(30) == learner.private_steps(31) == learner.private_steps(1)
    assert "when one example is added or removed. The range" in learner.guarantee.text
    open_about_it = replace(learner, public_size=None)
    assert "replaced by an empty one, which has no gradient" in open_about_it.guarantee.text
    assert open_about_it.private_steps(30) == learner.private_steps(30)
    if learning_rate is not None:
        assert open_about_it.private_steps(30) != open_about_it.private_steps(31)


def test_a_study_sets_a_public_size():
    with pytest.raises(InputError, match="public_size must be at least 1"):
        replace(PRIVATE, public_size=0)
    data = load_dataset("iris")
    suited = DPSGD.suited({}, data, INNER)
    assert suited["public_size"] == round(0.7 * data.n_train)
