"""Boosted trees of squared error against plain ones in double precision, scikit-learn's, and one tree by hand."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.datasets import load_diabetes
from sklearn.ensemble import HistGradientBoostingRegressor

from learners.plain_booster import PlainBooster
from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.learners import BoostedRegressor, Values
from longtail.learners.learner import task_of
from longtail.learners.trees.number_examples import Unit
from longtail.limits import RoundedLeaves, StoppedEarly
from longtail.limits.rounded_leaves import evenly_rounded
from longtail.limits.spelling import named_limit
from longtail.trials import SubsetDesign, run_trials

SMALL = BoostedRegressor(n_trees=12, n_leaves=4, min_samples_leaf=4, learning_rate=0.5)


def mixed(n, seed, *, missing=0.1):
    """A continuous, a coarse, a two-valued and a level column, with gaps, and a target that follows."""
    rng = np.random.default_rng(seed)
    X = np.column_stack(
        [rng.normal(size=n), rng.integers(0, 6, n), rng.integers(0, 2, n), rng.integers(0, 5, n)]
    ).astype(np.float32)
    y = X[:, 0] + 2.0 * (X[:, 1] > 3) + np.array([1, -1, 0.5, -0.5, 0])[X[:, 3].astype(int)] + rng.normal(size=n)
    X[rng.random(X.shape) < missing] = np.nan
    return X, y


def values(learner, X, y, X_eval):
    (found,) = learner.fit_predict_many(X, y, [np.arange(len(X))], X_eval, n_classes=0, seeds=[0])
    assert isinstance(found, Values)
    return found.values


@pytest.mark.parametrize(("missing", "levels"), [(0.0, ()), (0.15, ()), (0.15, (3,))])
def test_plain_trees_in_double_precision_give_the_same_numbers(missing, levels):
    X, y = mixed(160, seed=3, missing=missing)
    X, X_eval, y = X[:120], X[120:], 1000 + 7 * y[:120]
    plain = PlainBooster(n_trees=6, n_leaves=5, learning_rate=0.3, min_rows=4, l2=0.5, levels=levels)
    learner = BoostedRegressor(n_trees=6, n_leaves=5, learning_rate=0.3, min_samples_leaf=4, l2=0.5, categorical=levels)
    np.testing.assert_allclose(values(learner, X, y, X_eval), plain.numbers(X, y, X_eval), atol=1e-4)


def test_one_tree_is_the_best_of_all_pairs_of_cuts():
    """Of three leaves the first cut is the best of all, the second the best within a side; leaves say their means."""
    rng = np.random.default_rng(5)
    x, y = np.arange(14.0), rng.normal(size=14) ** 3

    def cut(rows):
        found = [(k, ((y[rows[:k]] - y[rows[:k]].mean()) ** 2).sum() + ((y[rows[k:]] - y[rows[k:]].mean()) ** 2).sum())
                 for k in range(2, len(rows) - 1)]  # fmt: skip
        k, left = min(found, key=lambda pair: pair[1])
        return k, ((y[rows] - y[rows].mean()) ** 2).sum() - left

    everyone = np.arange(14)
    k, _ = cut(everyone)
    sides = [everyone[:k], everyone[k:]]
    gains = [cut(side) if len(side) >= 4 else (0, -1.0) for side in sides]
    best = int(gains[1][1] > gains[0][1])
    further = gains[best][0]
    leaves = [sides[1 - best], sides[best][:further], sides[best][further:]]
    expected = np.empty(14)
    for leaf in leaves:
        expected[leaf] = y[leaf].mean()
    tree = BoostedRegressor(n_trees=1, n_leaves=3, min_samples_leaf=2, learning_rate=1.0)
    np.testing.assert_allclose(values(tree, x[:, None].astype(np.float32), y, x[:, None]), expected, atol=1e-6)


def test_it_is_as_good_as_scikit_learn_s_at_the_same_settings():
    X, y = load_diabetes(return_X_y=True)
    X, train, held = X.astype(np.float32), np.arange(0, 442, 2), np.arange(1, 442, 2)
    theirs = HistGradientBoostingRegressor(early_stopping=False).fit(X[train], y[train]).predict(X[held])
    ours = values(BoostedRegressor(), X[train], y[train], X[held])
    quality = [1 - ((found - y[held]) ** 2).mean() / y[held].var() for found in (ours, theirs)]
    assert quality[0] == pytest.approx(quality[1], abs=0.01)
    assert np.corrcoef(ours, theirs)[0, 1] > 0.995


def test_where_values_are_few_it_is_scikit_learn_s_model():
    """Six values a column and no ties in the target: no cut is ambiguous, and no bin is shared."""
    rng = np.random.default_rng(7)
    X = rng.integers(0, 6, (400, 3)).astype(np.float32)
    y = X[:, 0] * X[:, 1] - 2.0 * X[:, 2] + rng.normal(size=400)
    settings = {"learning_rate": 0.2, "early_stopping": False}
    theirs = HistGradientBoostingRegressor(max_iter=20, max_leaf_nodes=6, min_samples_leaf=5, **settings).fit(X, y)
    ours = BoostedRegressor(n_trees=20, n_leaves=6, min_samples_leaf=5, learning_rate=0.2)
    np.testing.assert_allclose(values(ours, X, y, X), theirs.predict(X), atol=1e-4)


def test_a_unit_of_the_target_is_carried_through():
    """In another unit and from another zero the predictions are the same numbers: to 1e-5 of the target's reach."""
    X, y = mixed(200, seed=9)
    plain = values(SMALL, X, y, X)
    for factor, shift in ((1e-9, 0.0), (1e12, 0.0), (0.01, 1e6)):
        moved = values(SMALL, X, factor * y + shift, X)
        np.testing.assert_allclose((moved - shift) / factor, plain, atol=1e-5 * np.abs(y).max() + 1e-3 * (shift > 0))


