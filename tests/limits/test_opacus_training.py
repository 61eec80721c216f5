"""Networks of the user's own under DP-SGD: against ours where both can, against gradients made one by one, refusals."""

import math
from dataclasses import replace

import numpy as np
import pytest
from sklearn.datasets import load_digits

torch = pytest.importorskip("torch", reason="PyTorch is not installed: it is the extra 'neural'")
pytest.importorskip("opacus", reason="Opacus is not installed: it is the extra 'neural-privacy'")

from opacus.accountants import PRVAccountant  # noqa: E402
from torch import nn  # noqa: E402

from longtail.dataset import Dataset  # noqa: E402
from longtail.errors import InputError  # noqa: E402
from longtail.learners.mlp.compiled_mlp import initial_parameters  # noqa: E402
from longtail.limits import DPSGD, Limit  # noqa: E402
from longtail.limits.asked_for import asked_for  # noqa: E402
from longtail.limits.opacus_training import descend  # noqa: E402
from longtail.limits.private_steps import PrivateSteps  # noqa: E402
from longtail.privacy_noise import subsampled_gaussian_epsilon  # noqa: E402
from longtail.trials import CompiledMLP, TorchLearner  # noqa: E402

WIDTHS = np.array([64, 64, 10])


def perceptron(n_features, n_classes):
    return nn.Sequential(nn.Linear(n_features, 64), nn.ReLU(), nn.Linear(64, n_classes))


def convolutions(n_classes):
    return nn.Sequential(
        nn.Conv2d(1, 8, 3), nn.GroupNorm(2, 8), nn.ReLU(), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(72, n_classes)
    )


def normalized(n_features, n_classes):
    return nn.Sequential(nn.Linear(n_features, 8), nn.BatchNorm1d(8), nn.Linear(8, n_classes))


class Centered(nn.Module):
    """A layer that keeps a running mean of what it has seen, as batch normalization does, but in plain sight."""

    def __init__(self, n_features, n_classes):
        super().__init__()
        self.running = Running(n_features)
        self.last = nn.Linear(n_features, n_classes)

    def forward(self, x):
        return self.last(self.running(x))


class Running(nn.Module):
    def __init__(self, n_features):
        super().__init__()
        self.register_buffer("mean", torch.zeros(n_features))

    def forward(self, x):
        if self.training:
            self.mean.mul_(0.9).add_(0.1 * x.detach().mean(dim=0))
        return x - self.mean


@pytest.fixture(scope="module")
def digits():
    X, y = load_digits(return_X_y=True)
    return X.astype(np.float32), y


def private(module=perceptron, **settings):
    defaults = {"epsilon": 3.0, "high": 16.0, "sampling_rate": 0.25, "epochs": 10}
    return DPSGD(inner=TorchLearner(module=module, input_shape=settings.pop("input_shape", ())), **defaults | settings)


def weights_of(network):
    return torch.cat([parameter.detach().reshape(-1) for parameter in network.parameters()]).numpy()


def from_ours(seed):
    """The built-in network's first weights in PyTorch's order: matrices transposed, weights before biases."""
    network = perceptron(64, 10)
    flat, start = initial_parameters(WIDTHS, seed), 0
    with torch.no_grad():
        for layer in (network[0], network[2]):
            n = layer.weight.numel()
            layer.weight.copy_(torch.tensor(flat[start : start + n].reshape(layer.in_features, -1).T))
            layer.bias.copy_(torch.tensor(flat[start + n : start + n + layer.out_features]))
            start += n + layer.out_features
    return network


def test_without_noise_it_is_our_own_training(digits):
    """The same first weights, samples and clipping: two libraries' weights after forty steps."""
    X, y = digits
    ours = DPSGD(inner=CompiledMLP(), epsilon=3.0, high=16.0, sampling_rate=0.25, epochs=10, control="clip-only")
    inputs, steps = ours.entering(X[:600]), ours.private_steps(600)
    network = from_ours(seed=3)
    descend(network, steps, torch.tensor(inputs), torch.tensor(y[:600]), seed=3)
    with torch.no_grad():
        theirs = network.eval()(torch.tensor(ours.entering(X))).numpy()
    mine = ours.fit_predict(X[:600], y[:600], X, n_classes=10, seed=3)
    np.testing.assert_allclose(theirs, mine.logits, atol=2e-3)


