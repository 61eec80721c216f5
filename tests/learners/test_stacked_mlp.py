"""A stack of networks is the compiled run, network by network, up to rounding; and so are bits of correctness."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: it is the extra 'neural'")

from longtail.dataset import load_dataset  # noqa: E402
from longtail.errors import AccuracyError, InputError  # noqa: E402
from longtail.learners.networks.stacked_mlp import _Orders  # noqa: E402
from longtail.learners.networks.stacked_training import _Layout  # noqa: E402
from longtail.trials import BatchLearner, CompiledMLP, StackedMLP, SubsetDesign, run_trials  # noqa: E402
from longtail.trials.conformance import LearnerConformance  # noqa: E402

DESIGN = SubsetDesign(n_trials=20)
MLP = CompiledMLP(hidden=(12, 8), epochs=3, max_epochs=6, weight_decay=1e-3, longest_wait=0)


@pytest.fixture(scope="module")
def digits():
    return load_dataset("digits")


def test_a_stack_is_the_compiled_run(digits):
    """Subsets of different sizes, two hidden layers, two rounds: margins to 2e-3."""
    subsets = [np.arange(40), np.arange(100, 150), np.arange(30, 95)]
    answers = StackedMLP(mlp=MLP).fit_predict_many(
        digits.X, digits.y, subsets, digits.X_test, n_classes=10, seeds=[3, 4, 5]
    )
    for members, seed, answer in zip(subsets, [3, 4, 5], answers, strict=True):
        alone = MLP.fit_predict(digits.X[members], digits.y[members], digits.X_test, n_classes=10, seed=seed)
        np.testing.assert_allclose(answer.logits, alone.logits, atol=2e-3)


def test_correctness_bits_do_not_depend_on_the_batch(digits):
    """Digits, 20 trials: batches of 20, of 6, and the compiled learner alone; margins within 0.1."""
    mlp = CompiledMLP(hidden=16, longest_wait=0)
    compiled = run_trials(mlp, digits, DESIGN, jobs=1)
    for size in (20, 6):
        stacked = run_trials(StackedMLP(mlp=mlp, trials_per_batch=size), digits, DESIGN, jobs=1)
        assert np.array_equal(compiled.correct, stacked.correct)
        assert np.array_equal(compiled.test_correct, stacked.test_correct)
        np.testing.assert_allclose(compiled.margin, stacked.margin, atol=0.1)


def test_networks_that_fit_leave_the_stack_and_the_others_go_on():
    """One subset is learned in a round, the other, with contradictory labels, never."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 2)).astype(np.float32)
    X[20:] = X[20]
    y = np.where(np.arange(40) < 20, X[:, 0] > 0, np.arange(40) % 2).astype(np.int64)
    mlp = CompiledMLP(hidden=32, epochs=20, max_epochs=80, batch_size=5, longest_wait=0)
    subsets = [np.arange(20), np.arange(20, 40)]
    answers = StackedMLP(mlp=mlp).fit_predict_many(X, y, subsets, X, n_classes=2, seeds=[0, 1])
    for members, seed, answer in zip(subsets, [0, 1], answers, strict=True):
        alone = mlp.fit_predict(X[members], y[members], X, n_classes=2, seed=seed)
        np.testing.assert_allclose(answer.logits, alone.logits, atol=2e-3)


def test_a_batch_divides_as_the_compiled_run_does():
    """Seven and eight examples in batches of at most three: 2, 2, 3 and 2, 3, 3; what only fills up weighs 0."""
    layout = _Layout.of([7, 8], batch_size=3)
    assert layout.places.tolist() == [[[0, 1, 0], [2, 3, 2], [4, 5, 6]], [[0, 1, 0], [2, 3, 4], [5, 6, 7]]]
    np.testing.assert_allclose(layout.weights.sum(axis=2), 1)
    assert (layout.weights > 0).sum(axis=2).tolist() == [[2, 2, 3], [2, 3, 3]]


def test_orders_go_on_from_round_to_round():
    orders = _Orders(5, seed=0)
    first = [order.copy() for order in orders.round(2)] + [order.copy() for order in orders.round(1)]
    assert all(sorted(order.tolist()) == list(range(5)) for order in first)
    assert len({tuple(order.tolist()) for order in first}) == 3


def test_one_that_diverges_fails_alone(digits):
    subsets = [np.arange(40), np.arange(40, 80)]
    X = digits.X.copy()
    X[40] *= 1e30
    mlp = CompiledMLP(hidden=4, epochs=1, max_epochs=1, longest_wait=0)
    bad = StackedMLP(mlp=mlp).fit_predict_many(X, digits.y, subsets, X[:5], n_classes=10, seeds=[0, 1])
    good = StackedMLP(mlp=mlp).fit_predict_many(X, digits.y, subsets[:1], X[:5], n_classes=10, seeds=[0])
    np.testing.assert_allclose(bad[0].logits, good[0].logits, atol=1e-5)


def test_it_is_a_batch_learner_with_a_device():
    assert isinstance(StackedMLP(), BatchLearner)
    assert StackedMLP(trials_per_batch=7).describe() == StackedMLP().describe()
    with pytest.raises(InputError, match="device must be one"):
        StackedMLP(device="moon")
    with pytest.raises(InputError, match="mlp must have longest_wait=0"):
        StackedMLP(mlp=CompiledMLP())
    X = np.eye(4, dtype=np.float32)
    with pytest.raises(AccuracyError, match="diverged"):
        StackedMLP(mlp=CompiledMLP(learning_rate=1e30, longest_wait=0)).fit_predict(
            X, np.arange(4), X, n_classes=4, seed=0
        )


class TestConformance(LearnerConformance):
    def make_learner(self):
        return StackedMLP(mlp=CompiledMLP(hidden=16, longest_wait=0))
