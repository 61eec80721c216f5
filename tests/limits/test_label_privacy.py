"""Channels by exact enumeration, debiasing by its closed form, and both halves' labels looked at once."""

import math
from dataclasses import dataclass

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from longtail.errors import InputError
from longtail.limits import LabelPrivate, Limit
from longtail.limits.label_privacy import class_frequencies, randomized_labels
from longtail.theory.randomized_response import randomized_response
from longtail.trials import CompiledMLP, Predictions, SklearnLearner


@dataclass(frozen=True)
class Parrot:
    """Keeps what it was trained on; says of example i (its only feature) what label i was."""

    name = "parrot"
    version = "1"
    executor = "threads"

    def describe(self):
        return {}

    def fit_predict(self, X, y, X_eval, *, n_classes, seed):
        said = dict(zip(X[:, 0].tolist(), y.tolist(), strict=True))
        return Predictions(labels=np.array([said.get(x, 0) for x in X_eval[:, 0].tolist()]), logits=None)


N = 40_000
NAMES = np.arange(N, dtype=np.float32)[:, None]
PARROT = SklearnLearner(estimator=KNeighborsClassifier(1))


def test_labels_are_kept_as_often_as_epsilon_allows():
    """e^eps / (e^eps + m - 1); 40,000 labels: |z| < 4.5, a false alarm in 7e-6 (seed 0)."""
    y = np.arange(N) % 10
    private = LabelPrivate(inner=Parrot(), epsilon=math.log(6))
    shown = private.fit_predict(NAMES, y, NAMES, n_classes=10, seed=0).labels
    assert abs((shown == y).mean() - 0.4) < 4.5 * math.sqrt(0.24 / N)


def test_noise_through_a_channel_has_its_law():
    """Chi-square over the nine cells of a channel with a prior; 30,000 labels, false alarm below 1e-6 (seed 1)."""
    channel = randomized_response([0.6, 0.3, 0.1], 1.0)
    y = np.repeat([0, 1, 2], 10_000)
    shown = randomized_labels(y, channel[None], np.random.default_rng(1))
    counts = np.array([[(shown[y == label] == said).sum() for said in range(3)] for label in range(3)])
    expected = 10_000 * channel
    assert (counts[expected == 0] == 0).all()
    cells = expected > 0
    assert ((counts - expected)[cells] ** 2 / expected[cells]).sum() < 40


def test_no_row_of_any_channel_differs_by_more_than_the_promise():
    """Every prior that a first stage could make, by the definition of privacy."""
    for prior in np.random.default_rng(0).dirichlet(np.full(5, 0.3), size=200):
        channel = randomized_response(prior, 0.7)
        positive = channel[:, channel.max(axis=0) > 0]
        assert (positive.max(axis=0) <= math.exp(0.7) * positive.min(axis=0) * (1 + 1e-12)).all()


def test_each_label_is_looked_at_once_in_two_stages(monkeypatch):
    """A label that goes through two channels would be guaranteed 2 epsilon."""
    looked = []

    def spy(y, channels, rng):
        looked.append(len(y))
        return randomized_labels(y, channels, rng)

    monkeypatch.setattr("longtail.limits.label_privacy.randomized_labels", spy)
    private = LabelPrivate(inner=Parrot(), epsilon=1.0, stages=2)
    private.fit_predict(NAMES[:101], np.arange(101) % 3, NAMES[:5], n_classes=3, seed=0)
    assert looked == [51, 50]


def test_second_stage_lets_more_labels_through(monkeypatch):
    """Where features tell the class, a prior for each example helps: at epsilon 1, 23 % are kept without (seed 3)."""
    rng = np.random.default_rng(0)
    y = rng.integers(10, size=4000)
    X = (np.eye(10)[y] * 4 + rng.normal(size=(4000, 10))).astype(np.float32)
    kept = []

    def spy(labels, channels, rng):
        noisy = randomized_labels(labels, channels, rng)
        kept.append((noisy == labels).mean())
        return noisy

    monkeypatch.setattr("longtail.limits.label_privacy.randomized_labels", spy)
    inner = CompiledMLP(hidden=(), epochs=5, max_epochs=5)
    LabelPrivate(inner=inner, epsilon=1.0, stages=2).fit_predict(X, y, X, n_classes=10, seed=3)
    assert kept[0] < 0.26
    assert kept[1] > 0.4


