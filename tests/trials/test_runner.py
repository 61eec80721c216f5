"""Running trials: purity under jobs and interruption, failures recorded, protocol breaches refused by name."""

import joblib
import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

from longtail.dataset import Dataset, load_dataset
from longtail.errors import DamagedRunError, InputError, StudyMismatchError
from longtail.trials import (
    Predictions,
    SklearnLearner,
    SubsetDesign,
    TooManyFailuresError,
    TrialSet,
    campaign,
    run_trials,
)
from longtail.trials.store import TrialStore


@pytest.fixture(scope="module")
def iris() -> Dataset:
    return load_dataset("iris")


DESIGN = SubsetDesign(n_trials=20, fraction=0.7, seed=0)


def _same(a, b) -> bool:
    fields = ("inclusion", "correct", "test_correct", "margin", "confidence", "trial_numbers")
    return all(np.array_equal(getattr(a, f), getattr(b, f)) for f in fields)


def test_outcomes_are_what_a_loop_over_scikit_learn_gives(iris):
    outcomes = run_trials(GaussianNB(), iris, DESIGN, jobs=1)
    for trial in (0, 7, 19):
        inside = DESIGN.inclusion(iris.n_train, trial)
        model = GaussianNB().fit(iris.X[inside], iris.y[inside])
        assert (outcomes.inclusion[trial] == inside).all()
        assert (outcomes.correct[trial] == (model.predict(iris.X) == iris.y)).all()
        assert (outcomes.test_correct[trial] == (model.predict(iris.X_test) == iris.y_test)).all()
        p = np.maximum(model.predict_proba(iris.X), 1e-12)
        truth = p[np.arange(len(p)), iris.y]
        other = np.where(np.eye(3, dtype=bool)[iris.y], 0, p)
        np.testing.assert_allclose(outcomes.margin[trial], np.log(truth / other.max(axis=1)), rtol=1e-3, atol=1e-3)
        np.testing.assert_allclose(outcomes.confidence[trial], np.log(truth / other.sum(axis=1)), rtol=1e-3, atol=1e-3)


def test_jobs_and_backends_change_nothing(iris):
    tree = DecisionTreeClassifier(max_features=2)
    one = run_trials(tree, iris, DESIGN, jobs=1)
    assert _same(one, run_trials(tree, iris, DESIGN, jobs=2))
    with joblib.parallel_config(backend="threading"):
        assert _same(one, run_trials(tree, iris, DESIGN, jobs=2))


@pytest.mark.parametrize(("jobs", "configured", "expected"), [(None, 3, 3), (2, 3, 2), (None, None, -1)])
def test_the_callers_parallel_config_is_respected(iris, monkeypatch, jobs, configured, expected):
    asked = []

    def parallel(**settings):
        asked.append(settings["n_jobs"])
        return joblib.Parallel(n_jobs=1, return_as="generator_unordered")

    monkeypatch.setattr(campaign, "Parallel", parallel)
    with joblib.parallel_config(backend="threading", **({"n_jobs": configured} if configured else {})):
        run_trials(GaussianNB(), iris, DESIGN, jobs=jobs)
    assert asked == [expected]


def test_each_trial_has_its_own_seed(iris):
    first = run_trials(DecisionTreeClassifier(max_features=1), iris, DESIGN, jobs=1)
    other = run_trials(DecisionTreeClassifier(max_features=1), iris, SubsetDesign(n_trials=20, seed=1), jobs=1)
    assert not np.array_equal(first.correct, other.correct)


def test_a_run_grows_and_reuses_what_is_there(iris, tmp_path):
    run_trials(GaussianNB(), iris, DESIGN, tmp_path, jobs=1)
    seen = []
    longer = SubsetDesign(n_trials=33, fraction=0.7, seed=0)
    grown = run_trials(GaussianNB(), iris, longer, tmp_path, jobs=1, progress=lambda *now: seen.append(now))
    assert seen == [(done, 33) for done in range(20, 34)]
    assert _same(grown, run_trials(GaussianNB(), iris, longer, jobs=1))


def test_margins_of_decision_values_and_no_confidences(iris):
    outcomes = run_trials(LinearSVC(), iris, DESIGN, jobs=1)
    assert outcomes.confidence is None
    signs = np.sign(outcomes.margin[np.abs(outcomes.margin) > 1e-3])
    assert (signs > 0).tolist() == outcomes.correct[np.abs(outcomes.margin) > 1e-3].tolist()


def test_nearest_neighbors_have_finite_margins(iris):
    outcomes = run_trials(KNeighborsClassifier(1), iris, DESIGN, jobs=1)
    assert np.isfinite(outcomes.margin).all()
    assert outcomes.correct[outcomes.inclusion].mean() > 0.99


class _Moody(ClassifierMixin, BaseEstimator):
    """Fails on subsets whose first feature has a large mean."""

    def __init__(self, limit=0.0):
        self.limit = limit

    def fit(self, X, y):
        if X[:, 0].mean() > self.limit:
            raise RuntimeError("bad\nmood")
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.full(len(X), self.classes_[0])


def test_few_failures_are_recorded_and_left_out(iris, tmp_path):
    means = sorted(iris.X[DESIGN.inclusion(iris.n_train, trial), 0].mean() for trial in range(20))
    limit = float((means[-1] + means[-2]) / 2)
    outcomes = run_trials(_Moody(limit), iris, DESIGN, tmp_path, jobs=1)
    assert outcomes.n_trials == 19
    learner = SklearnLearner(estimator=_Moody(limit))
    trial_set = TrialSet.of(iris, learner, DESIGN)
    store = TrialStore(tmp_path / "trials" / trial_set.key, trial_set)
    assert [record.failure for record in store.records() if record.failure] == ["RuntimeError: bad mood"]


