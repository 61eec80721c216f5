"""Pipelines that read columns by name or texts, in trials, against the same pipeline in a pandas loop of its own."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.compose import ColumnTransformer, make_column_selector, make_column_transformer
from sklearn.ensemble import VotingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB, MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from longtail.dataset import Dataset, load_dataset
from longtail.dataset.raw_rows import frame_rows, hash_of_rows, text_rows
from longtail.errors import InputError
from longtail.experiments.canaries import audit_one_run
from longtail.experiments.variance_split import variance_split
from longtail.learners import SklearnLearner
from longtail.learners.wanted_rows import rows_of_estimator
from longtail.limits import LabelPrivate
from longtail.randomness import integer_seed
from longtail.trials import SubsetDesign, run_trials
from longtail.trials.trial_set import TrialSet

DESIGN = SubsetDesign(n_trials=8, fraction=0.5, seed=3)


def table(n=60):
    """A text label with a class of two rows, which subsets lack; a number, a town and a review with gaps."""
    rng = np.random.default_rng(0)
    age = rng.integers(18, 80, n).astype(float)
    town = rng.choice(["Ulm", "Bonn", "Köln"], n).astype(object)
    words = ["good", "bad", "late", "kind", "cold"]
    review = np.array([" ".join(rng.choice(words, 3)) for _ in range(n)], object)
    left = np.where((age > 45) ^ (town == "Ulm"), "yes", "no").astype(object)
    left[:2] = "unknown"
    age[3], town[4], review[5] = np.nan, None, None
    client = rng.permutation(n) + 1000
    sector = rng.choice(["north", "south"], n)
    return pd.DataFrame(
        {"client_id": client, "age": age, "town": town, "review": review, "sector": sector, "left": left}
    )


@pytest.fixture
def data(tmp_path):
    path = tmp_path / "visits.csv"
    table().to_csv(path, index=False)
    return load_dataset(path, target="left", group="sector", text="review")


def numbers():
    return make_pipeline(SimpleImputer(), StandardScaler())


def levels():
    return OneHotEncoder(handle_unknown="ignore")


def by_name():
    return make_pipeline(
        ColumnTransformer([("n", numbers(), ["age"]), ("c", levels(), ["town"]), ("t", TfidfVectorizer(), "review")]),
        LogisticRegression(),
    )


def by_selector():
    chosen = [(numbers(), make_column_selector(dtype_include="number"))]
    chosen += [(levels(), make_column_selector(pattern="^town$"))]
    return make_pipeline(make_column_transformer(*chosen), DecisionTreeClassifier(random_state=0))


def by_words():
    return make_pipeline(TfidfVectorizer(), MultinomialNB())


def own_loop(estimator, data, column=None):
    """Correctness of the estimator on each subset, by pandas and scikit-learn alone, with the trial's seed."""
    read = table()
    read["review"] = read["review"].fillna("")
    order = np.concatenate([data.position, data.position_test])
    X, y = read.drop(columns=["left", "sector", "client_id"]).iloc[order], read["left"].to_numpy(object)[order]
    X = X if column is None else X[column]
    answers = []
    for trial in range(DESIGN.n_trials):
        kept = np.flatnonzero(DESIGN.inclusion(data.n_train, trial))
        seeded = [name for name in estimator.get_params() if name.endswith("random_state")]
        estimator.set_params(**dict.fromkeys(seeded, integer_seed(DESIGN.seed, "learner", trial)))
        answers.append(estimator.fit(X.iloc[kept], y[kept].astype(str)).predict(X) == y)
    return np.array(answers)


@pytest.mark.parametrize(
    ("make", "column"), [(by_name, None), (by_selector, None), (by_words, "review")], ids=["name", "selector", "words"]
)
def test_as_a_loop_of_your_own(data, make, column):
    """Every bit, although one class is missing from some of the subsets."""
    absent = [
        not (data.y[DESIGN.inclusion(data.n_train, t)] == data.class_names.index("unknown")).any() for t in range(8)
    ]
    assert 0 < sum(absent) < 8
    outcomes = run_trials(make(), data, DESIGN, jobs=1)
    right = own_loop(make(), data, column)
    np.testing.assert_array_equal(outcomes.correct, right[:, : data.n_train])
    np.testing.assert_array_equal(outcomes.test_correct, right[:, data.n_train :])


def test_the_frame_has_the_types_of_pandas_and_no_column_that_is_no_feature(data):
    frame = frame_rows(data)
    read = table()[["age", "town", "review"]]
    read["review"] = read["review"].fillna("")
    order = np.concatenate([data.position, data.position_test])
    pd.testing.assert_frame_equal(frame, read.iloc[order].reset_index(drop=True))


def test_types_that_tables_have():
    days = pd.to_datetime(["2020-01-31", None, "2021-05-01", "2022-01-01"] * 5)
    frame = pd.DataFrame(
        {
            "level": pd.Categorical(["a", "b", None, "a"] * 5, categories=["c", "b", "a"], ordered=True),
            "whole": pd.array([1, None, 3, 4] * 5, dtype="Int64"),
            "truth": pd.array([True, None, False, True] * 5, dtype="boolean"),
            "day": days,
            "y": ["p", "q"] * 10,
        }
    )
    data = load_dataset(frame, target="y")
    found = frame_rows(data)
    assert list(found["level"].cat.categories) == ["c", "b", "a"]
    assert found["level"].cat.ordered
    assert list(found.iloc[:1]["level"].cat.categories) == ["c", "b", "a"]
    assert found["whole"].dtype == float
    assert found["day"].dtype.kind == "M"
    assert {value for value in found["truth"] if value == value} == {True, False}
    assert hash_of_rows(found) == hash_of_rows(frame_rows(data))
    for column in ("level", "whole", "truth", "day"):
        changed = found.copy()
        changed.loc[0, column] = changed[column][
            changed[column].notna() & (changed[column] != changed[column][0])
        ].iloc[0]
        assert hash_of_rows(changed) != hash_of_rows(found), column
    changed = found.copy()
    changed["level"] = changed["level"].cat.add_categories(["d"])
    assert hash_of_rows(changed) != hash_of_rows(found)