def test_class_frequencies_invert_the_channel():
    """With exact proportions of noisy labels the estimate solves noisy = frequencies @ channel."""
    truth = np.array([0.5, 0.3, 0.2])
    channel = randomized_response([1 / 3] * 3, 2.0)
    proportions = truth @ channel
    likelihood = np.repeat(channel.T, np.rint(1e6 * proportions).astype(int) // 100, axis=0)
    assert class_frequencies(likelihood) == pytest.approx(truth, abs=2e-3)


def test_debiased_classifier_predicts_true_labels_not_noisy_ones():
    """One feature, three classes in unequal shares: predicted probabilities average to the true shares (seed 0)."""
    rng = np.random.default_rng(0)
    y = rng.choice(3, p=[0.7, 0.2, 0.1], size=20_000)
    X = rng.normal(size=(20_000, 1)).astype(np.float32)  # says nothing: the prediction is the share
    inner = SklearnLearner(estimator=LogisticRegression())
    mean = {}
    for debias in (False, True):
        private = LabelPrivate(inner=inner, epsilon=1.0, debias=debias)
        logits = private.fit_predict(X, y, X, n_classes=3, seed=0).logits
        mean[debias] = np.exp(logits).mean(axis=0)
    noisy = np.array([0.7, 0.2, 0.1]) @ randomized_response([1 / 3] * 3, 1.0)
    assert mean[False] == pytest.approx(noisy, abs=0.02)
    assert mean[True] == pytest.approx([0.7, 0.2, 0.1], abs=0.03)


@pytest.mark.parametrize("debias", [False, True])
def test_network_learns_from_noisy_labels(debias):
    rng = np.random.default_rng(0)
    y = rng.integers(3, size=900)
    X = (np.eye(3)[y] * 3 + rng.normal(size=(900, 3))).astype(np.float32)
    private = LabelPrivate(inner=CompiledMLP(hidden=8, max_epochs=10), epsilon=2.0, debias=debias)
    first, second = (private.fit_predict(X, y, X, n_classes=3, seed=5) for _ in range(2))
    assert (first.labels == y).mean() > 0.85
    assert np.array_equal(first.logits, second.logits)


def test_identity_and_guarantee():
    private = LabelPrivate(inner=CompiledMLP(hidden=8), epsilon=2.0)
    assert isinstance(private, Limit)
    assert private.describe()["inner"]["settings"]["hidden"] == [8]
    assert private.guarantee.bound.value == 2.0


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"epsilon": 0.0}, "epsilon must be positive and finite; got 0.0."),
        ({"epsilon": -1.0}, "epsilon must"),
        ({"epsilon": math.inf}, "epsilon must"),
        ({"stages": 3}, "stages must be 1 or 2"),
        ({"prior": (0.5, 0.6)}, "prior must sum to 1"),
        ({"debias": True, "inner": PARROT}, "learner must take sample weights"),
    ],
)
def test_bad_input(settings, message):
    with pytest.raises(InputError, match=message):
        LabelPrivate(**{"inner": Parrot(), "epsilon": 1.0} | settings)


def test_prior_of_another_number_of_classes():
    private = LabelPrivate(inner=Parrot(), epsilon=1.0, prior=(0.5, 0.5))
    with pytest.raises(InputError, match="prior must hold one number for each of 3 classes; got 2."):
        private.fit_predict(NAMES[:3], np.array([0, 1, 2]), NAMES[:3], n_classes=3, seed=0)
