r"""The tangent kernel of logistic regression: no gradient but the features', no coefficient but the probabilities'.

It is the network without a hidden layer, :math:`K(x, x') = (x \cdot x' + 1)(\delta \cdot \delta')`, with x as it enters
the model and :math:`\delta` the margin's slope at the logits, which the probabilities tell. So it serves every model
that is linear in its features and predicts probabilities: ours, and scikit-learn's ``LogisticRegression``, alone or
after a ``StandardScaler``. With two classes the latter has one coefficient a feature where the kernel has two, of
opposite signs. That doubles the kernel and changes no attribution, since kernels are taken in units of their diagonals.

Of scikit-learn's, models with an L1 penalty are left out, whose coefficients at zero do not move; so are those with
weights of classes, which the doubt about an example does not tell, and those without an intercept.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from longtail.array_types import Whole
from longtail.attribution.tangent import Tangent, slopes_of
from longtail.attribution.tangent_of_mlp import kernel_of_factors
from longtail.dataset import Dataset
from longtail.errors import LongtailError
from longtail.handed_rows import handed_rows, told_of
from longtail.learners import BatchedLogistic
from longtail.learners.wanted_rows import wanted_rows

if TYPE_CHECKING:  # importing scikit-learn takes a second
    from longtail.learners import SklearnLearner

__all__ = ["is_sklearn_logistic", "tangent_of_logistic", "tangent_of_sklearn_logistic", "tangents_of_logistic"]


def tangent_of_logistic(learner: BatchedLogistic, dataset: Dataset, rows: Whole, seed: int) -> Tangent:
    """Fit logistic regression to some rows, and return its tangent."""
    return next(tangents_of_logistic(learner, dataset, [rows], [seed]))


def tangents_of_logistic(
    learner: BatchedLogistic, dataset: Dataset, subsets: Sequence[Whole], seeds: Sequence[int]
) -> Iterator[Tangent]:
    """Fit logistic regressions to several subsets, which share most of the work, and return each one's tangent."""
    everything = np.concatenate([dataset.X, dataset.X_test])
    answers = learner.fit_predict_many(
        dataset.X, dataset.y, subsets, everything, n_classes=dataset.n_classes, seeds=seeds
    )
    for rows, answer in zip(subsets, answers, strict=True):
        if isinstance(answer, LongtailError):
            raise answer
        assert answer.logits is not None
        entered = everything.astype(float)
        if learner.standardize:
            center, spread = dataset.X[rows].mean(axis=0, dtype=float), dataset.X[rows].std(axis=0, dtype=float)
            entered = np.divide(entered - center, spread, out=np.zeros_like(entered), where=spread > 0)
        yield _tangent(dataset, entered, answer.logits)


def is_sklearn_logistic(learner: object) -> bool:
    """Return whether a learner is scikit-learn's logistic regression of features or words, alone or after a scaler."""
    estimator: Any = getattr(learner, "estimator", None)
    if not type(estimator).__module__.startswith("sklearn.") or wanted_rows(learner) not in ("features", "words"):
        return False  # scikit-learn is imported only for its own estimators
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import StandardScaler

    *before, last = [step for _, step in estimator.steps] if type(estimator) is Pipeline else [estimator]
    if type(last) is not LogisticRegression or any(type(step) is not StandardScaler for step in before):
        return False
    asked = last.get_params()
    is_ridge = not asked["l1_ratio"] and asked.get("penalty", "l2") in ("deprecated", "l2", None)
    return bool(is_ridge and asked["fit_intercept"] and asked["class_weight"] is None)


def tangent_of_sklearn_logistic(learner: "SklearnLearner", dataset: Dataset, rows: Whole, seed: int) -> Tangent:
    """Fit scikit-learn's logistic regression to some rows, and return its tangent."""
    from sklearn.base import clone
    from sklearn.pipeline import Pipeline

    told, everything = told_of(learner, dataset), handed_rows(learner, dataset)
    estimator: Any = learner.estimator
    answer = told.fit_predict(everything[rows], dataset.y[rows], everything, n_classes=dataset.n_classes, seed=seed)
    assert answer.logits is not None
    entered = everything.astype(float)
    for _, scaler in estimator.steps[:-1] if isinstance(estimator, Pipeline) else []:
        entered = clone(scaler).fit(entered[rows]).transform(entered)
    return _tangent(dataset, entered, answer.logits)


def _tangent(dataset: Dataset, entered: Any, logits: NDArray[Any]) -> Tangent:
    n = dataset.n_train
    slopes = slopes_of(logits, np.concatenate([dataset.y, dataset.y_test]))
    train, test = [(entered[:n], slopes.slope[:n])], [(entered[n:], slopes.slope[n:])]
    return Tangent(
        kernel=kernel_of_factors(train, train),
        cross=kernel_of_factors(train, test),
        doubt=1 - slopes.probability[:n],
        margin=slopes.margin[n:],
    )
