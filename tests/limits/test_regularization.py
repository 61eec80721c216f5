"""Gradients against finite differences, and each regularizer's signature."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from longtail.errors import InputError
from longtail.limits import Limit, Regularized
from longtail.limits.network_training import activations_of, backward, fresh_network, one_hot, softmax
from longtail.trials import CompiledMLP

INNER = CompiledMLP(hidden=16, epochs=5, max_epochs=40)


@pytest.fixture(scope="module")
def digits():
    X, y = load_digits(return_X_y=True)
    return X[:600].astype(np.float32), y[:600], X[600:].astype(np.float32), y[600:]


def test_backward_is_the_gradient():
    """Central differences in double precision, two hidden layers, soft targets."""
    rng = np.random.default_rng(0)
    network = fresh_network(CompiledMLP(hidden=(5, 4)), rng.normal(size=(7, 3)).astype(np.float32), 3, 0)
    layers = [(w.astype(float), b.astype(float)) for w, b in network.layers]
    inputs, targets = rng.normal(size=(7, 3)), rng.dirichlet(np.ones(3), size=7)

    def loss():
        return -(targets * np.log(softmax(activations_of(layers, inputs, 0.0, rng)[-1]))).sum()

    values = activations_of(layers, inputs, 0.0, rng)
    slopes = backward(layers, values, softmax(values[-1]) - targets)
    for (weights, biases), below, above in zip(layers, values[:-1], slopes, strict=True):
        for parameter, gradient in ((weights, below.T @ above), (biases, above.sum(axis=0))):
            for place in np.ndindex(parameter.shape):
                kept = parameter[place]
                ends = []
                for step in (1e-6, -1e-6):
                    parameter[place] = kept + step
                    ends.append(loss())
                parameter[place] = kept
                assert gradient[place] == pytest.approx((ends[0] - ends[1]) / 2e-6, abs=1e-6)


@pytest.mark.parametrize(
    "settings",
    [
        {"weight_decay": 1e-3},
        {"early_stopping": True},
        {"dropout": 0.3},
        {"label_smoothing": 0.1},
        {"augment": (8, 8, 1)},
        {"augment": (8, 8, 1), "mirror": True, "dropout": 0.1},
    ],
)
def test_each_learns_and_repeats_itself(digits, settings):
    X, y, X_test, y_test = digits
    learner = Regularized(inner=INNER, **settings)
    assert isinstance(learner, Limit)
    first, second = (learner.fit_predict(X, y, X_test, n_classes=10, seed=3) for _ in range(2))
    assert (first.labels == y_test).mean() > (0.5 if settings.get("mirror") else 0.75)
    assert np.array_equal(first.logits, second.logits)


def test_label_smoothing_bounds_confidence(digits):
    """At the optimum the margin is log((1 - s + s/m) / (s/m)); training reaches it about, and unlimited goes beyond."""
    X, y, _, _ = digits
    top = np.log((0.8 + 0.02) / 0.02)
    margins = {}
    for name, learner in (("plain", INNER), ("smooth", Regularized(inner=INNER, label_smoothing=0.2))):
        logits = learner.fit_predict(X, y, X, n_classes=10, seed=0).logits
        margins[name] = np.median(np.sort(logits, axis=1)[:, -1] - np.median(logits, axis=1))
    assert margins["smooth"] < 1.4 * top < margins["plain"]


def test_pictures_move_by_a_pixel_at_most():
    learner = Regularized(inner=INNER, augment=(5, 5, 1))
    picture = np.zeros((1, 5, 5, 1), np.float32)
    picture[0, 2, 2] = 1
    batch = np.repeat(picture.reshape(1, -1), 500, axis=0)
    moved = learner._move(batch, np.random.default_rng(0)).reshape(500, 5, 5)
    places = {tuple(place) for place in np.argwhere(moved)[:, 1:].tolist()}
    assert places == {(r, c) for r in (1, 2, 3) for c in (1, 2, 3)}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({}, "regularized must have .*, dropout, .* above 0; got none."),
        ({"dropout": 0.0}, "regularized must have .*, dropout, .* above 0; got none."),
        ({"dropout": 1.0}, "dropout must"),
        ({"label_smoothing": -0.1}, "label_smoothing must"),
        ({"weight_decay": -1.0}, "weight_decay must"),
    ],
)
def test_bad_input(settings, message):
    with pytest.raises(InputError, match=message):
        Regularized(inner=INNER, **settings)


def test_one_hot():
    assert one_hot(np.array([1, 0]), 2).tolist() == [[0, 1], [1, 0]]
