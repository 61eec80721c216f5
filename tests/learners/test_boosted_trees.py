"""Boosted trees against plain ones in double precision, scikit-learn's, and against themselves laid out anew."""

from itertools import combinations

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import HistGradientBoostingClassifier

from learners.plain_booster import PlainBooster
from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.learners import Predictions
from longtail.learners.trees import BoostedTrees, boosting_settings
from longtail.trees import table
from longtail.trials import SubsetDesign, run_trials
from longtail.trials.conformance import LearnerConformance


class TestBoostedTrees(LearnerConformance):
    uses_seed = False
    batch_tolerance = 0.0
    margin_tolerance = 0.0

    def make_learner(self):
        return BoostedTrees(n_trees=20, n_leaves=5, min_samples_leaf=5)


class TestTreesOnSharesOfTheData(TestBoostedTrees):
    uses_seed = True

    def make_learner(self):
        return BoostedTrees(n_trees=20, n_leaves=5, min_samples_leaf=5, row_share=0.6, column_share=0.6)


def _mixed(n, n_classes, seed, *, missing=0.1):
    """A table of a continuous, a coarse, a two-valued, a level and a nearly empty column, with classes that follow."""
    rng = np.random.default_rng(seed)
    X = np.column_stack(
        [
            rng.normal(size=n),
            rng.integers(0, 6, n),
            rng.integers(0, 2, n),
            rng.integers(0, 5, n),
            np.where(rng.random(n) < 0.9, 0, rng.integers(1, 4, n)),
        ]
    ).astype(np.float32)
    score = X[:, 0] + 0.5 * (X[:, 1] > 3) + np.array([1, -1, 0.5, -0.5, 0])[X[:, 3].astype(int)] + rng.normal(size=n)
    y = np.searchsorted(np.quantile(score, np.arange(1, n_classes) / n_classes), score).astype(np.int64)
    X[rng.random(X.shape) < missing] = np.nan
    return X, y


def _scores(learner, X, y, X_eval, n_classes, **options):
    (found,) = learner.fit_predict_many(X, y, [np.arange(len(X))], X_eval, n_classes=n_classes, seeds=[0], **options)
    assert isinstance(found, Predictions)
    return (found.logits[:, 1:] - found.logits[:, :1]).T if n_classes == 2 else found.logits.T


@pytest.mark.parametrize(
    ("n_classes", "missing", "levels", "weighted"),
    [(2, 0.0, (), False), (2, 0.15, (), True), (2, 0.15, (3,), False), (3, 0.1, (3,), True)],
)
def test_plain_trees_in_double_precision_give_the_same_scores(n_classes, missing, levels, weighted):
    X, y = _mixed(160, n_classes, seed=3, missing=missing)
    X, X_eval, y = X[:120], X[120:], y[:120]
    weight = np.random.default_rng(0).uniform(0.5, 3, len(y)) if weighted else None
    plain = PlainBooster(n_trees=6, n_leaves=5, learning_rate=0.3, min_rows=4, l2=0.5, levels=levels)
    learner = BoostedTrees(n_trees=6, n_leaves=5, learning_rate=0.3, min_samples_leaf=4, l2=0.5, categorical=levels)
    expected = plain.scores(X, y, X_eval, n_classes, weight)
    found = _scores(learner, X, y, X_eval, n_classes, weight=weight)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_bins_and_predictions_agree_with_scikit_learn():
    """The same rule: on 569 tumors, 30 continuous features, the probabilities nearly coincide."""
    X, y = load_breast_cancer(return_X_y=True)
    X, y = X.astype(np.float32), y.astype(np.int64)
    train, held = np.arange(0, 569, 2), np.arange(1, 569, 2)
    theirs = HistGradientBoostingClassifier(max_iter=40, early_stopping=False).fit(X[train], y[train])
    p = 1 / (1 + np.exp(-_scores(BoostedTrees(n_trees=40), X[train], y[train], X[held], 2)[0]))
    q = theirs.predict_proba(X[held])[:, 1]
    losses = [-np.log(np.where(y[held] == 1, r, 1 - r)).mean() for r in (p, q)]
    assert losses[0] == pytest.approx(losses[1], abs=0.01)
    assert np.corrcoef(np.log(p / (1 - p)), np.log(q / (1 - q)))[0, 1] > 0.995


def test_a_model_depends_on_its_own_rows_alone():
    """Trained in a batch, or on its rows with nothing else in memory: the same bits, also where bins are shared."""
    X, y = _mixed(1200, 3, seed=5)
    subsets = [np.flatnonzero(np.random.default_rng(k).random(900) < 0.7) for k in range(3)]
    learner = BoostedTrees(n_trees=5, max_bins=200, categorical=(3,))
    assert len(np.unique(X[:, 0])) > 600  # more than bins
    batch = learner.fit_predict_many(X[:900], y[:900], subsets, X, n_classes=3, seeds=range(3))
    for rows, together in zip(subsets, batch, strict=True):
        alone = learner.fit_predict(X[rows], y[rows], X[::-1], n_classes=3, seed=9)
        np.testing.assert_array_equal(together.logits, alone.logits[::-1])


