"""Reference models: what the commonest class and a plain model get on the test examples, beside the study's learner.

The plain model is scikit-learn's ``HistGradientBoostingClassifier`` for the columns of a table, and its
``LogisticRegression`` for texts, embeddings and pictures (standardized, but for weights of words), and where there are
more than thirty classes; both as they come. It is trained once, on all training examples, or on a random part of them,
by class, where all of them would take more than seconds. The study's learner is trained once besides, on all examples
that are studied.
"""

import warnings
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from longtail.analysis.accuracy import mean_over_examples, mean_over_trials
from longtail.arguments import checked
from longtail.dataset import Dataset
from longtail.dataset.kind_of_data import kind_of_data
from longtail.dataset.splitting import stratified_sample
from longtail.findings.reference_models import ReferenceModels
from longtail.handed_rows import handed_rows, told_of
from longtail.learners.any_learner import any_learner
from longtail.learners.learner import Learner
from longtail.learners.wanted_rows import taken
from longtail.machine import one_thread
from longtail.machine_faults import machine_fault
from longtail.randomness import integer_seed

__all__ = ["MOST_NUMBERS", "Reference", "reference_features", "reference_models"]

Reference = Literal["boosting", "logistic", "text-logistic"]
"""Histogram boosting; logistic regression on standardized features, or on the weights of all words as they are."""

MOST_NUMBERS = {"boosting": 4_000_000, "logistic": 100_000_000, "text-logistic": 100_000_000}
"""Rows times columns (of words: those that a text has) times classes of a few seconds of training."""

_MOST_CLASSES = 30  # Boosting grows a hundred trees for each class.
_MOST_LEVELS = 255
_TITLES = {
    "boosting": "HistGradientBoosting",
    "logistic": "logistic regression",
    "text-logistic": "logistic regression",
}
_LEVEL = 0.95


@checked
def reference_models(
    dataset: Dataset, learner: Any, *, studied: Dataset | None = None, reference: Reference = "boosting", seed: int = 0
) -> ReferenceModels | None:
    """Measure what the majority class, a reference model and a learner get on the test examples of a data set.

    Parameters
    ----------
    dataset : Dataset
        All of the data.
    learner : str, scikit-learn classifier or Learner
        The study's.
    studied : Dataset, optional
        The part of the data that the learner is trained on, with the same test examples; all of them where it is not
        given.
    reference : {"boosting", "logistic", "text-logistic"}
        The reference model.
    seed : int
        Of the learner.

    Returns
    -------
    ReferenceModels or None
        None where there are no test examples, and so nothing to measure on.

    Examples
    --------
    >>> from longtail.dataset import load_dataset
    >>> found = reference_models(load_dataset("iris"), "knn", reference="logistic")
    >>> found.majority_class, round(found.majority.value, 2), found.reference_accuracy.value > 0.8
    ('setosa', 0.33, True)
    """
    if not dataset.n_test:
        return None
    learner, part = any_learner(learner), dataset if studied is None else studied
    truth = dataset.y_test
    commonest = int(np.bincount(dataset.y, minlength=dataset.n_classes).argmax())
    chosen: Reference = reference if dataset.n_classes <= _MOST_CLASSES else "logistic"
    rows, right = _reference_right(dataset, chosen)
    own = _learner_right(part, learner, seed)
    return ReferenceModels(
        majority_class=dataset.class_names[commonest],
        majority=mean_over_examples(truth == commonest, _LEVEL),
        reference=_TITLES[chosen],
        reference_accuracy=mean_over_examples(right, _LEVEL),
        n_reference=len(rows),
        n_train=dataset.n_train,
        n_test=dataset.n_test,
        learner=learner.name,
        learner_accuracy=None if own is None else mean_over_examples(own, _LEVEL),
        n_learner=part.n_train,
        difference=None
        if own is None
        else replace(
            mean_over_trials(own.astype(float) - right, _LEVEL, 1, lowest=-1.0),
            method="Student's interval over test examples, on which both models are asked",
        ),
    )


