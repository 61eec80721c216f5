"""Rounded leaves: predictions by hand, from every row's leaf and the values of the leaves."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from tests.limits.test_stopped_early import blobs

from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.learners import BoostedTrees, CompiledMLP, SklearnLearner
from longtail.learners.leaf_values import change_leaf_values
from longtail.limits import RoundedLeaves
from longtail.limits.rounded_leaves import evenly_rounded
from longtail.trials import SubsetDesign, run_trials

SMALL = BoostedTrees(n_trees=5, n_leaves=6, min_samples_leaf=4)


def test_values_are_the_nearest_of_a_grid():
    """In exact fractions, value by value: a nearest point of 2^bits ones between the least and the largest."""
    rng = np.random.default_rng(0)
    values = np.r_[rng.normal(size=20), 0.125, -0.125]
    for bits in (1, 2, 5):
        least, largest = Fraction(values.min()), Fraction(values.max())
        grid = [least + (largest - least) * k / (2**bits - 1) for k in range(2**bits)]
        expected = [float(min(grid, key=lambda point, value=value: abs(point - Fraction(value)))) for value in values]
        np.testing.assert_allclose(evenly_rounded(values, bits), expected, atol=1e-12)
    assert evenly_rounded(np.array([0.3]), 1).tolist() == [0.3]


def rounded_scores(model_scores, before, leaf, bits):
    """Scores in which each tree says a rounded value: its values are read off scores after its round and before."""
    total = before
    for one_more, one_less, of_tree in zip(model_scores[1:], model_scores, leaf, strict=False):
        said = one_more - one_less
        values = np.array([said[of_tree == number].mean() for number in np.unique(of_tree)])
        total = total + evenly_rounded(values, bits)[np.unique(of_tree, return_inverse=True)[1]]
    return total


@pytest.mark.parametrize("bits", [1, 2])
def test_boosted_trees_by_hand(bits):
    """Scores of models of every length tell the values, and leaves are asked for; all rows are in the training set."""
    X, y, _ = blobs(2)
    scores = [np.full(120, np.log((y == 1).sum() / (y == 0).sum()))]
    for n_trees in range(1, 6):
        answer = replace(SMALL, n_trees=n_trees).fit_predict(X, y, X, n_classes=2, seed=0)
        scores.append(answer.logits[:, 1].astype(float))
    leaf = SMALL.fit_trees(X, y, np.arange(120), X, n_classes=2, seed=0).leaf[:, 0]
    answer = RoundedLeaves(inner=SMALL, bits=bits).fit_predict(X, y, X, n_classes=2, seed=0)
    np.testing.assert_allclose(answer.logits[:, 1], rounded_scores(scores, scores[0], leaf, bits), atol=1e-5)
    assert np.abs(answer.logits[:, 1] - scores[-1]).max() > 0.01


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize(
    "estimator",
    [
        HistGradientBoostingClassifier(max_iter=4, max_leaf_nodes=5, early_stopping=False),
        make_pipeline(StandardScaler(), GradientBoostingClassifier(n_estimators=4, max_depth=2)),
    ],
    ids=["histograms", "pipeline"],
)
def test_an_estimator_says_few_values(estimator, n_classes):
    """A tree of one bit changes a score by one of two values; and a change to the same values changes no bit."""
    X, y, X_eval = blobs(n_classes)
    fitted = SklearnLearner(estimator=estimator).fitted(X, y, n_classes=n_classes, seed=7).model
    last = fitted[-1] if hasattr(fitted, "steps") else fitted
    made = fitted[:-1].transform(X_eval) if hasattr(fitted, "steps") else X_eval
    before, trees = last.predict_proba(made), []
    change_leaf_values(fitted, lambda values: trees.append(values.copy()) or values)
    assert len(trees) == 4 * (1 if n_classes == 2 else 3)
    np.testing.assert_array_equal(last.predict_proba(made), before)
    change_leaf_values(fitted, lambda values: evenly_rounded(values, 1))
    after = np.stack([np.reshape(stage, (len(X_eval), -1)) for stage in last.staged_decision_function(made)])
    for said in np.diff(after, axis=0).transpose(0, 2, 1).reshape(-1, len(X_eval)):
        assert len(np.unique(said.round(9))) == 2
    answer = RoundedLeaves(inner=SklearnLearner(estimator=estimator), bits=1).fit_predict(
        X, y, X_eval, n_classes=n_classes, seed=7
    )
    np.testing.assert_allclose(np.exp(answer.logits), last.predict_proba(made), rtol=1e-9)


def test_slots_beyond_the_last_leaf_are_no_values():
    """Newton's steps by hand: those of the second tree all have one sign, and rounding stays between them.

    Of three groups of rows shares of 0, 1/5 and 9/10 are of class 1. Full steps from 22 % overshoot in each, so the
    second tree says less everywhere, and 0, which slots without a leaf hold, is none of its values.
    """
    group, y = np.repeat([0, 1, 2], [60, 20, 20]), np.r_[np.zeros(76), np.ones(4), np.zeros(2), np.ones(18)].astype(int)
    trees = BoostedTrees(n_trees=2, n_leaves=3, min_samples_leaf=5, learning_rate=1.0)
    shares, score, limited = np.array([0.0, 0.2, 0.9]), np.log(0.22 / 0.78), np.log(0.22 / 0.78)
    for _ in range(2):
        p = 1 / (1 + np.exp(-score))
        steps = (shares - p) / (p * (1 - p)) * np.ones(3)
        score, limited = score + steps, limited + np.where(steps - steps.min() > np.ptp(steps) / 2, *_ends(steps))
    assert (steps < 0).all()
    X = group[:, None].astype(np.float32)
    answer = RoundedLeaves(inner=trees, bits=1).fit_predict(X, y, X, n_classes=2, seed=0)
    np.testing.assert_allclose(answer.logits[:, 1], limited[group], rtol=1e-4)


def _ends(steps):
    return steps.max(), steps.min()


def test_trials_train_batches_of_it():
    X, y, _ = blobs(3)
    data, design = Dataset.from_arrays(X, y), SubsetDesign(n_trials=4, fraction=0.5)
    limit = RoundedLeaves(inner=replace(SMALL, trials_per_batch=4), bits=2)
    outcomes = run_trials(limit, data, design, jobs=1)
    rows = np.flatnonzero(design.inclusion(data.n_train, 2))
    answer = limit.fit_predict(data.X[rows], data.y[rows], data.X, n_classes=3, seed=0)
    np.testing.assert_array_equal(answer.labels == data.y, outcomes.correct[2])


@pytest.mark.parametrize(
    ("inner", "bits", "said"),
    [
        (SMALL, 0, "bits must be a whole number from 1 to 16; got 0."),
        (CompiledMLP(), 2, "learner must be boosted trees whose leaf values can .* got compiled-mlp"),
        (SklearnLearner(estimator=RandomForestClassifier()), 2, "got RandomForestClassifier"),
    ],
)
def test_what_has_no_leaf_values_is_refused(inner, bits, said):
    with pytest.raises(InputError, match=said):
        RoundedLeaves(inner=inner, bits=bits)


@pytest.mark.filterwarnings("ignore")  # theirs
@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize(
    ("library", "name", "rounds", "settings"),
    [
        ("lightgbm", "LGBMClassifier", "n_estimators", {"verbose": -1, "min_child_samples": 3}),
        ("xgboost", "XGBClassifier", "n_estimators", {}),
        ("catboost", "CatBoostClassifier", "iterations", {"verbose": False, "depth": 3}),
    ],
)
def test_other_libraries_say_few_values(library, name, rounds, settings, n_classes):
    """A model of one tree a class and one bit answers at most four margins of two classes, eight ways of three.

    Not in the test environment.
    """
    kind = getattr(pytest.importorskip(library), name)
    X, y, X_eval = blobs(n_classes)
    one = SklearnLearner(estimator=kind(**{rounds: 1}, **settings))
    plain = one.fit_predict(X, y, X_eval, n_classes=n_classes, seed=7).logits
    limited = RoundedLeaves(inner=one, bits=1).fit_predict(X, y, X_eval, n_classes=n_classes, seed=7).logits
    margins = (limited[:, 1:] - limited[:, :1]).round(4)
    assert len(np.unique(margins, axis=0)) <= 2 ** (1 if n_classes == 2 else 3)
    assert len(np.unique((plain[:, 1:] - plain[:, :1]).round(4), axis=0)) > len(np.unique(margins, axis=0))
    many = SklearnLearner(estimator=kind(**{rounds: 6}, **settings))
    fine = RoundedLeaves(inner=many, bits=16).fit_predict(X, y, X_eval, n_classes=n_classes, seed=7).logits
    np.testing.assert_allclose(fine, many.fit_predict(X, y, X_eval, n_classes=n_classes, seed=7).logits, atol=1e-3)
