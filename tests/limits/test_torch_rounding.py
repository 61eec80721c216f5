"""Rounded networks of the user's own: few values a channel, as torchao rounds them, and what that costs."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

torch = pytest.importorskip("torch", reason="PyTorch is not installed: it is the extra 'neural'")

from torch import nn  # noqa: E402

from longtail.limits import Rounded  # noqa: E402
from longtail.limits.rounding import rounded  # noqa: E402
from longtail.limits.torch_rounding import round_weights  # noqa: E402
from longtail.trials import CompiledMLP, TorchLearner  # noqa: E402


def convolutions(n_classes):
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(128, n_classes)
    )


def test_a_channel_has_as_many_values_as_bits_allow_and_its_largest_stays():
    torch.manual_seed(0)
    network = nn.Sequential(nn.Conv2d(3, 6, 5), nn.ConvTranspose2d(6, 4, 5), nn.Flatten(), nn.Linear(40, 7))
    before = [p.detach().clone() for p in network.parameters()]
    round_weights(network, 3)
    for old, new, channels in zip(before[::2], list(network.parameters())[::2], (0, 1, 0), strict=True):
        for one, other in zip(old.transpose(0, channels), new.detach().transpose(0, channels), strict=True):
            assert len(other.unique()) <= 7
            assert other.abs().max() == pytest.approx(float(one.abs().max()))
            assert (one - other).abs().max() <= float(one.abs().max()) / 3 / 2 * 1.0001
    for old, new in zip(before[1::2], list(network.parameters())[1::2], strict=True):
        assert torch.equal(old, new)


def test_a_matrix_is_rounded_as_that_of_the_built_in_network():
    rng = np.random.default_rng(0)
    trained = CompiledMLP(hidden=(), epochs=1, max_epochs=1).fit(
        rng.normal(size=(60, 9)).astype(np.float32), rng.integers(4, size=60), n_classes=4, seed=0
    )
    (weights, _), ((expected, _),) = trained.layers[0], rounded(trained, 4).layers
    layer = nn.Linear(9, 4)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(weights.T.copy()))
    round_weights(layer, 4)
    np.testing.assert_allclose(layer.weight.detach().numpy().T, expected, atol=1e-7)


def test_it_rounds_as_torchao_does_where_that_runs_on_a_cpu():
    ao = pytest.importorskip("torchao.quantization", reason="torchao is not installed; it is no extra of ours")
    torch.manual_seed(0)
    theirs, ours = nn.Sequential(nn.Linear(64, 32)), nn.Sequential(nn.Linear(64, 32))
    ours.load_state_dict(theirs.state_dict())
    ao.quantize_(theirs, ao.Int8WeightOnlyConfig())
    round_weights(ours, 8)
    step = ours[0].weight.abs().amax(dim=1) / 127
    apart = (theirs[0].weight.dequantize() - ours[0].weight).abs().amax(dim=1)
    assert bool((apart <= 1.01 * step).all())


def test_eight_bits_cost_nothing_and_two_do():
    X, y = load_digits(return_X_y=True)
    X = X.astype(np.float32)
    inner = TorchLearner(module=convolutions, input_shape=(1, 8, 8), epochs=8, max_epochs=8)
    right = {}
    for learner in (inner, Rounded(inner=inner, bits=8), Rounded(inner=inner, bits=2)):
        found = learner.fit_predict(X[:1000], y[:1000], X[1000:], n_classes=10, seed=0)
        right[learner.describe().get("bits")] = (found.labels == y[1000:]).mean()
    assert right[None] > 0.9
    assert right[8] == pytest.approx(right[None], abs=0.01)
    assert right[2] < right[None] - 0.02
