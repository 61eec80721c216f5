"""The reference model where the target is a number: scikit-learn's ``HistGradientBoostingRegressor``, as it comes.

It is trained once, on all training examples, or on a random part of them where all would take more than seconds, and
sees the columns of a table as they are. The study's learner is trained once besides, on all examples that are studied.
"""

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.array_types import Reals
from longtail.dataset import Dataset
from longtail.errors import InputError, Said
from longtail.estimate import Estimate
from longtail.experiments.reference_models import MOST_NUMBERS, reference_features
from longtail.experiments.retraining import performance_after_training
from longtail.findings.number_references import NumberReferences
from longtail.learners.any_learner import any_learner
from longtail.learners.learner import Learner
from longtail.machine import one_thread
from longtail.machine_faults import machine_fault
from longtail.randomness import generator
from longtail.sampling_laws import student_half_width

__all__ = ["number_references"]

_LEVEL = 0.95


@checked
def number_references(
    dataset: Dataset, learner: Any, *, studied: Dataset | None = None, seed: int = 0
) -> NumberReferences | None:
    """Measure the R² of a reference model and of a learner on the test examples of a data set.

    Parameters
    ----------
    dataset : Dataset
        All of the data, whose target is a number.
    learner : str, scikit-learn regressor or Learner
        The study's.
    studied : Dataset, optional
        The part of the data that the learner is trained on, with the same test examples; all of them where it is not
        given.
    seed : int
        Of the learner, and of the part that the reference model is trained on.

    Returns
    -------
    NumberReferences or None
        None where there are no two test examples, and so nothing to measure on.

    Raises
    ------
    InputError
        If the target is no number.
    """
    if dataset.target is None:
        raise InputError("dataset", "have a number as its target", Said(dataset.task))
    if dataset.n_test < 2:
        return None
    learner, part = any_learner(learner, "regression"), dataset if studied is None else studied
    most = max(MOST_NUMBERS["boosting"] // dataset.X.shape[1], 2)
    rows = np.sort(generator(seed, "reference model").permutation(dataset.n_train)[:most])
    plain, own = _reference_errors(dataset, rows), _learner_errors(part, learner, seed)
    return NumberReferences(
        reference="HistGradientBoosting",
        reference_quality=_quality(1 - plain),
        n_reference=len(rows),
        n_train=dataset.n_train,
        n_test=dataset.n_test,
        learner=learner.name,
        learner_quality=None if own is None else _quality(1 - own),
        n_learner=part.n_train,
        difference=None
        if own is None
        else replace(
            _quality(plain - own), method="Student's interval over test examples, on which both models are asked"
        ),
    )


def _quality(values: Reals) -> Estimate:
    half = float(student_half_width(_LEVEL, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values)))
    mean = float(values.mean())
    return Estimate(
        value=mean,
        low=mean - half,
        high=mean + half,
        level=_LEVEL,
        method="Student's interval over test examples",
    )


def _reference_errors(dataset: Dataset, rows: NDArray[np.intp]) -> Reals:
    """Return squared errors on the test examples, in units of the target's variance."""
    from sklearn.ensemble import HistGradientBoostingRegressor  # here, as importing scikit-learn takes a second

    assert dataset.target is not None
    assert dataset.target_test is not None
    with one_thread(), warnings.catch_warnings(action="ignore"):
        X, X_test, unordered = reference_features(dataset, "boosting")
        model = HistGradientBoostingRegressor(random_state=0, categorical_features=list(unordered) or None)
        values = model.fit(X[rows], dataset.target[rows]).predict(X_test)
    errors: Reals = np.square(values - dataset.target_test) / dataset.target.var()
    return errors


def _learner_errors(part: Dataset, learner: Learner, seed: int) -> Reals | None:
    """Return the same of the learner, or None where its training fails.

    Raises
    ------
    Exception
        If it is the machine that fails.
    """
    asked = part.n_train + np.arange(part.n_test)
    try:
        with warnings.catch_warnings(action="ignore"):
            found = performance_after_training(
                learner, part, [np.arange(part.n_train)], asked, [(seed, "reference models", 0)], jobs=1
            )
    except Exception as error:  # A user's own learner may raise any error.
        if machine_fault(error):
            raise
        return None
    return np.asarray(found.values[0], np.float64)
