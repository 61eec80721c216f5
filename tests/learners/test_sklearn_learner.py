"""scikit-learn estimators as learners, against the same estimator in a loop of its own, trial for trial."""

import warnings

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.multiclass import OneVsOneClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PowerTransformer, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.learners import SklearnLearner
from longtail.learners.class_names import labels_of, with_class_names
from longtail.learners.seeding import global_generators_seeded, seed_parameters
from longtail.limits import LabelPrivate
from longtail.trials import SubsetDesign, TooManyFailuresError, run_trials

DESIGN, TREE = SubsetDesign(n_trials=20, seed=0), DecisionTreeClassifier()


def blobs(labels=(0, 1, 2), n=120, seed=0):
    rng = np.random.default_rng(seed)
    code = np.arange(n) % len(labels)
    X = rng.normal(size=(n, 4)).astype(np.float32)
    X[:, 0] += 1.5 * (code == 1)
    X[:, 1] += 1.5 * (code == 2)
    return X, np.array(labels)[code]


def studied(X, y, n_test=30):
    return Dataset.from_arrays(X, y, X[:n_test] + 0.1, y[:n_test])


def own_loop(estimator, X, y, inclusion):
    """Correctness of the estimator fitted to each subset, without longtail."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.array([estimator.fit(X[kept].copy(), y[kept]).predict(X.copy()) == y for kept in inclusion])


class Fussy(ClassifierMixin, BaseEstimator):
    """As XGBoost has it: labels are 0..k-1 without a gap; as CatBoost has it: labels come back as a column."""

    def fit(self, X, y):
        if y.dtype.kind not in "iu" or not np.array_equal(np.unique(y), np.arange(y.max() + 1)):
            raise ValueError(f"Invalid classes inferred from unique values of `y`. Got {np.unique(y)}")
        self.classes_, self.model_ = np.unique(y), GaussianNB().fit(X, y)
        return self

    def predict(self, X):
        return self.model_.predict(X)[:, None]

    def predict_proba(self, X):
        return self.model_.predict_proba(X)


class AllOutputs(ClassifierMixin, BaseEstimator):
    """As skorch has it: an output for every class, whatever the subset holds, and the number of the largest."""

    def fit(self, X, y):
        self.model_ = GaussianNB().fit(X, y)
        return self

    def predict_proba(self, X):
        outputs = np.full((len(X), 3), 1e-9)
        outputs[:, self.model_.classes_] = self.model_.predict_proba(X)
        return outputs

    def predict(self, X):
        return self.predict_proba(X).argmax(axis=1)


@pytest.mark.parametrize("labels", [(0, 1, 2), (3, 10, 40), ("a", "b", "c"), (False, True)])
@pytest.mark.parametrize("estimator", [GaussianNB(), Fussy(), RidgeClassifier(), SVC(C=10)])
def test_correctness_is_that_of_a_loop_of_ones_own(estimator, labels):
    X, y = blobs(labels)
    outcomes = run_trials(estimator, studied(X, y), DESIGN, jobs=1)
    same = GaussianNB() if isinstance(estimator, Fussy) else estimator
    assert np.array_equal(outcomes.correct, own_loop(same, X, y, outcomes.inclusion))
    assert np.array_equal(outcomes.margin > 0, outcomes.correct)


@pytest.mark.parametrize("estimator", [LogisticRegression(), Fussy(), AllOutputs(), SVC(C=100), TREE])
def test_a_class_that_a_subset_lacks_is_predicted_never_and_is_no_failure(estimator):
    """Two twins are all of class 2. By hand: without them they are wrong, with them right, in all 40 trials."""
    X, y = blobs((0, 1))
    X[:2], y[:2] = 9, 2
    outcomes = run_trials(estimator, studied(X, y), SubsetDesign(n_trials=40, seed=0), jobs=1)
    assert outcomes.n_trials == 40
    seen = outcomes.inclusion[:, :2].any(axis=1)
    assert 0 < seen.sum() < 40
    assert np.array_equal(outcomes.correct[:, 0], seen)
    assert np.array_equal(outcomes.correct[:, 1], seen)


@pytest.mark.parametrize("estimator", [LogisticRegression(), RidgeClassifier(), SVC()])
def test_of_a_subset_of_one_class_that_class_is_predicted(estimator):
    """scikit-learn refuses to fit; a rule that knows one label has one answer."""
    X, y = blobs((0, 1))
    y[:] = 0
    y[:2] = 1
    outcomes = run_trials(estimator, studied(X, y), SubsetDesign(n_trials=40, seed=0), jobs=1)
    alone = ~outcomes.inclusion[:, :2].any(axis=1)
    assert alone.any()
    assert np.array_equal(outcomes.correct[alone], np.tile(y == 0, (alone.sum(), 1)))
    assert np.array_equal(outcomes.margin > 0, outcomes.correct)


@pytest.mark.parametrize("labels", [(1, 2, 3), ("hen", "owl", "tit")])
def test_class_weights_speak_the_labels_of_the_user(labels):
    X, y = blobs(labels)
    weighted = make_pipeline(StandardScaler(), LogisticRegression(class_weight={labels[0]: 100.0}))
    outcomes = run_trials(weighted, studied(X, y), DESIGN, jobs=1)
    assert np.array_equal(outcomes.correct, own_loop(weighted, X, y, outcomes.inclusion))
    assert outcomes.correct[:, y == labels[0]].mean() > 0.97
    with pytest.raises(Exception, match="class_weight must name labels of the data"):
        run_trials(LogisticRegression(class_weight={"crow": 2.0}), studied(X, y), DESIGN, jobs=1)


def test_limits_hand_the_labels_on():
    limited = with_class_names(LabelPrivate(inner=SklearnLearner(estimator=GaussianNB()), epsilon=1.0), ("a", "b"))
    assert limited.inner.class_names == ("a", "b")
    assert limited.describe() == LabelPrivate(inner=SklearnLearner(estimator=GaussianNB()), epsilon=1.0).describe()
    assert labels_of(("0", "01"), 2).tolist() == ["0", "01"]


def test_pairwise_decisions_are_votes():
    """scikit-learn makes the same of them itself, where it is asked to; three pairs of three classes look alike."""
    for n_classes in (3, 4):
        X, y = blobs(tuple(range(n_classes)))
        made = [
            run_trials(SVC(C=100, decision_function_shape=shape), studied(X, y), DESIGN, jobs=1)
            for shape in ("ovr", "ovo")
        ]
        np.testing.assert_allclose(made[1].margin.astype(float), made[0].margin.astype(float), atol=2e-3)
        assert np.array_equal(made[1].correct, made[0].correct)
    X, y = blobs()
    own = run_trials(OneVsOneClassifier(RidgeClassifier()), studied(X, y), DESIGN, jobs=1)
    assert np.array_equal(own.margin > 0, own.correct)


@pytest.mark.parametrize("scaler", [StandardScaler, PowerTransformer])
def test_steps_that_change_what_they_are_given_get_a_copy(scaler):
    X, y = blobs()
    X = X * np.array([1, 10, 0.1, 5], np.float32) + np.array([3, 50, -2, 7], np.float32)
    data = studied(X, y)
    kept = data.X.copy()
    careful, careless = (
        run_trials(make_pipeline(scaler(copy=copy), LogisticRegression()), data, DESIGN, jobs=1)
        for copy in (True, False)
    )
    assert np.array_equal(careful.confidence, careless.confidence)
    assert np.array_equal(careful.correct, careless.correct)
    assert np.array_equal(data.X, kept)


@pytest.mark.filterwarnings("ignore:.*probability.*:FutureWarning")
def test_where_labels_and_probabilities_contradict_the_label_has_the_last_word():
    X, y = blobs(n=240)
    outcomes = run_trials(SVC(C=100, gamma=1.0, probability=True), studied(X, y), DESIGN, jobs=1)
    tie = outcomes.margin == 0
    assert np.array_equal((outcomes.margin > 0)[~tie], outcomes.correct[~tie])


class Drawn(ClassifierMixin, BaseEstimator):
    """Without a parameter for a seed: it draws from NumPy's global generator."""

    def fit(self, X, y):
        self.classes_, self.W_ = np.unique(y), np.random.normal(size=(X.shape[1], 5))  # noqa: NPY002
        self.model_ = GaussianNB().fit(X @ self.W_, y)
        return self

    def predict(self, X):
        return self.model_.predict(X @ self.W_)


