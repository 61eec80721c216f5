"""Early stopping: the beginning of the full ensemble that was grown on what is not held out."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.metrics import log_loss
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.learners import BoostedTrees, CompiledMLP, SklearnLearner
from longtail.limits import SmallerTrees, StoppedEarly
from longtail.randomness import integer_seed
from longtail.trials import SubsetDesign, run_trials

SMALL = BoostedTrees(n_trees=12, n_leaves=4, min_samples_leaf=4, learning_rate=0.5)


def blobs(n_classes, n=160):
    """Overlapping, so that few rounds are enough."""
    rng = np.random.default_rng(1)
    y = rng.integers(0, n_classes, n)
    X = (rng.normal(size=(n, 4)) + np.eye(n_classes, 4)[y]).astype(np.float32)
    return X[:120], y[:120].astype(np.int64), X


def first_least(losses, patience):
    """The place of the least loss, looking on until ``patience`` losses in a row are no new least."""
    for end in range(len(losses)):
        best = int(np.argmin(losses[: end + 1]))
        if end - best >= patience:
            return best
    return int(np.argmin(losses))


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("patience", [1, 3])
def test_boosted_trees_keep_a_prefix_of_the_full_ensemble(n_classes, patience):
    """Ensembles of every length are trained anew, and the losses are scikit-learn's."""
    X, y, X_eval = blobs(n_classes)
    limit = StoppedEarly(inner=SMALL, patience=patience, held_out=0.25)
    grown_on, held_out = limit.parted(np.arange(120), 7)
    assert len(held_out) == 30
    assert sorted([*grown_on, *held_out]) == list(range(120))

    def trained(n_trees):
        learner = replace(SMALL, n_trees=n_trees)
        return learner.fit_predict(X[grown_on], y[grown_on], X_eval, n_classes=n_classes, seed=7)

    share = np.bincount(y[grown_on]) / len(grown_on)
    losses = [log_loss(y[held_out], np.tile(share, (30, 1)), labels=range(n_classes))]
    for n_trees in range(1, 13):
        logits = trained(n_trees).logits.astype(float)[held_out]
        losses.append(
            log_loss(y[held_out], np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True), labels=range(n_classes))
        )
    kept = first_least(losses, patience)
    assert 0 < kept < 12, "the data should stop it on the way"
    answer = limit.fit_predict(X, y, X_eval, n_classes=n_classes, seed=7)
    assert answer.logits.tobytes() == trained(kept).logits.tobytes()


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize(
    "estimator",
    [
        HistGradientBoostingClassifier(max_iter=8, max_leaf_nodes=4, learning_rate=0.6, early_stopping=False),
        make_pipeline(StandardScaler(), GradientBoostingClassifier(n_estimators=8, learning_rate=0.9, max_depth=3)),
    ],
    ids=["histograms", "pipeline"],
)
def test_an_estimator_keeps_its_first_rounds(estimator, n_classes):
    """Estimators of every length are fitted anew."""
    X, y, X_eval = blobs(n_classes)
    limit = StoppedEarly(inner=SklearnLearner(estimator=estimator), patience=2)
    kept, aside = limit.parted(np.arange(120), 7)
    name = next(name for name in estimator.get_params() if name.endswith(("max_iter", "n_estimators")))
    seeds = {name: 7 for name in estimator.get_params() if name.endswith("random_state")}

    def probability(rounds, rows):
        fitted = estimator.__sklearn_clone__().set_params(**{name: rounds}, **seeds).fit(X[kept], y[kept])
        return fitted.predict_proba(rows)

    losses = [log_loss(y[aside], probability(rounds, X[aside]), labels=range(n_classes)) for rounds in range(1, 9)]
    rounds = 1 + first_least(losses, 2)
    assert rounds < 8, "the data should stop it on the way"
    answer = limit.fit_predict(X, y, X_eval, n_classes=n_classes, seed=7)
    np.testing.assert_allclose(np.exp(answer.logits), probability(rounds, X_eval), rtol=1e-9)


