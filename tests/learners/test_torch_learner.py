"""Networks of the user's own: against a loop written out by hand, and pure whatever PyTorch did before."""

import sys

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: it is the extra 'neural'")

from longtail.dataset import load_dataset  # noqa: E402
from longtail.errors import AccuracyError, InputError  # noqa: E402
from longtail.learners.names import named_learner  # noqa: E402
from longtail.randomness import generator  # noqa: E402
from longtail.trials import SubsetDesign, TorchLearner, run_trials  # noqa: E402


class Perceptron(torch.nn.Module):
    def __init__(self, n_features, n_classes):
        super().__init__()
        self.layers = torch.nn.Sequential(
            torch.nn.Linear(n_features, 16), torch.nn.ReLU(), torch.nn.Linear(16, n_classes)
        )

    def forward(self, x):
        return self.layers(x)


def with_dropout(n_features, n_classes):
    return torch.nn.Sequential(torch.nn.Linear(n_features, 16), torch.nn.Dropout(0.5), torch.nn.Linear(16, n_classes))


def pictures():
    return torch.nn.Sequential(
        torch.nn.Conv2d(1, 4, 3, padding=1), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(256, 10)
    )


@pytest.fixture(scope="module")
def iris():
    return load_dataset("iris")


@pytest.mark.parametrize("module", [Perceptron, with_dropout])
def test_a_watched_run_is_the_run_that_predicts(iris, module):
    """The logits after the last epoch are those that are predicted, though the network was asked in between."""
    X, y = iris.X[::5], iris.y[::5]
    learner = TorchLearner(module=module, epochs=3, max_epochs=3, batch_size=8)
    watched = learner.watched_logits(X, y, n_classes=3, seed=2)
    assert watched.shape == (3, len(X), 3)
    np.testing.assert_array_equal(watched[-1], learner.fit_predict(X, y, X, n_classes=3, seed=2).logits)
    assert not np.array_equal(watched[0], watched[1])


def test_it_is_the_loop_written_out(iris):
    """7 examples in two batches of 3 and 4, two epochs, the rate falling from 0.05 in four steps."""
    X, y = iris.X[::17][:7], iris.y[::17][:7]
    learner = TorchLearner(module=Perceptron, epochs=2, max_epochs=2, batch_size=4, weight_decay=0.01)
    found = learner.fit_predict(X, y, iris.X, n_classes=3, seed=5).logits
    torch.manual_seed(5)
    network = Perceptron(4, 3)
    velocity = [torch.zeros_like(p) for p in network.parameters()]
    center, scale = X.mean(axis=0, dtype=float), X.std(axis=0, dtype=float)
    inputs, labels, orders = torch.tensor((X - center) / scale).float(), torch.tensor(y), generator(5, "order")
    step = 0
    for _ in range(2):
        order = orders.permutation(7)
        for chosen in (order[:3], order[3:]):
            loss = torch.nn.functional.cross_entropy(network(inputs[chosen]), labels[chosen])
            slopes = torch.autograd.grad(loss, list(network.parameters()))
            with torch.no_grad():
                for p, v, slope in zip(network.parameters(), velocity, slopes, strict=True):
                    v.mul_(0.9).add_(slope + 0.01 * p)
                    p.sub_(0.05 * (1 - step / 4) * v)
            step += 1
    expected = network(torch.tensor((iris.X - center) / scale).float()).detach().numpy()
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize("module", [Perceptron, with_dropout])
def test_the_seed_decides_and_nothing_before_or_after(iris, module):
    learner = TorchLearner(module=module, epochs=2, max_epochs=2)
    arguments = {"X": iris.X[::2], "y": iris.y[::2], "X_eval": iris.X, "n_classes": 3}
    torch.manual_seed(1)
    first = learner.fit_predict(**arguments, seed=0).logits
    state, threads = torch.get_rng_state(), torch.get_num_threads()
    torch.rand(3)
    np.testing.assert_array_equal(first, learner.fit_predict(**arguments, seed=0).logits)
    torch.manual_seed(1)
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.get_num_threads() == threads
    assert not np.array_equal(first, learner.fit_predict(**arguments, seed=1).logits)


