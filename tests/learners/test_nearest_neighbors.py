"""Nearest neighbors on many subsets: by scikit-learn's brute force, by the exact probabilities, by short lists."""

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

import longtail as lt
from longtail.errors import InputError
from longtail.handed_rows import told_of
from longtail.learners import NearestNeighbors, nearest_neighbors
from longtail.learners.kept import Kept, content_of
from longtail.scores import exact_knn_memorization


def subsets_of(n, share, count, seed):
    rng = np.random.default_rng(seed)
    return [np.sort(rng.permutation(n)[: round(share * n)]) for _ in range(count)]


@pytest.mark.parametrize("k", [1, 4])
@pytest.mark.parametrize("share", [0.7, 0.05])
def test_each_model_is_the_brute_force_one_of_scikit_learn(k, share):
    """On real numbers no two distances are equal; of equal votes both take the smallest label."""
    rng = np.random.default_rng(0)
    X, X_test = rng.normal(size=(300, 3)).astype(np.float32), rng.normal(size=(90, 3)).astype(np.float32)
    y = rng.integers(0, 3, 300)
    everything = np.concatenate([X, X_test])
    chosen = subsets_of(300, share, 5, 1)
    learner = NearestNeighbors(n_neighbors=k)
    answers = learner.fit_predict_many(X, y, chosen, everything, n_classes=3, seeds=[0] * 5)
    for rows, answer in zip(chosen, answers, strict=True):
        theirs = KNeighborsClassifier(k, algorithm="brute").fit(X[rows], y[rows])
        np.testing.assert_array_equal(answer.labels, theirs.predict(everything))
        share_of_votes = np.zeros((390, 3))
        share_of_votes[:, theirs.classes_] = theirs.predict_proba(everything)
        np.testing.assert_allclose(np.exp(answer.logits), share_of_votes, atol=1e-6)


def test_lists_that_end_too_early_change_no_answer(monkeypatch):
    """With lists of one neighbor, nearly every model must search anew; ties are settled the same way."""
    rng = np.random.default_rng(2)
    X = rng.integers(0, 4, (120, 2)).astype(np.float32)  # many equal distances
    y = rng.integers(0, 3, 120)
    chosen = subsets_of(120, 0.3, 4, 3)
    ask = {"X": X, "y": y, "subsets": chosen, "X_eval": X, "n_classes": 3, "seeds": [0] * 4}
    whole = NearestNeighbors(n_neighbors=3).fit_predict_many(**ask)
    monkeypatch.setattr(nearest_neighbors, "_length", lambda *_: 1)
    for one, other in zip(whole, NearestNeighbors(n_neighbors=3).fit_predict_many(**ask), strict=True):
        np.testing.assert_array_equal(one.labels, other.labels)
        np.testing.assert_array_equal(one.logits, other.logits)


def test_trials_of_it_have_the_exact_memorization_as_their_mean():
    """Another route: the closed form over all subsets. 2,000 models at seed 7 on a grid full of ties and copies.

    Each of 60 differences is at most 5 standard errors of a difference of two proportions, plus two trials of slack
    for those whose error is estimated as zero: the chance that a right learner fails is below 1e-4.
    """
    rng = np.random.default_rng(5)
    X = rng.integers(0, 5, (60, 2)).astype(np.float32)
    data = lt.Dataset.from_arrays(X, rng.integers(0, 2, 60), X_test=X[:2], y_test=[0, 1])
    learner = NearestNeighbors(n_neighbors=3, feature_units=(1.0, 1.0))
    inside = list(subsets_of(60, 0.6, 2000, 7))
    answers = learner.fit_predict_many(data.X, data.y, inside, data.X, n_classes=2, seeds=[0] * 2000)
    member = np.zeros((2000, 60), bool)
    for trial, rows in enumerate(inside):
        member[trial, rows] = True
    right = np.array([answer.labels for answer in answers]) == data.y
    exact = exact_knn_memorization(data.X, data.y, n_neighbors=3, fraction=0.6)
    for part, truth in ((member, exact.correct_in), (~member, exact.correct_out)):
        count = part.sum(axis=0)
        found = (right & part).sum(axis=0) / count
        error = np.sqrt(np.maximum(truth * (1 - truth), 0) / count)
        assert (np.abs(found - truth) <= 5 * error + 2 / count).all()


def test_lists_are_as_long_as_all_but_one_model_in_a_million_needs():
    length = nearest_neighbors._length(60_000, 42_000, 5)
    assert nearest_neighbors._few_met(length, 0.7, 5) <= 1e-6
    assert length < 40
    assert nearest_neighbors._length(50, 50, 5) == 5
    assert nearest_neighbors._length(50, 2, 5) == 50


def test_columns_of_a_table_have_one_weight_and_pixels_their_own():
    """A column in other units changes no answer, since the data say what it is divided by."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 2))
    told = [told_of(NearestNeighbors(), lt.Dataset.from_arrays(X * scale, X[:, 0] > 0)) for scale in ((1, 1), (1, 1e4))]
    ratio = np.divide(told[1].feature_units, told[0].feature_units)
    np.testing.assert_allclose(ratio, (1, 1e4), rtol=1e-5)
    assert told_of(NearestNeighbors(), lt.load_dataset("digits")).feature_units == ()
    assert told[0].describe() == NearestNeighbors().describe()


def test_another_array_of_the_same_shape_is_searched_anew():
    """Also when the numbers are changed in place."""
    X, y = np.array([[0.0], [1.0], [2.0], [3.0]], np.float32), np.array([0, 0, 1, 1])
    ask = np.array([[0.2], [2.9]], np.float32)
    learner = NearestNeighbors()
    assert learner.fit_predict(X, y, ask, n_classes=2, seed=0).labels.tolist() == [0, 1]
    X[:] = X[::-1].copy()
    assert learner.fit_predict(X, y, ask, n_classes=2, seed=0).labels.tolist() == [1, 0]


def test_the_last_two_are_kept_and_no_more():
    kept, made = Kept(), []
    for key in (1, 2, 1, 3, 1, 2):
        kept.get(key, lambda key=key: made.append(key))
    assert made == [1, 2, 3, 2]
    assert content_of(np.zeros((2, 3), np.float32)) != content_of(np.zeros((3, 2), np.float32))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"n_neighbors": 0}, "n_neighbors must be a whole number of at least 1"),
        ({"feature_units": (1.0, 0.0)}, "feature_units must be positive finite numbers"),
    ],
)
def test_settings_out_of_range_are_refused(settings, message):
    with pytest.raises(InputError, match=message):
        NearestNeighbors(**settings)


def test_units_of_other_features_are_refused():
    with pytest.raises(InputError, match="feature_units must hold a number for each of the 1 features; got 2"):
        NearestNeighbors(feature_units=(1.0, 2.0)).fit_predict(
            np.zeros((2, 1), np.float32), np.array([0, 1]), np.zeros((1, 1), np.float32), n_classes=2, seed=0
        )