def test_trials_hold_out_members_and_count_them_as_such():
    """Of a batch each trial holds out by its own seed; inclusion is that of the design."""
    X, y, _ = blobs(2)
    data, design = Dataset.from_arrays(X, y), SubsetDesign(n_trials=5, fraction=0.5)
    limit = StoppedEarly(inner=replace(SMALL, trials_per_batch=2), patience=2)
    outcomes = run_trials(limit, data, design, jobs=1)
    np.testing.assert_array_equal(outcomes.inclusion, [design.inclusion(data.n_train, t) for t in range(5)])
    rows, seed = np.flatnonzero(outcomes.inclusion[3]), integer_seed(design.seed, "learner", 3)
    alone = limit.fit_predict(data.X[rows], data.y[rows], data.X, n_classes=2, seed=seed)
    np.testing.assert_array_equal(alone.labels == data.y, outcomes.correct[3])
    sides = alone.logits[:, 1] - alone.logits[:, 0]
    np.testing.assert_allclose(np.where(data.y == 1, sides, -sides), outcomes.margin[3], rtol=2e-3)
    _, held_out = limit.parted(rows, seed)
    assert set(held_out) < set(rows)
    assert set(held_out) != set(limit.parted(rows, seed + 1)[1])


@pytest.mark.parametrize("n", [1, 2, 3])
def test_few_examples_are_no_failure(n):
    X, y, X_eval = blobs(3)
    for inner in (SMALL, SklearnLearner(estimator=HistGradientBoostingClassifier(max_iter=2, min_samples_leaf=1))):
        for labels in (y[:n], np.arange(n)):
            answer = StoppedEarly(inner=inner, patience=1, held_out=0.5).fit_predict(
                X[:n], labels, X_eval, n_classes=3, seed=1
            )
            assert set(answer.labels) <= set(labels.tolist())


@pytest.mark.parametrize(
    ("inner", "settings", "said"),
    [
        (SMALL, {"patience": 0}, "patience must be at least 1; got 0."),
        (SMALL, {"patience": 2, "held_out": 0.0}, "held_out must lie above 0 and not above 0.5; got 0.0."),
        (
            CompiledMLP(),
            {"patience": 2},
            "learner must be boosted trees whose rounds can be reached .* got compiled-mlp",
        ),
        (SklearnLearner(estimator=RandomForestClassifier()), {"patience": 2}, "got RandomForestClassifier"),
    ],
)
def test_what_has_no_rounds_is_refused(inner, settings, said):
    with pytest.raises(InputError, match=said):
        StoppedEarly(inner=inner, **settings)


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
def test_other_libraries_keep_their_first_rounds(library, name, rounds, settings, n_classes):
    """Models of every length are fitted anew. Not in the test environment."""
    kind = getattr(pytest.importorskip(library), name)
    X, y, X_eval = blobs(n_classes)
    inner = SklearnLearner(estimator=kind(**{rounds: 10}, learning_rate=0.6, **settings))
    limit = StoppedEarly(inner=inner, patience=2)
    kept, aside = limit.parted(np.arange(120), 7)

    def log_probability(n_rounds, rows):
        shorter = SmallerTrees(inner=inner, trees=n_rounds) if n_rounds < 10 else inner
        return shorter.fit_predict(X[kept], y[kept], rows, n_classes=n_classes, seed=7).logits

    losses = [log_loss(y[aside], np.exp(log_probability(k, X[aside])), labels=range(n_classes)) for k in range(1, 11)]
    kept_rounds = 1 + first_least(losses, 2)
    answer = limit.fit_predict(X, y, X_eval, n_classes=n_classes, seed=7)
    np.testing.assert_allclose(answer.logits, log_probability(kept_rounds, X_eval), rtol=1e-5, atol=1e-6)
