"""A stack of a user's networks is the sequential loop, network by network, up to rounding."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: it is the extra 'neural'")

from longtail.dataset import load_dataset  # noqa: E402
from longtail.errors import AccuracyError, InputError  # noqa: E402
from longtail.trials import StackedTorch, SubsetDesign, TorchLearner, run_trials  # noqa: E402
from longtail.trials.conformance import LearnerConformance  # noqa: E402


def convolutions():
    return torch.nn.Sequential(
        torch.nn.Conv2d(1, 4, 3, padding=1),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d(2),
        torch.nn.Flatten(),
        torch.nn.Linear(64, 10),
    )


def perceptron(n_features, n_classes):
    return torch.nn.Sequential(torch.nn.Linear(n_features, 16), torch.nn.ReLU(), torch.nn.Linear(16, n_classes))


def normalized(n_features, n_classes):
    return torch.nn.Sequential(torch.nn.BatchNorm1d(n_features), torch.nn.Linear(n_features, n_classes))


def with_dropout(n_features, n_classes):
    return torch.nn.Sequential(torch.nn.Dropout(), torch.nn.Linear(n_features, n_classes))


@pytest.fixture(scope="module")
def digits():
    return load_dataset("digits")


def test_a_stack_of_convolutions_is_the_sequential_loop(digits):
    """Three rounds of one, one and two epochs, subsets of three sizes."""
    learner = TorchLearner(
        module=convolutions, input_shape=(1, 8, 8), standardize="all", epochs=1, max_epochs=4, weight_decay=1e-3
    )
    subsets, seeds = [np.arange(60), np.arange(100, 170), np.arange(30, 130)], [7, 8, 9]
    answers = StackedTorch(learner=learner).fit_predict_many(
        digits.X, digits.y, subsets, digits.X_test, n_classes=10, seeds=seeds
    )
    for members, seed, answer in zip(subsets, seeds, answers, strict=True):
        alone = learner.fit_predict(digits.X[members], digits.y[members], digits.X_test, n_classes=10, seed=seed)
        np.testing.assert_allclose(answer.logits, alone.logits, atol=1e-3)


def test_correctness_bits_do_not_depend_on_the_batch():
    iris, design = load_dataset("iris"), SubsetDesign(n_trials=8)
    learner = TorchLearner(module=perceptron, max_epochs=20)
    alone = run_trials(learner, iris, design, jobs=1)
    for size in (8, 3):
        stacked = run_trials(StackedTorch(learner=learner, trials_per_batch=size), iris, design, jobs=1)
        assert np.array_equal(alone.correct, stacked.correct)
        np.testing.assert_allclose(alone.margin, stacked.margin, atol=0.02)


@pytest.mark.parametrize(("module", "what"), [(normalized, "buffers"), (with_dropout, "Dropout")])
def test_what_depends_on_its_neighbors_is_refused(digits, module, what):
    stack = StackedTorch(learner=TorchLearner(module=module))
    with pytest.raises(InputError, match=f"neither draw numbers nor keep counts.*got {what}"):
        stack.fit_predict(digits.X[:20], digits.y[:20], digits.X[:20], n_classes=10, seed=0)


def test_one_that_diverges_says_so(digits):
    stack = StackedTorch(learner=TorchLearner(module=perceptron, learning_rate=1e20))
    with pytest.raises(AccuracyError, match="diverged"):
        stack.fit_predict(digits.X[:40], digits.y[:40], digits.X[:9], n_classes=10, seed=0)


class TestConformance(LearnerConformance):
    def make_learner(self):
        return StackedTorch(learner=TorchLearner(module=perceptron))


class TestSequentialConformance(LearnerConformance):
    def make_learner(self):
        return TorchLearner(module=perceptron)
