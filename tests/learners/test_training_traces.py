"""A watched run is the built-in learner's run, and its gradients are those of finite differences."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.special import log_softmax

from longtail.compilation import read_only
from longtail.dataset import load_dataset
from longtail.errors import AccuracyError, InputError
from longtail.learners.mlp.compiled_mlp import initial_parameters
from longtail.learners.mlp.kernels import standardization_of
from longtail.learners.mlp.trained_mlp import TrainedMLP
from longtail.learners.mlp.training_traces import training_traces
from longtail.trials import CompiledMLP

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 3)).astype(np.float32)
Y = RNG.integers(3, size=40)


@pytest.mark.parametrize(
    ("hidden", "sure_margin", "rate_floor"),
    [((), 6.0, 0.0), (8, 6.0, 0.0), ((6, 5), 6.0, 0.0), (8, 0.3, 0.0), (8, 0.3, 0.5)],
)
def test_its_end_is_that_of_the_compiled_run(hidden, sure_margin, rate_floor):
    """Two programs, one in array expressions and one compiled, agree up to rounding: rounds, order, rates, waits."""
    learner = CompiledMLP(
        hidden=hidden,
        epochs=3,
        max_epochs=7,
        batch_size=9,
        learning_rate=0.02,
        weight_decay=0.01,
        sure_margin=sure_margin,
        rate_floor=rate_floor,
    )
    traces = training_traces(learner, X, Y, n_classes=3, seed=5, n_directions=1)
    assert traces.logits.shape == (7, 40, 3)
    ended = learner.fit_predict(X, Y, X, n_classes=3, seed=5).logits
    np.testing.assert_allclose(traces.logits[-1], ended, atol=2e-4)


def test_it_stops_when_everything_is_fitted():
    iris = load_dataset("iris")
    fitted = iris.X[:60:2], (iris.y[:60:2] > 0).astype(int)
    traces = training_traces(CompiledMLP(), *fitted, n_classes=2, seed=0, n_directions=1)
    assert len(traces.logits) == 10
    assert (traces.logits[-1].argmax(axis=1) == fitted[1]).all()


def test_with_a_floor_of_the_rate_it_stops_where_the_compiled_run_does():
    learner = CompiledMLP(hidden=64, epochs=5, max_epochs=400, batch_size=9, rate_floor=0.5)
    traces = training_traces(learner, X[:20], Y[:20], n_classes=3, seed=5, n_directions=1)
    assert 5 < len(traces.logits) < 400
    ended = learner.fit_predict(X[:20], Y[:20], X[:20], n_classes=3, seed=5).logits
    np.testing.assert_allclose(traces.logits[-1], ended, atol=2e-3)


def test_a_diverging_run_starts_again_as_the_compiled_one_does():
    learner = CompiledMLP(hidden=8, epochs=3, max_epochs=3, learning_rate=1e4)
    traces = training_traces(learner, X * 100, Y, n_classes=3, seed=1, n_directions=1)
    assert np.isfinite(traces.logits).all()
    with pytest.raises(AccuracyError, match="far below"):
        training_traces(CompiledMLP(learning_rate=1e30, epochs=2), X, Y, n_classes=3, seed=1)


def _loss(parameters, widths, features, label):
    """Of one example, written again in double precision."""
    units, start = features, 0
    for layer, (fan_in, fan_out) in enumerate(pairwise(widths)):
        weights = parameters[start : start + fan_in * fan_out].reshape(fan_in, fan_out)
        biases = parameters[start + fan_in * fan_out : start + (fan_in + 1) * fan_out]
        units, start = units @ weights + biases, start + (fan_in + 1) * fan_out
        units = units if layer == len(widths) - 2 else np.maximum(units, 0)
    return -log_softmax(units)[label]


def _differences(function, point, step):
    steps = np.eye(len(point)) * step
    return np.array([(function(point + e) - function(point - e)) / (2 * step) for e in steps])


def test_gradient_norms_are_those_of_finite_differences():
    learner = CompiledMLP(hidden=(5, 4), epochs=2, max_epochs=2)
    traces = training_traces(learner, X, Y, n_classes=3, seed=2, gradient_epochs=(0,), n_directions=1)
    widths = np.array([3, 5, 4, 3])
    moments = standardization_of(read_only(X))
    network = TrainedMLP(parameters=initial_parameters(widths, 2), widths=widths, standardization=moments)
    inputs = network.inputs(X).astype(float)
    for i in range(6):
        gradient = _differences(
            lambda w, i=i: _loss(w, widths, inputs[i], Y[i]), network.parameters.astype(float), 1e-6
        )
        assert traces.gradient_norm[0, i] == pytest.approx(np.linalg.norm(gradient), rel=1e-4)
        assert traces.last_layer_gradient_norm[0, i] == pytest.approx(np.linalg.norm(gradient[-15:]), rel=1e-4)


def test_curvature_is_the_hessian_of_logistic_regression():
    """Without hidden units H = W (diag p - p p') W'. For d = 1 each sign gives H^2 itself: a closed form."""
    x = X[:, :1].copy()
    learner = CompiledMLP(hidden=(), epochs=4, max_epochs=4)
    traces = training_traces(learner, x, Y, n_classes=3, seed=0, n_directions=2)
    network = learner.fit(x, Y, n_classes=3, seed=0)
    weights = network.layers[0][0][0].astype(float)
    p = np.exp(log_softmax(traces.logits[-1].astype(float), axis=1))
    hessian = p @ weights**2 - (p @ weights) ** 2
    np.testing.assert_allclose(traces.curvature[-1], hessian**2, rtol=2e-2, atol=1e-9)


def test_bad_input_is_refused():
    with pytest.raises(InputError, match="gradient_epochs must lie in"):
        training_traces(CompiledMLP(), X, Y, n_classes=3, seed=0, gradient_epochs=(11,))
    with pytest.raises(InputError, match="class codes from 0 to 1"):
        training_traces(CompiledMLP(), X, Y, n_classes=2, seed=0)
    with pytest.raises(InputError, match="X and y must be a table"):
        training_traces(CompiledMLP(), X, Y[:5], n_classes=3, seed=0)
    with pytest.raises(InputError, match="finite"):
        training_traces(CompiledMLP(), X * np.nan, Y, n_classes=3, seed=0)
    with pytest.raises(InputError, match="n_directions"):
        training_traces(CompiledMLP(), X, Y, n_classes=3, seed=0, n_directions=0)