def test_it_trains_until_it_fits(iris):
    outcomes = run_trials(TorchLearner(module=Perceptron), iris, SubsetDesign(n_trials=4), jobs=1)
    assert outcomes.correct[outcomes.inclusion].mean() > 0.97
    assert outcomes.test_correct.mean() > 0.85


def test_pictures_have_a_shape_and_one_scale():
    digits = load_dataset("digits")
    learner = TorchLearner(module=pictures, input_shape=(1, 8, 8), standardize="all", epochs=3, max_epochs=3)
    answer = learner.fit_predict(digits.X, digits.y, digits.X_test, n_classes=10, seed=0)
    assert (answer.labels == digits.y_test).mean() > 0.93
    wrong = TorchLearner(module=pictures, input_shape=(1, 8, 9))
    with pytest.raises(InputError, match="input_shape must hold the 64 features"):
        wrong.fit_predict(digits.X, digits.y, digits.X_test, n_classes=10, seed=0)


MODULE = """
import torch
class Network(torch.nn.Module):
    def __init__(self, n_features, n_classes, width=8):
        super().__init__()
        self.first, self.last = torch.nn.Linear(n_features, width), torch.nn.Linear(width, n_classes)
    def forward(self, x):
        return self.last(torch.relu(self.first(x)))
def annotated() -> torch.nn.Module:
    return Network(4, 3)
def sized(n_features, n_classes):
    return Network(n_features, n_classes)
def plain():
    return Network(4, 3)
ready = Network(4, 3)
def hungry(n_features, depth):
    return Network(n_features, 3)
"""


@pytest.fixture
def own_networks(tmp_path, monkeypatch):
    (tmp_path / "own_networks.py").write_text(MODULE)
    monkeypatch.chdir(tmp_path)
    yield "own_networks"
    sys.modules.pop("own_networks", None)


@pytest.mark.parametrize("attribute", ["Network", "annotated", "sized", "plain"])
def test_any_factory_has_a_name(own_networks, iris, attribute):
    learner = named_learner(f"{own_networks}:{attribute}")
    assert isinstance(learner, TorchLearner)
    assert learner.describe()["module"] == f"own_networks.{attribute}"
    assert learner.fit_predict(iris.X, iris.y, iris.X, n_classes=3, seed=0).logits.shape == (len(iris.X), 3)


@pytest.mark.parametrize(
    ("attribute", "message"),
    [("ready", "module must be a factory of networks"), ("hungry", "got a parameter depth without default")],
)
def test_what_is_no_factory_is_refused(own_networks, attribute, message):
    with pytest.raises(InputError, match=message):
        named_learner(f"{own_networks}:{attribute}")


def test_wrong_outputs_and_divergence_are_named(iris):
    arguments = {"X": iris.X, "y": iris.y, "X_eval": iris.X, "n_classes": 4, "seed": 0}
    with pytest.raises(InputError, match="must make a torch.nn.Module; got int"):
        TorchLearner(module=int).fit_predict(**arguments)
    narrow = TorchLearner(module=lambda n_features: torch.nn.Linear(n_features, 3), epochs=1, max_epochs=1)
    with pytest.raises(InputError, match="give 4 logits for each example; got an output of shape"):
        narrow.fit_predict(**arguments)
    with pytest.raises(AccuracyError, match="learning_rate below 1e"):
        TorchLearner(module=Perceptron, learning_rate=1e20).fit_predict(**arguments)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"device": "moon"}, "device must be one that PyTorch can use here"),
        ({"standardize": "some"}, "be one of each, all, none"),
        ({"epochs": 0}, "epochs must be a whole number"),
    ],
)
def test_settings_out_of_range_are_refused(settings, message):
    with pytest.raises(InputError, match=message):
        TorchLearner(module=Perceptron, **settings)