def test_how_features_share_bytes_changes_nothing(monkeypatch):
    X, y = _mixed(600, 2, seed=7)
    one_hot = np.column_stack([X, X[:, [3]] == np.arange(5)]).astype(np.float32)
    learner = BoostedTrees(n_trees=5)
    shared = _scores(learner, one_hot, y, one_hot, 2)
    n_bundles = len(table.TreeTable.of(one_hot).codes)
    monkeypatch.setattr(table, "_joined", lambda *_: False)
    monkeypatch.setattr(boosting_settings, "table_of", lambda X, most, levels: table.TreeTable.of(X, max_bins=most))
    assert len(table.TreeTable.of(one_hot).codes) > n_bundles
    np.testing.assert_array_equal(_scores(learner, one_hot, y, one_hot, 2), shared)


def test_threads_do_not_change_a_bit():
    X, y = _mixed(400, 3, seed=9, missing=0.0)
    data = Dataset.from_arrays(X, y)
    design = SubsetDesign(n_trials=6)
    learner = BoostedTrees(n_trees=5, trials_per_batch=2, row_share=0.5)
    one, two = (run_trials(learner, data, design, jobs=jobs) for jobs in (1, 2))
    for field in ("correct", "margin", "confidence"):
        np.testing.assert_array_equal(getattr(one, field), getattr(two, field))


def test_leaves_hold_enough_rows_and_trees_enough_leaves():
    """One tree: its scores take as many values as it has leaves, and each value at least twenty rows."""
    X, y = _mixed(500, 2, seed=11)
    values, rows = np.unique(_scores(BoostedTrees(n_trees=1, n_leaves=8), X, y, X, 2), return_counts=True)
    assert len(values) == 8
    assert rows.min() >= 20
    shallow = np.unique(_scores(BoostedTrees(n_trees=1, n_leaves=8, max_depth=2), X, y, X, 2))
    assert len(shallow) == 4


def test_no_step_diverges_where_a_class_is_rare():
    """Nine rows of a class among 2,000, which follow from nothing. Without a longest step a leaf's is 13 long here."""
    rng = np.random.default_rng(3)
    X, y = rng.normal(size=(2000, 8)).astype(np.float32), rng.integers(0, 2, 2000)
    y[:9] = 2
    fitted = BoostedTrees(n_trees=10).fit_trees(X, y, np.arange(2000), X, n_classes=3, seed=0)
    assert np.abs(fitted.value).max() == 1  # a tenth of ten


def test_classes_of_a_subset():
    X, y = _mixed(200, 3, seed=13)
    learner = BoostedTrees(n_trees=3)
    for kept in combinations(range(3), 1):
        rows = np.flatnonzero(np.isin(y, kept))
        found = learner.fit_predict(X[rows], y[rows], X, n_classes=3, seed=0)
        assert set(found.labels.tolist()) == set(kept)
        odds = found.logits[:, kept[0]] - found.logits[:, (kept[0] + 1) % 3]
        np.testing.assert_allclose(odds, 12 * np.log(10), rtol=1e-5)


def test_a_doubled_weight_doubles_what_an_example_says():
    """All weights alike change nothing; a weight of two is a copy, where leaves may be of one row."""
    X, y = _mixed(150, 2, seed=15)
    learner = BoostedTrees(n_trees=5, n_leaves=4, min_samples_leaf=1)
    plain = _scores(learner, X, y, X, 2)
    np.testing.assert_array_equal(_scores(learner, X, y, X, 2, weight=np.full(150, 4.0)), plain)
    twice = np.random.default_rng(0).random(150) < 0.3
    copies = np.concatenate([np.arange(150), np.flatnonzero(twice)])
    copied = _scores(learner, X[copies], y[copies], X, 2)
    np.testing.assert_allclose(_scores(learner, X, y, X, 2, weight=1.0 + twice), copied, atol=1e-4)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"n_trees": 0}, "n_trees must"),
        ({"n_leaves": 65}, "n_leaves must be a whole number from 2 to 64; got 65"),
        ({"max_bins": 256}, "max_bins must"),
        ({"learning_rate": 0.0}, "learning_rate must"),
        ({"row_share": 1.5}, "row_share must"),
        ({"l2": -1.0}, "l2 must"),
        ({"categorical": (-1,)}, "categorical must"),
        ({"max_depth": 0}, "max_depth must"),
        ({"l2": "a"}, "l2 must be at least 0 and finite; got 'a'"),
        ({"learning_rate": "fast"}, "learning_rate must"),
        ({"categorical": 5}, "categorical must be a tuple of column numbers; got 5"),
    ],
)
def test_settings_out_of_range_are_refused(settings, said):
    with pytest.raises(InputError, match=said):
        BoostedTrees(**settings)


def test_what_cannot_be_trained_on_is_refused(monkeypatch):
    X, y = _mixed(60, 2, seed=17)
    learner = BoostedTrees(n_trees=1)
    with pytest.raises(InputError, match="X must hold no infinity"):
        learner.fit_predict(np.where(np.isnan(X), np.inf, X), y, X, n_classes=2, seed=0)
    with pytest.raises(InputError, match="weight must hold a positive finite number"):
        _scores(learner, X, y, X, 2, weight=np.zeros(60))
    with pytest.raises(InputError, match="categorical must"):
        BoostedTrees(n_trees=1, categorical=(5,)).fit_predict(X, y, X, n_classes=2, seed=0)
    monkeypatch.setattr(boosting_settings, "MOST_ROWS", 59)
    with pytest.raises(InputError, match="a subset must have between 1 and 59 rows; got 60"):
        learner.fit_predict(X, y, X, n_classes=2, seed=0)