class Silent(ClassifierMixin, BaseEstimator):
    """As CatBoost has it: the constructor takes a ``random_seed`` that ``get_params`` is silent of."""

    def __init__(self, random_seed=None):
        self.random_seed = random_seed

    def get_params(self, deep=True):
        return {} if self.random_seed is None else {"random_seed": self.random_seed}

    def set_params(self, **parameters):
        vars(self).update(parameters)
        return self

    def fit(self, X, y):
        self.classes_, self.seen_ = np.unique(y), self.random_seed
        return self

    def predict(self, X):
        return np.random.default_rng(self.seen_).choice(self.classes_, len(X))


@pytest.mark.parametrize("estimator", [Drawn(), Silent(), make_pipeline(StandardScaler(), Silent())])
def test_one_seed_gives_one_model_whoever_takes_it(estimator):
    X, y = blobs()
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    one, same = (run_trials(estimator, studied(X, y), DESIGN, jobs=1) for _ in range(2))
    other = run_trials(estimator, studied(X, y), SubsetDesign(n_trials=20, seed=1), jobs=1)
    assert np.array_equal(one.correct, same.correct)
    assert not np.array_equal(one.correct, other.correct)
    assert len({row.tobytes() for row in one.correct}) > 1
    assert np.array_equal(np.random.get_state()[1], before)  # noqa: NPY002