def test_a_heavy_tail_does_not_hide_the_others():
    """One target a million times the others: leaves without it still say means, as those of plain trees do."""
    X, y = mixed(120, seed=11, missing=0.0)
    y[0] = 1e6
    learner = BoostedRegressor(n_trees=4, n_leaves=4, min_samples_leaf=4)
    plain = PlainBooster(n_trees=4, n_leaves=4, learning_rate=0.1, min_rows=4).numbers(X, y, X)
    np.testing.assert_allclose(values(learner, X, y, X), plain, atol=0.1)  # of a reach of 1e6: 24 bits of a score


def test_a_model_depends_on_its_own_rows_alone_and_no_order():
    X, y = mixed(900, seed=13)
    rng = np.random.default_rng(0)
    subsets = [np.flatnonzero(rng.random(700) < 0.7) for _ in range(3)]
    learner = BoostedRegressor(n_trees=5, max_bins=200, categorical=(3,))
    batch = learner.fit_predict_many(X[:700], y[:700], subsets, X, n_classes=0, seeds=range(3))
    for rows, together in zip(subsets, batch, strict=True):
        shuffled = rng.permutation(rows)
        alone = learner.fit_predict(X[rows], y[rows], X[::-1], n_classes=0, seed=9).values[::-1]
        assert np.array_equal(together.values, alone)
        assert Unit.of(y[shuffled]) == Unit.of(y[rows])


def test_trials_are_the_same_on_any_number_of_threads():
    X, y = mixed(300, seed=15, missing=0.0)
    data, design = Dataset.from_arrays(X, y), SubsetDesign(n_trials=6)
    learner = BoostedRegressor(n_trees=5, trials_per_batch=2, row_share=0.5, column_share=0.5)
    one, two = (run_trials(learner, data, design, jobs=jobs) for jobs in (1, 2))
    assert np.array_equal(one.performance, two.performance)
    other = run_trials(learner, data, replace(design, seed=1), jobs=1)
    assert not np.array_equal(one.performance, other.performance)


def test_a_subset_of_equal_targets_is_predicted_by_them():
    X, _ = mixed(60, seed=17)
    assert values(SMALL, X, np.full(60, 0.1), X).tolist() == [0.1] * 60


