"""Pruning, rounding, low rank and width, by their definitions."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from longtail.errors import InputError
from longtail.limits import Limit, LowRank, Narrower, Rounded, WeightPruned
from longtail.limits.low_rank import of_low_rank
from longtail.limits.rounding import rounded
from longtail.limits.weight_pruning import pruned
from longtail.trials import CompiledMLP, SklearnLearner

INNER = CompiledMLP(hidden=12, max_epochs=20)


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    y = rng.integers(3, size=150)
    return (np.eye(3)[y] @ rng.normal(size=(3, 6)) * 2 + rng.normal(size=(150, 6))).astype(np.float32), y


@pytest.fixture(scope="module")
def network(data):
    return INNER.fit(*data, n_classes=3, seed=0)


def weights_of(network):
    return [weights for weights, _ in network.layers]


def test_global_pruning_removes_the_smallest_weights_wherever_they_are(network):
    before, after = (
        np.concatenate([w.ravel() for w in weights_of(n)]) for n in (network, pruned(network, 0.5, "global"))
    )
    gone = after == 0
    assert gone.sum() == round(0.5 * len(before))
    assert np.abs(before[gone]).max() <= np.abs(before[~gone]).min()
    assert np.array_equal(before[~gone], after[~gone])


def test_layer_pruning_removes_the_same_share_of_each_layer(network):
    for before, after in zip(weights_of(network), weights_of(pruned(network, 0.75, "layer")), strict=True):
        assert (after == 0).sum() == round(0.75 * before.size)


def test_biases_stay(network):
    for change in (pruned(network, 0.9, "global"), rounded(network, 2), of_low_rank(network, 1)):
        for (_, before), (_, after) in zip(network.layers, change.layers, strict=True):
            assert np.array_equal(before, after)


def test_fine_tuning_mends_what_pruning_broke(data):
    """Training examples that are right after 97 of 100 weights went, without and with fine-tuning (seed 0)."""
    X, y = data
    right = []
    for epochs in (0, 20):
        learner = WeightPruned(inner=INNER, sparsity=0.97, fine_tune_epochs=epochs)
        right.append((learner.fit_predict(X, y, X, n_classes=3, seed=0).labels == y).sum())
    assert right[1] > right[0]


@pytest.mark.parametrize("bits", [2, 4, 8])
def test_rounding_gives_few_values_and_is_off_by_half_a_step_at_most(network, bits):
    for before, after in zip(weights_of(network), weights_of(rounded(network, bits)), strict=True):
        for old, new in zip(before.T, after.T, strict=True):
            step = np.abs(old).max() / (2 ** (bits - 1) - 1)
            levels = new / step
            assert np.abs(levels - np.rint(levels)).max() < 1e-4
            assert np.abs(levels).max() <= 2 ** (bits - 1) - 1 + 1e-4
            assert np.abs(old - new).max() <= step / 2 * (1 + 1e-5)


def test_low_rank_is_the_best_of_its_rank(network):
    """Eckart and Young: the error is the norm of the singular values that went."""
    for before, after in zip(weights_of(network), weights_of(of_low_rank(network, 2)), strict=True):
        gone = np.linalg.svd(before, compute_uv=False)[2:]
        assert np.linalg.matrix_rank(after, tol=1e-4) <= 2
        assert np.linalg.norm(before - after) == pytest.approx(np.sqrt((gone**2).sum()), abs=1e-5)


def test_full_rank_and_many_bits_change_nothing(data):
    X, y = data
    plain = INNER.fit_predict(X, y, X, n_classes=3, seed=1)
    for learner in (LowRank(inner=INNER, rank=99), Rounded(inner=INNER, bits=16)):
        assert np.array_equal(learner.fit_predict(X, y, X, n_classes=3, seed=1).labels, plain.labels)


def test_narrower_is_the_smaller_network(data):
    X, y = data
    half = Narrower(inner=INNER, share=0.5).fit_predict(X, y, X, n_classes=3, seed=1)
    small = CompiledMLP(hidden=6, max_epochs=20).fit_predict(X, y, X, n_classes=3, seed=1)
    assert np.array_equal(half.logits, small.logits)


@pytest.mark.parametrize(
    ("kind", "settings", "message"),
    [
        (
            WeightPruned,
            {"sparsity": 1.0},
            "sparsity must lie strictly between 0 and 1: the share of weights that goes; got 1.0.",
        ),
        (WeightPruned, {"sparsity": 0.0}, "sparsity must"),
        (WeightPruned, {"sparsity": 0.5, "scope": "block"}, "scope must"),
        (Rounded, {"bits": 0}, "bits must be a whole number from 2 to 16; got 0."),
        (Rounded, {"bits": 1}, "bits must"),
        (LowRank, {"rank": 0}, "rank must"),
        (Narrower, {"share": 1.0}, "share must"),
    ],
)
def test_bad_input(kind, settings, message):
    with pytest.raises(InputError, match=message):
        kind(inner=INNER, **settings)


@pytest.mark.parametrize(
    "make",
    [
        lambda i: WeightPruned(inner=i, sparsity=0.5),
        lambda i: Rounded(inner=i, bits=4),
        lambda i: LowRank(inner=i, rank=2),
    ],
)
def test_another_learner_is_refused_by_name(make):
    with pytest.raises(
        InputError, match=r"learner must be the built-in network \(mlp\) under .*; got LogisticRegression."
    ):
        make(SklearnLearner(estimator=LogisticRegression()))


def test_nothing_is_guaranteed():
    learner = Rounded(inner=INNER, bits=4)
    assert isinstance(learner, Limit)
    assert learner.guarantee.bound is None
    assert learner.describe()["inner"]["name"] == "compiled-mlp"
