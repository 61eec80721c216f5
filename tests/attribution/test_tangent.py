"""Tangent kernels, by gradients that are written out."""

import numpy as np
import pytest

from longtail.attribution.tangent import slopes_of
from longtail.attribution.tangent_of_linear import tangent_of_logistic, tangents_of_logistic
from longtail.attribution.tangent_of_mlp import factors_of, kernel_of_factors, tangent_of_mlp
from longtail.dataset import Dataset
from longtail.learners import BatchedLogistic, CompiledMLP


def small_data(n: int = 60, n_features: int = 3, n_classes: int = 3) -> Dataset:
    rng = np.random.default_rng(3)
    X = rng.normal(size=(n, n_features)).astype(np.float32)
    return Dataset.from_arrays(X, (np.arange(n) % n_classes), name="noise")


def margins(logits, labels):
    """The logit of the probability of the label, written as it is defined."""
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    own = (p / p.sum(axis=1, keepdims=True))[np.arange(len(labels)), labels]
    return np.log(own / (1 - own))


def test_slopes_are_the_derivatives_of_the_margin():
    rng = np.random.default_rng(0)
    logits, labels = rng.normal(size=(6, 4)), rng.integers(4, size=6)
    step = 1e-6
    numeric = np.array(
        [
            (margins(logits + step * row, labels) - margins(logits - step * row, labels)) / (2 * step)
            for row in np.eye(4)
        ]
    ).T
    np.testing.assert_allclose(slopes_of(logits, labels).slope, numeric, atol=1e-8)


def test_a_class_that_was_never_seen_has_no_slope_and_a_bounded_margin():
    found = slopes_of(np.array([[0.0, 1.0, -np.inf], [0.0, 1.0, -np.inf]]), np.array([0, 2]))
    assert np.isfinite(found.slope).all()
    assert found.margin.tolist() == [-1.0, -50.0]
    assert found.probability[1] == 0


@pytest.mark.parametrize("hidden", [(), (5,), (5, 4)])
def test_the_kernel_is_that_of_gradients_taken_by_finite_differences(hidden):
    """The other route: every parameter is moved, and the network asked again."""
    data = small_data()
    network = CompiledMLP(hidden=hidden, max_epochs=10).fit(data.X, data.y, n_classes=3, seed=1)
    X, y = data.X[:7], data.y[:7]
    layers = [(weights.astype(float), biases.astype(float)) for weights, biases in network.layers]
    parts = [part for layer in layers for part in layer]

    def outputs():
        units = network.inputs(X).astype(float)
        for number, (weights, biases) in enumerate(layers):
            units = units @ weights + biases
            units = np.maximum(units, 0) if number < len(layers) - 1 else units
        return margins(units, y)

    columns, step = [], 1e-6
    for part in parts:
        for place in np.ndindex(part.shape):
            held = part[place]
            part[place] = held + step
            up = outputs()
            part[place] = held - step
            columns.append((up - outputs()) / (2 * step))
            part[place] = held
    gradients = np.array(columns).T
    factors, _ = factors_of(network, X, y)
    np.testing.assert_allclose(kernel_of_factors(factors, factors), gradients @ gradients.T, rtol=1e-5, atol=1e-5)


def test_logistic_regression_is_the_network_without_a_hidden_layer():
    """Its kernel from probabilities alone equals outer products of features and slopes, written out."""
    data = small_data()
    rows = np.arange(0, data.n_train, 2)
    found = tangent_of_logistic(BatchedLogistic(), data, rows, 0)
    logits = BatchedLogistic().fit_predict(data.X[rows], data.y[rows], data.X, n_classes=3, seed=0).logits
    entered = (data.X - data.X[rows].mean(axis=0)) / data.X[rows].std(axis=0)
    slope = slopes_of(logits, data.y).slope
    gradients = np.einsum("nd,nc->ndc", np.c_[entered, np.ones(len(entered))], slope).reshape(len(entered), -1)
    np.testing.assert_allclose(found.kernel, gradients @ gradients.T, rtol=1e-3, atol=1e-3)


def test_a_network_by_torch_has_the_kernel_of_the_same_network_in_closed_form():
    torch = pytest.importorskip("torch")
    from longtail.attribution.tangent_of_torch import _gradients
    from longtail.learners.networks.torch_inputs import Entrance
    from longtail.learners.networks.torch_learner import TorchLearner

    data = small_data()
    learner = CompiledMLP(hidden=5, max_epochs=10)
    trained = learner.fit(data.X, data.y, n_classes=3, seed=1)

    def factory():
        return torch.nn.Sequential(torch.nn.Linear(3, 5), torch.nn.ReLU(), torch.nn.Linear(5, 3))

    network = factory()
    with torch.no_grad():
        for layer, (weights, biases) in zip((network[0], network[2]), trained.layers, strict=True):
            layer.weight.copy_(torch.tensor(weights.T.copy()))
            layer.bias.copy_(torch.tensor(biases.copy()))
    entrance = Entrance.of(data.X, "each", ())
    factors, slopes = factors_of(trained, data.X, data.y)
    gradients = _gradients(TorchLearner(module=factory), network.eval(), entrance, data.X, slopes.slope, seed=0)
    np.testing.assert_allclose(gradients @ gradients.T, kernel_of_factors(factors, factors), rtol=1e-3, atol=1e-2)


def test_a_random_projection_keeps_inner_products():
    """One draw at seed 4, 20 gradients of 9,000 parameters: each error is below 5 standard deviations, 2/k each.

    210 inner products of unit vectors with variance at most 2/2,048: the chance that one is beyond is below 2e-4.
    """
    torch = pytest.importorskip("torch")
    from longtail.attribution.tangent_of_torch import _projected

    gradients = torch.nn.functional.normalize(torch.randn(20, 9_000, generator=torch.Generator().manual_seed(4)))
    short = _projected(gradients, seed=4)
    assert float((short @ short.T - gradients @ gradients.T).abs().max()) < 5 * (2 / 2_048) ** 0.5


def test_a_tangent_tells_doubt_and_margin_of_the_very_model():
    data = small_data()
    learner, rows = CompiledMLP(hidden=4, max_epochs=10), np.arange(20)
    found = tangent_of_mlp(learner, data, rows, 5)
    logits = learner.fit_predict(data.X[rows], data.y[rows], data.X_test, n_classes=3, seed=5).logits.astype(float)
    own = logits[np.arange(data.n_test), data.y_test]
    logits[np.arange(data.n_test), data.y_test] = -np.inf
    np.testing.assert_allclose(found.margin, own - logits.max(axis=1), rtol=1e-4, atol=1e-4)
    assert found.doubt.shape == (data.n_train,)


def test_regressions_that_are_fitted_together_have_the_tangents_of_each_alone():
    data = small_data(120, 4)
    halves = [np.arange(0, data.n_train, 2), np.arange(1, data.n_train, 2)]
    together = list(tangents_of_logistic(BatchedLogistic(), data, halves, [0, 1]))
    for rows, found in zip(halves, together, strict=True):
        alone = tangent_of_logistic(BatchedLogistic(), data, rows, 0)
        np.testing.assert_allclose(found.margin, alone.margin, atol=0.01)
        np.testing.assert_allclose(found.doubt, alone.doubt, atol=0.01)