def test_kept_trees_are_the_model():
    X, y = mixed(300, seed=19)
    learner, rows = replace(SMALL, row_share=0.7), np.arange(0, 250)
    fitted = learner.fit_trees(X[:280], y[:280], rows, X, n_classes=0, seed=4)
    (whole,) = learner.fit_predict_many(X[:280], y[:280], [rows], X, n_classes=0, seeds=[4])
    assert np.array_equal(fitted.predictions().values, whole.values)
    assert fitted.predictions(0).values == pytest.approx(y[rows].mean())
    held = np.arange(250, 280)
    reach = np.abs(y[rows] - y[rows].mean()).max()
    losses = [np.mean((fitted.predictions(k).values[held] - y[held]) ** 2) / reach**2 for k in range(13)]
    assert fitted.losses(held) == pytest.approx(losses, rel=1e-6)


def test_limits_of_trees_take_numbers():
    """Stopped early: a beginning of the ensemble on what is not held out. Rounded: two values a tree."""
    X, y = mixed(200, seed=21, missing=0.0)
    limit = StoppedEarly(inner=SMALL, patience=2, held_out=0.25)
    assert task_of(limit) == task_of(limit.stands_for) == "regression"
    grown_on, held_out = limit.parted(np.arange(200), 7)
    models = [np.full(200, y[grown_on].mean())]
    models += [
        replace(SMALL, n_trees=k).fit_predict(X[grown_on], y[grown_on], X, n_classes=0, seed=7).values
        for k in range(1, 13)
    ]
    losses = [((found[held_out] - y[held_out]) ** 2).mean() for found in models]
    kept = limit.rounds_kept(losses, first=0)
    assert 0 < kept < 12
    assert np.array_equal(limit.fit_predict(X, y, X, n_classes=0, seed=7).values, models[kept])

    fitted = SMALL.fit_trees(X, y, np.arange(200), X, n_classes=0, seed=0)
    expected = np.zeros(200)
    for leaf, value in zip(fitted.leaf[:, 0], fitted.value[:, 0], strict=True):
        expected += evenly_rounded(value[: leaf.max() + 1], 1)[leaf]
    rounded = RoundedLeaves(inner=SMALL, bits=1).fit_predict(X, y, X, n_classes=0, seed=0).values
    np.testing.assert_allclose(rounded, fitted.unit.mean + fitted.unit.reach * expected, atol=1e-5)

    data = Dataset.from_arrays(X[:150], y[:150], X[150:], y[150:])
    for text in ("stopped-early:patience=2", "rounded-leaves:bits=1", "smaller-trees:depth=2", "smaller-trees:trees=3"):
        limited = named_limit(text, data, SMALL)
        together = run_trials(limited, data, SubsetDesign(n_trials=4), jobs=1)
        rows = np.flatnonzero(together.inclusion[1])
        assert together.kind.name == "squared_error"
        assert np.isfinite(together.performance).all()
        assert len(rows) == 105
        assert not np.array_equal(together.performance, run_trials(SMALL, data, SubsetDesign(n_trials=4)).performance)


@pytest.mark.parametrize(
    ("X", "y", "said"),
    [
        (np.zeros((4, 1)), [1.0, np.nan, 2.0, 3.0], "y must hold finite numbers below 1e\\+150 in size; got nan"),
        (np.zeros((4, 1)), [1.0, 2.0], "y must hold one number for each of the 4 rows of X"),
        (np.full((4, 1), np.inf), [1.0, 2.0, 3.0, 4.0], "X must hold no infinity"),
    ],
)
def test_what_cannot_be_trained_on_is_refused(X, y, said):
    with pytest.raises(InputError, match=said):
        BoostedRegressor().fit_predict(X.astype(np.float32), np.array(y), X[:1], n_classes=0, seed=0)
    with pytest.raises(InputError, match="n_leaves must be a whole number from 2 to 64; got 65"):
        BoostedRegressor(n_leaves=65)