def test_many_failures_stop_the_run(iris):
    with pytest.raises(TooManyFailuresError, match=r"3 of 3 trials failed: 3 with RuntimeError: bad mood\. Trials"):
        run_trials(_Moody(-1.0), iris, DESIGN, jobs=1)


class _Broken:
    name, version, executor = "broken", "1", "threads"

    def __init__(self, predictions):
        self.predictions = predictions

    def describe(self):
        return {}

    def fit_predict(self, X, y, X_eval, *, n_classes, seed):
        return self.predictions(len(X_eval), n_classes)


@pytest.mark.parametrize(
    ("predictions", "message"),
    [
        (lambda n, c: Predictions(labels=np.zeros(n - 1, int), logits=None), "learner broken must predict one class"),
        (lambda n, c: Predictions(labels=np.full(n, c), logits=None), r"class \[3\] in trial"),
        (lambda n, c: Predictions(labels=np.zeros(n), logits=None), "learner broken must predict one class"),
        (lambda n, c: Predictions(labels=np.zeros(n, int), logits=np.zeros((n, c + 1))), "give logits of shape"),
        (lambda n, c: Predictions(labels=np.zeros(n, int), logits=np.full((n, c), np.nan)), "without NaN"),
    ],
)
def test_a_breach_of_the_protocol_is_refused_by_name(iris, predictions, message):
    with pytest.raises(InputError, match=message):
        run_trials(_Broken(predictions), iris, DESIGN, jobs=1)


def test_what_is_no_classifier_is_refused(iris):
    with pytest.raises(InputError, match="learner must be one for classification, .* got LinearRegression"):
        run_trials(LinearRegression(), iris, DESIGN)
    with pytest.raises(InputError, match="learner must be a scikit-learn classifier"):
        run_trials(LogisticRegression, iris, DESIGN)


def test_a_flipped_bit_is_named_and_mended_alone(iris, tmp_path):
    whole = run_trials(GaussianNB(), iris, DESIGN, tmp_path, jobs=1)
    (folder,) = (tmp_path / "trials").iterdir()
    victim = folder / "000013.npz"
    content = bytearray(victim.read_bytes())
    place = content.index(whole.margin[13].tobytes()[:16])
    content[place] ^= 0x10
    victim.write_bytes(content)
    trial_set = TrialSet.of(iris, SklearnLearner(estimator=GaussianNB()), DESIGN)
    store = TrialStore(folder, trial_set)
    with pytest.raises(DamagedRunError, match="trial 13 in .* is damaged"):
        store.outcomes()
    seen = []
    mended = run_trials(GaussianNB(), iris, DESIGN, tmp_path, jobs=1, progress=lambda *now: seen.append(now))
    assert seen == [(19, 20), (20, 20)]
    assert _same(mended, whole)


def test_a_store_refuses_other_trials(iris, tmp_path):
    learner = SklearnLearner(estimator=GaussianNB())
    TrialStore(tmp_path, TrialSet.of(iris, learner, DESIGN)).prepare()
    other = TrialSet.of(iris, learner, SubsetDesign(n_trials=20, fraction=0.5))
    with pytest.raises(StudyMismatchError, match=r"design\.fraction: 0\.5, not 0\.7"):
        TrialStore(tmp_path, other)


def test_identity_ignores_the_number_of_trials_and_sees_everything_else(iris):
    def key(estimator, **design):
        return TrialSet.of(iris, SklearnLearner(estimator=estimator), SubsetDesign(**{"n_trials": 20, **design})).key

    plain = key(GaussianNB())
    assert plain == key(GaussianNB(), n_trials=500)
    others = [
        key(GaussianNB(var_smoothing=1e-8)),
        key(LogisticRegression()),
        key(GaussianNB(), fraction=0.5),
        key(GaussianNB(), seed=1),
        key(GaussianNB(), kind="independent"),
    ]
    assert len({plain, *others}) == 6


def test_pickles_are_never_loaded(iris, tmp_path):
    run_trials(GaussianNB(), iris, DESIGN, tmp_path, jobs=1)
    (folder,) = (tmp_path / "trials").iterdir()
    np.savez(folder / "000000.npz", sizes=np.array([{"evil": 1}], dtype=object))
    store = TrialStore(folder, TrialSet.of(iris, SklearnLearner(estimator=GaussianNB()), DESIGN))
    assert store.damaged() == [0]


def test_margins_are_kept_by_choice(iris, tmp_path):
    with_margins = run_trials(GaussianNB(), iris, DESIGN, tmp_path / "all", jobs=1)
    bits = run_trials(GaussianNB(), iris, DESIGN, tmp_path / "bits", jobs=1, margins=False)
    assert (bits.margin, bits.confidence) == (None, None)
    assert np.array_equal(bits.correct, with_margins.correct)
    assert np.array_equal(bits.test_correct, with_margins.test_correct)
    learner = SklearnLearner(estimator=GaussianNB())
    sets = [TrialSet.of(iris, learner, DESIGN, margins=margins) for margins in (True, False)]
    assert sets[1].differences(sets[0]) == ["record: {'margins': False}, not None"]
    store = TrialStore(tmp_path / "bits" / "trials" / sets[1].key, sets[1])
    assert store.example(3).margin is None
    assert np.array_equal(store.example(3).correct, bits.correct[:, 3])