def _affordable(dataset: Dataset, reference: Reference, n_features: int) -> NDArray[np.intp]:
    """Return the training examples that the reference model takes seconds for."""
    width = n_features * (dataset.n_classes if dataset.n_classes > 2 else 1)
    most = max(MOST_NUMBERS[reference] // width, 2 * dataset.n_classes)
    return np.arange(dataset.n_train) if dataset.n_train <= most else stratified_sample(dataset.y, most)


def _reference_right(dataset: Dataset, reference: Reference) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Return what the reference model is trained on, and whether it is right on each test example."""
    with one_thread(), warnings.catch_warnings(action="ignore"):  # The models need not converge.
        X, X_test, unordered = reference_features(dataset, reference)
        rows = _affordable(dataset, reference, X.nnz // len(X) + 1 if hasattr(X, "nnz") else X.shape[1])
        alone = np.unique(dataset.y[rows], return_counts=True)[1].min() < 2
        fitted = _model(reference, unordered, stops_early=not alone).fit(X[rows], dataset.y[rows])
        return rows, np.asarray(fitted.predict(X_test) == dataset.y_test)


def reference_features(dataset: Dataset, reference: Reference) -> tuple[Any, Any, tuple[int, ...]]:
    """Return what the reference model sees of training and test examples, and which columns have no order.

    Boosting takes columns as they are. It knows 255 levels at most, so that rarer ones of more are one. Of texts,
    logistic regression takes all words.
    """
    given = dataset.as_they_are
    if reference == "text-logistic" and kind_of_data(dataset) == "text":
        from longtail.dataset.word_rows import word_rows  # Imported here, as SciPy's sparse arrays take a while.

        words = word_rows(dataset)
        return words[: dataset.n_train], words[dataset.n_train :], ()
    if reference != "boosting" or given is None:
        return dataset.X, dataset.X_test, ()
    X, X_test = given.of(dataset.position).copy(), given.of(dataset.position_test).copy()
    for column in given.unordered:
        levels, counts = np.unique(X[:, column][~np.isnan(X[:, column])], return_counts=True)
        places = np.minimum(np.argsort(np.argsort(-counts, kind="stable")), _MOST_LEVELS - 1).astype(np.float32)
        for part in (X, X_test):
            known = np.isin(part[:, column], levels)
            part[known, column] = places[np.searchsorted(levels, part[known, column])]
            part[~known, column] = np.nan
    return X, X_test, given.unordered


def _model(reference: Reference, unordered: tuple[int, ...], *, stops_early: bool) -> Any:
    """Make the model. Importing scikit-learn takes a second.

    Boosting stops early where there are more than 10,000 rows, as it does by itself, unless a class has one row alone,
    which cannot be both trained on and held out.
    """
    if reference == "boosting":
        from sklearn.ensemble import HistGradientBoostingClassifier

        return HistGradientBoostingClassifier(
            random_state=0,
            categorical_features=list(unordered) or None,
            early_stopping="auto" if stops_early else False,
        )
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    logistic = LogisticRegression(max_iter=200)
    return logistic if reference == "text-logistic" else make_pipeline(StandardScaler(), logistic)


def _learner_right(part: Dataset, learner: Learner, seed: int) -> NDArray[np.bool_] | None:
    """Return whether the learner is right on each test example, or None where its training fails.

    Raises
    ------
    Exception
        If it is the machine that fails.
    """
    examples = handed_rows(learner, part)
    told = told_of(learner, part)
    try:
        with one_thread(), warnings.catch_warnings(action="ignore"):
            predictions = told.fit_predict(
                taken(examples, np.arange(part.n_train)),
                part.y,
                taken(examples, part.n_train + np.arange(part.n_test)),
                n_classes=part.n_classes,
                seed=integer_seed(seed, "reference models", 0),
            )
        return np.asarray(predictions.labels == part.y_test)
    except Exception as error:  # A user's own learner may raise any error.
        if machine_fault(error):
            raise
        return None
