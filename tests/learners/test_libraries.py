"""Estimators of other libraries on a small table, against each library in a loop of its own.

The table has a text label with a class that three of eight subsets lack, a level and a number that are missing.
XGBoost, LightGBM, CatBoost and skorch are not in the test environment; versions that these tests were run with are in
``docs/guide-libraries.md``.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder
from sklearn.tree import DecisionTreeClassifier

from longtail.dataset import load_dataset
from longtail.learners import SklearnLearner
from longtail.learners.fitted_estimator import FittedEstimator
from longtail.learners.trial_settings import settings_of_a_trial, unfitted_copy
from longtail.randomness import integer_seed
from longtail.trials import SubsetDesign, run_trials

DESIGN = SubsetDesign(n_trials=8, fraction=0.5, seed=3)

pytestmark = pytest.mark.filterwarnings("ignore")  # theirs


@pytest.fixture(scope="module")
def table():
    rng = np.random.default_rng(0)
    age = rng.integers(18, 80, 120).astype(float)
    town = rng.choice(["Ulm", "Bonn", "Köln"], 120).astype(object)
    left = np.where((age > 45) ^ (town == "Ulm"), "yes", "no").astype(object)
    left[:2] = "unknown"
    age[3], town[4] = np.nan, None
    return pd.DataFrame({"age": age, "town": town, "left": left})


@pytest.fixture(scope="module")
def data(table):
    made = load_dataset(table, target="left")
    lacking = [not (made.y[DESIGN.inclusion(made.n_train, trial)] == 1).any() for trial in range(8)]
    assert made.class_names == ("no", "unknown", "yes")
    assert sum(lacking) == 3
    return made


def encoded(table):
    """Text columns by number, others as they are: what a library that wants numbers can be given."""
    levels = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-1)
    return make_column_transformer((levels, make_column_selector(dtype_exclude="number")), remainder="passthrough")


def require_as_its_own_loop(estimator, fitted, data, rows=None):
    """Every bit of correctness as ``fitted(X, codes, seed).predict(X)`` has it, and the same bits a second time."""
    here = sorted(Path().iterdir())
    outcomes, again = (run_trials(unfitted_copy(estimator), data, DESIGN, jobs=1) for _ in range(2))
    X = np.concatenate([data.X, data.X_test]) if rows is None else rows
    y = np.concatenate([data.y, data.y_test])
    expected = []
    for trial in range(DESIGN.n_trials):
        kept = np.flatnonzero(DESIGN.inclusion(data.n_train, trial))
        present, codes = np.unique(data.y[kept], return_inverse=True)
        subset = X[kept] if rows is None else X.iloc[kept]
        answers = fitted(subset, codes, integer_seed(DESIGN.seed, "learner", trial)).predict(X)
        expected.append(present[np.asarray(answers).ravel().astype(int)] == y)
    found = np.hstack([outcomes.correct, outcomes.test_correct])
    np.testing.assert_array_equal(found, np.array(expected))
    np.testing.assert_array_equal(outcomes.margin, again.margin)
    assert sorted(Path().iterdir()) == here, "a library wrote where it was run"


def test_xgboost(data):
    xgboost = pytest.importorskip("xgboost")

    def fitted(X, codes, seed):
        return xgboost.XGBClassifier(n_estimators=5, subsample=0.8, random_state=seed, n_jobs=1).fit(X, codes)

    require_as_its_own_loop(xgboost.XGBClassifier(n_estimators=5, subsample=0.8), fitted, data)


def test_lightgbm_in_a_pipeline_of_columns(table, data):
    lightgbm = pytest.importorskip("lightgbm")
    settings = {"n_estimators": 5, "min_child_samples": 5, "subsample": 0.8, "subsample_freq": 1, "verbose": -1}
    rows = table.drop(columns="left").iloc[np.concatenate([data.position, data.position_test])]

    def fitted(X, codes, seed):
        return make_pipeline(encoded(table), lightgbm.LGBMClassifier(**settings, random_state=seed, n_jobs=1)).fit(
            X, codes
        )

    require_as_its_own_loop(make_pipeline(encoded(table), lightgbm.LGBMClassifier(**settings)), fitted, data, rows)


def filled():
    """CatBoost takes no gap in a level: a level of its own for it."""
    fill = SimpleImputer(strategy="constant", fill_value="(missing)")
    columns = make_column_transformer((fill, ["town"]), remainder="passthrough", verbose_feature_names_out=False)
    return columns.set_output(transform="pandas")


def test_catboost_with_levels_by_name(table, data, tmp_path, monkeypatch):
    catboost = pytest.importorskip("catboost")
    monkeypatch.chdir(tmp_path)
    settings = {"iterations": 5, "verbose": False, "cat_features": ["town"]}
    rows = table.drop(columns="left").iloc[np.concatenate([data.position, data.position_test])]

    def fitted(X, codes, seed):
        quiet = {"random_seed": seed, "thread_count": 1, "allow_writing_files": False}
        return make_pipeline(filled(), catboost.CatBoostClassifier(**settings, **quiet)).fit(X, codes)

    require_as_its_own_loop(make_pipeline(filled(), catboost.CatBoostClassifier(**settings)), fitted, data, rows)
    assert SklearnLearner(estimator=catboost.CatBoostClassifier(**settings)).rows == "frame"


class AmongPresent:
    """A network has an output for each class of the study; those that the subset lacks are not asked."""

    def __init__(self, model, n_present):
        self.model, self.n_present = model, n_present

    def predict(self, X):
        return self.model.predict_proba(X)[:, : self.n_present].argmax(axis=1)


def test_skorch(data):
    skorch, torch = pytest.importorskip("skorch"), pytest.importorskip("torch")

    class Network(torch.nn.Module):
        def __init__(self, n_classes=3):
            super().__init__()
            self.layers = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, n_classes))

        def forward(self, X):
            return self.layers((X - 30) / 30)

    settings = {"criterion": torch.nn.CrossEntropyLoss, "max_epochs": 3, "lr": 0.1, "verbose": 0, "train_split": None}

    def fitted(X, codes, seed):
        torch.manual_seed(seed)
        return AmongPresent(skorch.NeuralNetClassifier(Network, **settings).fit(X, codes), codes.max() + 1)

    require_as_its_own_loop(skorch.NeuralNetClassifier(Network, **settings), fitted, data)


ASKED_ONCE = [
    RandomForestClassifier(n_estimators=4, max_depth=2, random_state=0),
    ExtraTreesClassifier(n_estimators=4, max_depth=2, random_state=0),
    DecisionTreeClassifier(max_depth=2, random_state=0),
    HistGradientBoostingClassifier(max_iter=2, max_leaf_nodes=3, early_stopping=False),
    KNeighborsClassifier(n_neighbors=4),
    make_pipeline(KNeighborsClassifier(n_neighbors=2, algorithm="brute")),
]


@pytest.mark.parametrize("estimator", ASKED_ONCE, ids=lambda estimator: type(estimator).__name__)
@pytest.mark.parametrize("n_classes", [2, 3])
def test_what_is_asked_once_answers_as_its_own_predict(estimator, n_classes, monkeypatch):
    """On a grid of whole numbers, where votes tie."""
    rng = np.random.default_rng(0)
    X, y = rng.integers(0, 4, (90, 2)).astype(np.float32), rng.integers(0, n_classes, 90)
    model = estimator.fit(X, y)
    known = np.arange(n_classes)
    fitted = FittedEstimator(model=model, name="", present=known, given=known)
    expected = model.predict(X)
    monkeypatch.setattr(type(model), "predict", lambda *_: pytest.fail("asked a second time"))
    np.testing.assert_array_equal(fitted.predictions(X, known, n_classes).labels, expected)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize(("library", "name"), [("xgboost", "XGBClassifier"), ("lightgbm", "LGBMClassifier")])
def test_what_is_asked_once_of_other_libraries(library, name, n_classes, monkeypatch):
    kind = getattr(pytest.importorskip(library), name)
    estimator = kind(n_estimators=2, max_depth=1, **({"verbose": -1} if library == "lightgbm" else {}))
    test_what_is_asked_once_answers_as_its_own_predict(estimator, n_classes, monkeypatch)


class CatBoostClassifier:
    """A stand-in for CatBoost's of three classes, which counts the rows that it is asked about.

    Of two classes that are equally likely its ``predict`` takes the second, as CatBoost may: it compares other numbers.
    """

    classes_ = np.arange(3)

    def __init__(self):
        self.asked = {"predict": 0, "predict_proba": 0}

    def predict_proba(self, X):
        self.asked["predict_proba"] += len(X)
        return X / X.sum(axis=1, keepdims=True)

    def predict(self, X):
        self.asked["predict"] += len(X)
        return 2 - X[:, ::-1].argmax(axis=1, keepdims=True)


CatBoostClassifier.__module__ = "catboost.core"


def test_catboost_of_three_classes_is_asked_again_where_two_are_next_to_equal():
    model, known = CatBoostClassifier(), np.arange(3)
    X = np.array([[5.0, 1, 1], [3, 3, 1], [1, 2, 6], [0, 4, 4], [1, 7, 2]])
    fitted = FittedEstimator(model=model, name="", present=known, given=known)
    found = fitted.predictions(X, known, 3)
    np.testing.assert_array_equal(found.labels, [0, 1, 2, 2, 1])
    np.testing.assert_allclose(np.exp(found.logits), np.maximum(X / X.sum(axis=1, keepdims=True), 1e-12))
    assert model.asked == {"predict": 2, "predict_proba": 5}


def test_catboost_is_asked_once_where_two_classes_part_at_one_half(monkeypatch):
    """At another threshold its own ``predict`` is asked, and of three classes where two are next to equal."""
    catboost = pytest.importorskip("catboost")
    settings = {"iterations": 3, "depth": 2, "verbose": False, "thread_count": 1, "allow_writing_files": False}
    rng = np.random.default_rng(0)
    X, known = rng.integers(0, 4, (90, 2)).astype(np.float32), np.arange(3)
    three = catboost.CatBoostClassifier(**settings).fit(X, rng.integers(0, 3, 90))
    shifted = catboost.CatBoostClassifier(**settings).fit(X, X[:, 0] > 1)
    shifted.set_probability_threshold(0.9)
    for model, n in ((three, 3), (shifted, 2)):
        fitted = FittedEstimator(model=model, name="", present=known[:n], given=np.asarray(model.classes_))
        labels = np.searchsorted(np.asarray(model.classes_), np.asarray(model.predict(X)).ravel().astype(int))
        np.testing.assert_array_equal(fitted.predictions(X, known[:n], n).labels, labels)
    estimator = catboost.CatBoostClassifier(**settings)
    test_what_is_asked_once_answers_as_its_own_predict(estimator, 2, monkeypatch)


def test_threads_are_one_unless_the_user_set_them():
    lightgbm = pytest.importorskip("lightgbm")
    assert settings_of_a_trial(lightgbm.LGBMClassifier(), 5)["n_jobs"] == 1
    assert "n_jobs" not in settings_of_a_trial(lightgbm.LGBMClassifier(n_jobs=3), 5)
    assert "n_jobs" not in settings_of_a_trial(lightgbm.LGBMClassifier(num_threads=3), 5)
    assert settings_of_a_trial(make_pipeline(lightgbm.LGBMClassifier()), 5) == {
        "lgbmclassifier__random_state": 5,
        "lgbmclassifier__n_jobs": 1,
    }


class HandsOff:
    """An estimator as CatBoost is: it has settings that ``get_params`` is silent of, and copies what it is given."""

    def __init__(self, cat_features=None, thread_count=None, random_seed=None, allow_writing_files=None):
        self.given = {"cat_features": cat_features, "thread_count": thread_count}

    def get_params(self, deep=True):
        return {name: value and list(value) for name, value in self.given.items() if value is not None}

    def set_params(self, **settings):
        self.given |= settings
        return self


def test_an_estimator_that_cannot_be_cloned_is_copied_and_kept_from_writing():
    estimator = HandsOff(cat_features=["town"])
    assert settings_of_a_trial(estimator, 3) == {"random_seed": 3, "thread_count": 1, "allow_writing_files": False}
    copied = unfitted_copy(estimator)
    copied.given["cat_features"].append("street")
    assert estimator.given["cat_features"] == ["town"]