@pytest.mark.parametrize("bound", [0.05, 1.0, math.inf])
def test_a_step_is_the_sum_of_gradients_clipped_one_by_one(bound):
    """Of 600 examples, more than one block, and a network with convolutions."""
    rng = np.random.default_rng(0)
    X, y = rng.random((600, 1, 8, 8)).astype(np.float32), rng.integers(10, size=600)
    torch.manual_seed(0)
    network = convolutions(10)
    start, total = weights_of(network), 0.0
    for x, label in zip(torch.tensor(X), torch.tensor(y), strict=True):
        loss = nn.functional.cross_entropy(network(x[None]), label[None])
        slope = torch.cat([g.reshape(-1) for g in torch.autograd.grad(loss, list(network.parameters()))]).numpy()
        total = total + slope.astype(float) * min(1, bound / np.linalg.norm(slope))
    steps = PrivateSteps(number=1, sampling_rate=1.0, clipping_norm=bound, noise=0.0, learning_rate=0.01)
    descend(network, steps, torch.tensor(X), torch.tensor(y), seed=0)
    np.testing.assert_allclose(start - weights_of(network), 0.01 * total, atol=2e-5)


@pytest.mark.parametrize("bound", [0.7, math.inf])
def test_noise_is_added_once_a_step_however_many_blocks_and_even_where_nobody_takes_part(bound):
    """4,810 weights; 4.5 standard errors of their standard deviation, at a fixed seed."""
    for n_examples, rate in ((600, 1.0), (5, 1e-9)):
        torch.manual_seed(0)
        network = perceptron(64, 10)
        with torch.no_grad():
            for parameter in network.parameters():
                parameter.zero_()
        quiet = perceptron(64, 10)
        quiet.load_state_dict(network.state_dict())
        steps = PrivateSteps(number=1, sampling_rate=rate, clipping_norm=bound, noise=2.5, learning_rate=1.0)
        data = torch.ones(n_examples, 64), torch.zeros(n_examples, dtype=torch.int64)
        descend(network, steps, *data, seed=1)
        descend(quiet, replace(steps, noise=0.0), *data, seed=1)
        moved = weights_of(network) - weights_of(quiet)
        assert abs(moved.std() / 2.5 - 1) < 4.5 / math.sqrt(2 * len(moved))


def test_it_learns_and_repeats_its_bits(digits):
    X, y = digits
    learner = private(convolutions, input_shape=(1, 8, 8), epochs=20)
    first, second = (learner.fit_predict(X[:1200], y[:1200], X[1200:], n_classes=10, seed=0) for _ in range(2))
    assert np.array_equal(first.logits, second.logits)
    assert (first.labels == y[1200:]).mean() > 0.75
    other = learner.fit_predict(X[:1200], y[:1200], X[1200:], n_classes=10, seed=1)
    assert not np.array_equal(first.logits, other.logits)


def test_the_promise_is_our_accountants_and_opacus_second_one_agrees():
    learner = private(sampling_rate=0.1, epochs=30)
    assert isinstance(learner, Limit)
    assert learner.guarantee.bound.value <= 3.0
    for noise, rate, steps in ((learner.noise_multiplier, 0.1, 300), (1.1, 256 / 60_000, 14_062)):
        second = PRVAccountant()
        second.history = [(noise, rate, steps)]
        ours = subsampled_gaussian_epsilon(noise, rate, steps, 1e-5)
        assert second.get_epsilon(1e-5) == pytest.approx(ours, rel=0.01)


def test_identity_names_network_and_libraries():
    learner = private()
    assert "opacus" in learner.version
    assert "torch" in learner.version
    assert learner.executor == "processes"
    assert learner.describe()["inner"]["settings"]["module"].endswith("perceptron")


@pytest.mark.parametrize("module", [normalized, lambda n_classes: nn.Sequential(nn.BatchNorm1d(64, affine=False))])
def test_batch_normalization_is_refused_by_name(module, digits):
    message = r"module must have no batch normalization .* got BatchNorm1d \(\d\). Put torch.nn.GroupNorm in its place"
    learner = private(module)
    with pytest.raises(InputError, match=message):
        learner.fit_predict(*digits, digits[0], n_classes=10, seed=0)
    data = Dataset.from_arrays(*digits, digits[0][:20], digits[1][:20])
    with pytest.raises(InputError, match=message):
        learner.refuse(data)
    with pytest.raises(InputError, match=message):
        asked_for(["dp-sgd:epsilon=1"], data, learner.inner)


def test_other_statistics_of_the_examples_are_refused_too(digits):
    with pytest.raises(InputError, match="module must keep no statistics .* got the buffer running.mean"):
        private(Centered, epochs=1).fit_predict(*digits, digits[0], n_classes=10, seed=0)


def test_other_samplers_are_refused_by_name():
    weighted = torch.utils.data.WeightedRandomSampler([1.0, 2.0], 2)
    for sampler, named in ((weighted, "WeightedRandomSampler"), ("shuffled", "shuffled")):
        with pytest.raises(InputError, match=f"sampler must be poisson, which the accountant counts on; got {named}."):
            private(sampler=sampler)
