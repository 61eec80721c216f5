"""Networks that took long to train: the same ones again are not trained, others are, and no answer changes."""

import numpy as np
import pytest

from longtail.learners.mlp import compiled_mlp
from longtail.learners.mlp.kept_networks import KeptNetworks
from longtail.learners.mlp.trained_mlp import TrainedMLP
from longtail.limits import LowRank, Rounded, WeightPruned
from longtail.trials import CompiledMLP

RNG = np.random.default_rng(0)
X = RNG.normal(size=(300, 8)).astype(np.float32)
Y = (X[:, 0] + X[:, 1] > 0).astype(np.int64)
MLP = CompiledMLP(hidden=4, epochs=2, max_epochs=2)


@pytest.fixture
def trainings(monkeypatch):
    """Count training runs, with every network worth keeping, and none there yet."""
    count = []
    train = compiled_mlp.train_until_fitted
    monkeypatch.setattr(compiled_mlp, "_LONG", 0)
    monkeypatch.setattr(compiled_mlp, "_networks", KeptNetworks())
    monkeypatch.setattr(compiled_mlp, "train_until_fitted", lambda *args: count.append(0) or train(*args))
    return count


def test_limits_that_change_a_trained_network_train_none_where_it_was_trained(trainings):
    plain = MLP.fit_predict(X, Y, X, n_classes=2, seed=3)
    for limit in (WeightPruned(inner=MLP, sparsity=0.9), Rounded(inner=MLP, bits=4), LowRank(inner=MLP, rank=1)):
        assert limit.after_training
        answer = limit.fit_predict(X, Y, X, n_classes=2, seed=3)
        assert not np.array_equal(answer.logits, plain.logits)
    assert np.array_equal(MLP.fit_predict(X, Y, X, n_classes=2, seed=3).logits, plain.logits)
    assert len(trainings) == 1


@pytest.mark.parametrize("other", ["seed", "feature", "label", "order", "setting"])
def test_whatever_else_a_network_is_made_of_is_trained_anew(trainings, other):
    MLP.fit(X, Y, n_classes=2, seed=3)
    features, labels, learner, seed = X.copy(), Y.copy(), MLP, 3
    if other == "seed":
        seed = 4
    elif other == "feature":
        features[5, 2] += np.float32(1e-3)
    elif other == "label":
        labels[5] = 1 - labels[5]
    elif other == "order":
        first, second = np.flatnonzero(Y == 0)[0], np.flatnonzero(Y == 1)[0]
        labels[[first, second]] = labels[[second, first]]
    else:
        learner = CompiledMLP(hidden=4, epochs=2, max_epochs=2, rate_floor=0.1)
    kept = learner.fit(features, labels, n_classes=2, seed=seed)
    assert len(trainings) == 2
    compiled_mlp._networks = KeptNetworks()
    fresh = learner.fit(features, labels, n_classes=2, seed=seed)
    assert np.array_equal(kept.parameters, fresh.parameters)


def network(value):
    units = np.full(6, value, np.float32)  # 24 bytes
    return TrainedMLP(parameters=units, widths=np.array([2, 2]), standardization=None)


def test_no_more_is_kept_than_there_is_room_for_and_another_study_takes_its_place():
    kept, made = KeptNetworks(most=50), []

    def asked(study, key):
        return kept.get(study, key, lambda: made.append((study, key)) or network(key)).parameters[0]

    assert [asked("a", key) for key in (1, 2, 3, 1, 2, 3)] == [1, 2, 3, 1, 2, 3]
    assert made == [("a", 1), ("a", 2), ("a", 3), ("a", 3)]
    assert asked("b", 1) == 1
    assert asked("a", 1) == 1
    assert made[4:] == [("b", 1), ("a", 1)]


def test_who_changes_a_network_does_not_change_the_kept_one():
    kept = KeptNetworks()
    kept.get("a", 1, lambda: network(1)).parameters[:] = 7
    kept.get("a", 1, lambda: network(1)).parameters[:] = 8
    assert kept.get("a", 1, lambda: network(1)).parameters.tolist() == [1] * 6
