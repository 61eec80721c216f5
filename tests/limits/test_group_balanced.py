"""Balanced groups: what they are told, what sampling and weights make of counts, and who gains."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.learners.mlp.compiled_mlp import CompiledMLP
from longtail.learners.sklearn_learner import SklearnLearner
from longtail.limits import Balanced, GroupBalanced
from longtail.limits.group_balanced import group_weights, worst_first
from longtail.trials import SubsetDesign, TrialSet, run_trials

LINEAR, LOGISTIC = CompiledMLP(hidden=(), epochs=30, max_epochs=30), SklearnLearner(estimator=LogisticRegression())


def opposed(n, seed, share=0.05):
    """A large group whose classes the first feature tells apart, and a small one where it points the other way.

    A second, noisier feature tells classes apart in both.
    """
    rng = np.random.default_rng(seed)
    y, small = rng.integers(0, 2, n), rng.random(n) < share
    sign = 2.0 * y - 1
    X = np.c_[1.2 * sign * np.where(small, -1, 1), 1.0 * sign] + rng.normal(size=(n, 2))
    return X.astype(np.float32), y.astype(np.int64), small.astype(np.int64)


def data_of(n, seed, **settings):
    (X, y, group), (X_test, y_test, group_test) = opposed(n, seed, **settings), opposed(4000, seed + 1, share=0.5)
    return Dataset.from_arrays(X, y, X_test, y_test, group=group, group_test=group_test), group_test


@pytest.mark.parametrize(
    ("inner", "how"),
    [(LINEAR, "sampled"), (LINEAR, "weighted"), (LINEAR, "worst"), (LOGISTIC, "sampled"), (LOGISTIC, "weighted")],
    ids=str,
)
def test_a_small_group_counts_as_much_as_a_large_one(inner, how):
    """Where both groups count alike the first feature says nothing, and either group is right with Phi(1) = .84.

    With the small one at 5 % it is right far less often. 3,000 examples, seed 0; 2,000 test examples a group.
    """
    data, group_test = data_of(3000, 0)
    whole, settings = [np.arange(data.n_train)], {"n_classes": 2}
    limit = GroupBalanced(inner=inner, how=how).told(data)
    (found,) = limit.fit_predict_many(data.X, data.y, whole, data.X_test, seeds=[0], **settings)
    plain = inner.fit_predict(data.X, data.y, data.X_test, seed=0, **settings)
    small = group_test == 1
    right = [(each.labels == data.y_test)[small].mean() for each in (plain, found)]
    assert right[0] < 0.6
    assert right[1] == pytest.approx(0.84, abs=0.06)
    assert (found.labels == data.y_test)[~small].mean() == pytest.approx(0.84, abs=0.06)


def test_it_is_handed_the_groups_of_its_subset_and_no_others():
    """By hand: the same subset, repeated by a table of its cells, gives a nearest neighbor the same votes."""
    data, _ = data_of(400, 3, share=0.2)
    inner = SklearnLearner(estimator=KNeighborsClassifier(15, weights="uniform"))
    rows = np.random.default_rng(1).permutation(data.n_train)[:200]
    limit = GroupBalanced(inner=inner).told(data)
    (found,) = limit.fit_predict_many(data.X, data.y, [rows], data.X_test, n_classes=2, seeds=[5])
    cells = {(g, c): rows[(data.group[rows] == g) & (data.y[rows] == c)] for g in (0, 1) for c in (0, 1)}
    most = max(map(len, cells.values()))
    by_hand = np.concatenate([np.resize(members, most) for members in cells.values()])
    same = inner.fit_predict(data.X[by_hand], data.y[by_hand], data.X_test, n_classes=2, seed=5)
    assert (found.labels == same.labels).mean() > 0.97  # who of a cell comes once more is drawn
    shifted = GroupBalanced(inner=inner).told(data)
    object.__setattr__(shifted, "group_of_example", np.roll(data.group, 1))
    (wrong,) = shifted.fit_predict_many(data.X, data.y, [rows], data.X_test, n_classes=2, seeds=[5])
    assert (wrong.labels == same.labels).mean() < 0.95


def test_weights_are_as_sampling_makes_counts():
    """Of 6, 3 and 1 examples at tau = 1 each group weighs the same in all; weights have mean 1."""
    groups = np.repeat([4, 0, 7], [6, 3, 1])
    weights = group_weights(groups, 1.0)
    assert np.allclose([weights[groups == g].sum() for g in (4, 0, 7)], 10 / 3)
    assert weights.mean() == pytest.approx(1)
    assert np.allclose(
        np.unique(group_weights(groups, 0.5)).round(4) ** 2,
        1 / np.array([6, 3, 1]) * (10 / (6**0.5 + 3**0.5 + 1)) ** 2,
        rtol=1e-3,
    )


def test_the_worst_group_counts_more_the_longer_it_is_worst():
    """Losses of 2 and 0 at eta = .5: q is (e^t, 1) normalized after t steps; weights have mean 1 over a batch."""
    groups = np.array([0, 0, 0, 1])
    weigh, losses = worst_first(groups, 0.5), np.array([0.0, 0.0, 0.0, 2.0], np.float32)
    for step in range(1, 4):
        weights = weigh(np.arange(4), losses)
        q = np.exp(step) / (1 + np.exp(step))
        assert weights == pytest.approx([4 * (1 - q) / 3] * 3 + [4 * q], rel=1e-5)
    assert weigh(np.array([0, 1]), losses[:2]).sum() < 2  # a batch without the worst group counts little


def test_other_groups_are_other_trials():
    data, _ = data_of(60, 0, share=0.3)
    other = Dataset.from_arrays(data.X, data.y, data.X_test, data.y_test, group=1 - data.group)
    design, limit = SubsetDesign(n_trials=20), GroupBalanced(inner=LOGISTIC)
    assert TrialSet.of(data, LOGISTIC, design).key == TrialSet.of(other, LOGISTIC, design).key
    assert TrialSet.of(data, limit, design).key != TrialSet.of(other, limit, design).key
    outcomes = run_trials(limit, data, design, jobs=1)
    assert outcomes.n_trials == 20


def test_what_cannot_be_balanced_is_refused_in_one_line():
    data, _ = data_of(60, 0, share=0.3)
    without = Dataset.from_arrays(data.X, data.y, data.X_test, data.y_test)
    for refused in (GroupBalanced(inner=LINEAR).refuse, GroupBalanced(inner=LINEAR).told):
        with pytest.raises(InputError, match="group must be given for group-balanced; got no groups") as caught:
            refused(without)
        assert "\n" not in str(caught.value)
    with pytest.raises(InputError, match="be trained by a study"):
        GroupBalanced(inner=LINEAR).told(data).fit_predict(data.X, data.y, data.X, n_classes=2, seed=0)
    within = Balanced(inner=GroupBalanced(inner=LINEAR), how="sampled").told(data)
    with pytest.raises(InputError, match="within another limit"):
        within.fit_predict(data.X, data.y, data.X, n_classes=2, seed=0)
    for settings, said in [
        ({"how": "else"}, "how must be one of sampled, weighted, worst"),
        ({"tau": 3.0}, "tau must lie in"),
        ({"how": "worst", "tau": 0.5}, "tau must be left out"),
    ]:
        with pytest.raises(InputError, match=said):
            GroupBalanced(inner=LINEAR, **settings)
    with pytest.raises(InputError, match="take sample weights, to weigh groups"):
        GroupBalanced(inner=SklearnLearner(estimator=KNeighborsClassifier()), how="weighted")