def test_processes_give_the_bits_of_one(data):
    alone, beside = (run_trials(by_name(), data, DESIGN, jobs=jobs) for jobs in (1, 2))
    np.testing.assert_array_equal(alone.correct, beside.correct)
    np.testing.assert_array_equal(alone.margin, beside.margin)


class Vandal(ClassifierMixin, BaseEstimator):
    """Changes the frame that it is given, and knows how it looked."""

    rows = "frame"

    def fit(self, X, y):
        assert X["age"].max() < 1000
        X["age"] = 10_000.0
        self.classes_, self.usual_ = np.unique(y, return_counts=True)
        return self

    def predict(self, X):
        assert X["age"].max() < 1000
        X["age"] = 10_000.0
        return np.full(len(X), self.classes_[self.usual_.argmax()])


def test_the_frame_is_lent(data):
    usual = run_trials(Vandal(), data, DESIGN, jobs=1)
    assert usual.n_trials == DESIGN.n_trials


def test_limits_and_other_experiments_hand_rows_on(data):
    private = run_trials(LabelPrivate(inner=SklearnLearner(estimator=by_name()), epsilon=50.0), data, DESIGN, jobs=1)
    np.testing.assert_array_equal(private.correct, run_trials(by_name(), data, DESIGN, jobs=1).correct)
    copies = LabelPrivate(inner=SklearnLearner(estimator=by_name()), epsilon=3.0, stages=2, debias=True)
    assert run_trials(copies, data, DESIGN, jobs=1).n_trials == DESIGN.n_trials
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert variance_split(by_words(), data, SubsetDesign(n_trials=4, seed=0), n_seeds=2, jobs=1)
    with pytest.raises(InputError, match="take encoded features, for canaries"):
        audit_one_run(data, by_words(), n_canaries=12)


@pytest.mark.parametrize(
    ("column", "why"),
    [
        ("left", "'left', which is the target"),
        ("sector", "'sector', which is the group"),
        ("client_id", "'client_id', which is an identifier"),
        ("wage", "got 'wage'"),
    ],
)
def test_columns_that_are_not_there_to_learn_from(data, column, why):
    asks = make_pipeline(ColumnTransformer([("c", levels(), [column])]), GaussianNB())
    with pytest.raises(InputError, match=why) as refused:
        run_trials(asks, data, DESIGN, jobs=1)
    assert "\n" not in str(refused.value)


def test_a_column_that_was_dropped(tmp_path):
    path = tmp_path / "visits.csv"
    table().to_csv(path, index=False)
    data = load_dataset(path, target="left", drop=["town"])
    with pytest.raises(InputError, match="'town', which is left out as asked"):
        run_trials(by_name(), data, DESIGN, jobs=1)
    with pytest.raises(InputError, match="be given data with a text"):
        run_trials(by_words(), data, DESIGN, jobs=1)


@pytest.mark.parametrize("make", [by_name, by_words])
def test_data_without_a_table(make):
    data = Dataset.from_arrays([[0.0], [1.0]] * 10, ["no", "yes"] * 10)
    with pytest.raises(InputError, match="be given data that have a table") as refused:
        run_trials(make(), data, DESIGN, jobs=1)
    assert "\n" not in str(refused.value)


def test_what_an_estimator_wants():
    assert rows_of_estimator(by_name()) == rows_of_estimator(by_selector()) == "frame"
    assert rows_of_estimator(by_words()) == "text"
    assert rows_of_estimator(VotingClassifier([("a", by_name()), ("b", GaussianNB())])) == "frame"
    assert rows_of_estimator(make_pipeline("passthrough", by_words())) == "text"
    assert rows_of_estimator(make_pipeline(StandardScaler(), GaussianNB())) == "features"
    assert rows_of_estimator(make_pipeline(make_column_transformer((levels(), [0, 2])), GaussianNB())) == "features"
    hidden = make_pipeline(FunctionTransformer(), GaussianNB())
    assert SklearnLearner(estimator=hidden).rows == "features"
    assert SklearnLearner(estimator=hidden, rows="frame").rows == "frame"


def test_identities_tell_rows_and_selectors_apart(data, tmp_path):
    def key(learner, data):
        return TrialSet.of(data, SklearnLearner(estimator=learner), DESIGN).key

    path = tmp_path / "other.csv"
    changed = table()
    changed.loc[data.position[0], "review"] = "good GOOD Cold"
    changed.to_csv(path, index=False)
    upper = load_dataset(path, target="left", group="sector", text="review")
    changed.loc[data.position[0], "review"] = "good good cold"
    changed.to_csv(path, index=False)
    lower = load_dataset(path, target="left", group="sector", text="review")
    assert upper.content_hash == lower.content_hash  # features are words in lower case
    assert key(by_words(), upper) != key(by_words(), lower)
    assert key(GaussianNB(), upper) == key(GaussianNB(), lower)
    one, other = (
        make_pipeline(make_column_transformer((numbers(), make_column_selector(pattern=pattern))), GaussianNB())
        for pattern in ("age", "a")
    )
    assert key(one, data) != key(other, data)
    assert text_rows(data)[np.flatnonzero(np.concatenate([data.position, data.position_test]) == 5)[0]] == ""