def test_seeds_find_their_way():
    assert seed_parameters(Silent()) == ["random_seed"]
    assert seed_parameters(make_pipeline(Silent())) == ["silent__random_seed"]
    assert seed_parameters(GaussianNB()) == []
    with global_generators_seeded(3):
        first = np.random.random()  # noqa: NPY002
    with global_generators_seeded(3):
        assert np.random.random() == first  # noqa: NPY002


class Coded(ClassifierMixin, BaseEstimator):
    """Answers with numbers of its own, 0..k-1, whatever the labels are."""

    def fit(self, X, y):
        self.classes_, self.model_ = np.unique(y), GaussianNB().fit(X, y)
        return self

    def predict(self, X):
        return np.searchsorted(self.classes_, self.model_.predict(X))


@pytest.mark.parametrize("labels", [("a", "b", "c"), (1, 2, 3)])
def test_numbers_in_place_of_labels_are_refused_and_not_taken_for_absent_classes(labels):
    X, y = blobs(labels)
    with pytest.raises(TooManyFailuresError, match="predict one of the 3 classes; got class 0. Answer with labels"):
        run_trials(Coded(), studied(X, y), SubsetDesign(n_trials=20, seed=0), jobs=1)


class Astray(ClassifierMixin, BaseEstimator):
    def __init__(self, answer="wide"):
        self.answer = answer

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.zeros((len(X), 2)) if self.answer == "wide" else np.full(len(X), 77)


@pytest.mark.parametrize(
    ("answer", "message"), [("wide", "one class for each of"), ("strange", "one of the 3 classes; got class 77")]
)
def test_answers_that_are_no_labels_are_refused(answer, message):
    X, y = blobs()
    with pytest.raises(InputError, match=message):
        SklearnLearner(estimator=Astray(answer)).fit_predict(X, y, X, n_classes=3, seed=0)


class Unsound(Astray):
    """Predicts, but its probabilities are none, or its fit ends the process."""

    def fit(self, X, y):
        if self.answer == "exit":
            raise SystemExit(3)
        return super().fit(X, y)

    def predict(self, X):
        return np.full(len(X), self.classes_[0])

    def predict_proba(self, X):
        row = {"ones": [1.0, 1.0, 1.0], "negative": [2.0, -0.5, -0.5], "unknown": [0.0, 0.0, 0.0]}[self.answer]
        return np.tile(row, (len(X), 1))


@pytest.mark.parametrize(
    ("answer", "message"),
    [("ones", "probabilities that add up to 1; got 1, 1, 1 for example 0"), ("negative", "got 2, -0.5, -0.5 for")],
)
def test_what_is_no_probability_is_refused(answer, message):
    X, y = blobs()
    with pytest.raises(InputError, match=message):
        SklearnLearner(estimator=Unsound(answer)).fit_predict(X, y, X, n_classes=3, seed=0)
    SklearnLearner(estimator=Unsound("unknown")).fit_predict(X, y, X, n_classes=3, seed=0)


def test_a_fit_that_ends_the_process_is_named():
    X, y = blobs()
    with pytest.raises(TooManyFailuresError, match=r"Unsound must leave the process running; got exit\(3\) in a fit"):
        run_trials(Unsound("exit"), studied(X, y), SubsetDesign(n_trials=20, seed=0), jobs=1)
