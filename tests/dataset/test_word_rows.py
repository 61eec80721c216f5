"""All words of texts: weights by hand, what is seen of test rows, and models that are those of a dense table."""

import math
import pickle
from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import BernoulliNB

from longtail.attribution.tangent_of_linear import tangent_of_sklearn_logistic
from longtail.dataset import Dataset, load_dataset
from longtail.dataset.word_rows import word_rows
from longtail.errors import InputError
from longtail.experiments.reference_models import reference_features
from longtail.handed_rows import handed_rows, raw_rows_hash, require_features
from longtail.learners import SklearnLearner
from longtail.learners.names import named_learner
from longtail.trials import SubsetDesign, run_trials

TEXTS = ["red fox", "red red wine", "a wine", "fox fox fox hunt", "red hunt", "fox wine", "red wine", "wine wine"] * 3


def texts(said: list[str] = TEXTS) -> Dataset:
    labels = ["no" if "wine" in text else "yes" for text in TEXTS]
    ages = [1.5 * (row % 7) for row in range(len(said))]
    return load_dataset(pa.table({"said": said, "age": ages, "label": labels}), "label", text="said")


def by_hand(said: list[str], training: list[str]) -> np.ndarray:
    """(1 + log c) (1 + log((1 + n) / (1 + d))), in rows of length one, words in alphabetical order."""
    words = sorted({word for text in training for word in text.split() if len(word) > 1})
    with_word = {word: sum(word in text.split() for text in training) for word in words}
    rows = []
    for text in said:
        counts = Counter(word for word in text.split() if word in with_word)
        row = [
            (1 + math.log(counts[word])) * (1 + math.log((1 + len(training)) / (1 + with_word[word])))
            if counts[word]
            else 0.0
            for word in words
        ]
        length = math.hypot(*row)
        rows.append([weight / length if length else 0.0 for weight in row])
    return np.array(rows)


def test_weights_are_those_of_the_formula_and_other_columns_follow_in_their_own_unit():
    data = texts()
    rows = word_rows(data)
    said = [data.originals.words(place) for place in np.concatenate([data.position, data.position_test])]
    expected = by_hand(said, said[: data.n_train])
    assert len(rows) == data.n_train + data.n_test == rows.shape[0]
    np.testing.assert_allclose(rows.toarray()[:, :-1], expected, rtol=1e-12)
    ages = 1.5 * (np.concatenate([data.position, data.position_test]) % 7)
    np.testing.assert_allclose(rows.toarray()[:, -1], ages / ages[: data.n_train].std(), rtol=1e-6)


def test_words_beyond_the_thousand_have_weights_too_and_those_of_test_rows_none():
    many = [f"word{row} common other{row}" for row in range(800)]
    table = pa.table({"said": many, "label": ["no", "yes"] * 400})
    data = load_dataset(table, "label", text="said")
    assert data.X.shape[1] == 1000
    assert word_rows(data).shape[1] == 2 * data.n_train + 1
    assert (np.diff(word_rows(data).indptr)[data.n_train :] == 1).all()  # "common" alone is known of a test row


def test_trials_share_read_only_rows_and_any_text_tells_studies_apart():
    data, learner = texts(), named_learner("text-logistic")
    assert handed_rows(learner, data) is word_rows(data)
    with pytest.raises(ValueError, match="read-only"):
        word_rows(data).data[0] = 2
    other = texts(["wine fox", *TEXTS[1:]])
    assert raw_rows_hash(learner, data) != raw_rows_hash(learner, other)
    with pytest.raises(InputError, match="for canaries; got one that reads texts. batched-logistic takes features."):
        require_features(learner, "canaries")


def test_where_no_column_is_a_text_the_features_are_handed():
    learner = named_learner("text-logistic")
    data = load_dataset("iris")
    assert np.array_equal(handed_rows(learner, data), np.concatenate([data.X, data.X_test]))
    assert raw_rows_hash(learner, data) == {}


def test_models_are_those_of_a_dense_table_on_the_same_subsets():
    data, design = texts(), SubsetDesign(n_trials=4)
    found = run_trials(named_learner("text-logistic"), data, design, jobs=1)
    dense = word_rows(data).toarray()
    for trial in range(4):
        rows = np.flatnonzero(found.inclusion[trial])
        model = LogisticRegression(tol=1e-10, max_iter=10_000).fit(dense[rows], data.y[rows])
        value = model.decision_function(dense[: data.n_train])
        margin = np.where(data.y == 1, value, -value)
        np.testing.assert_allclose(found.margin[trial], margin, atol=5e-3)


def test_attributions_are_those_of_a_table_with_the_same_weights():
    data, rows = texts(), np.arange(0, 20, 2)
    found = tangent_of_sklearn_logistic(named_learner("text-logistic"), data, rows, 0)
    train, test = np.split(word_rows(data).toarray(), [data.n_train])
    table = Dataset.from_arrays(train, data.y, test, data.y_test, name="words")
    of_features = SklearnLearner(estimator=named_learner("text-logistic").estimator, rows="features")
    expected = tangent_of_sklearn_logistic(of_features, table, rows, 0)
    for name in ("kernel", "cross", "doubt", "margin"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), rtol=1e-3, atol=1e-5)


def test_the_reference_model_sees_all_words():
    data = texts()
    train, test, unordered = reference_features(data, "text-logistic")
    assert (train.shape, test.shape) == ((data.n_train, 5), (data.n_test, 5))
    assert unordered == ()


def test_any_classifier_that_takes_sparse_rows_can_have_the_words_and_a_pickled_row_has_its_length():
    data = texts()
    learner = SklearnLearner(estimator=BernoulliNB(), rows="words")
    rows = np.arange(0, 19, 2)
    found = learner.fit_predict(word_rows(data)[rows], data.y[rows], word_rows(data), n_classes=2, seed=0)
    dense = word_rows(data).toarray()
    assert np.array_equal(found.labels, BernoulliNB().fit(dense[rows], data.y[rows]).predict(dense))
    assert learner.describe()["rows"] == "words"
    assert len(pickle.loads(pickle.dumps(word_rows(data)))) == len(data.y) + data.n_test
