r"""The tangent kernel of logistic regression: no gradient but the features', no coefficient but the probabilities'.

It is the network without a hidden layer, :math:`K(x, x') = (x \cdot x' + 1)(\delta \cdot \delta')`, with x as it enters
the model and :math:`\delta` the margin's slope at the logits, which the probabilities tell. So it serves every model
that is linear in its features and predicts probabilities.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.array_types import Singles, Whole
from longtail.attribution.tangent import Tangent, slopes_of
from longtail.attribution.tangent_of_mlp import kernel_of_factors
from longtail.dataset import Dataset
from longtail.errors import LongtailError
from longtail.learners import BatchedLogistic

__all__ = ["tangent_of_logistic", "tangents_of_logistic"]


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
        yield _tangent(learner, dataset, rows, everything, answer.logits)


def _tangent(
    learner: BatchedLogistic, dataset: Dataset, rows: Whole, everything: Singles, logits: NDArray[Any]
) -> Tangent:
    n = dataset.n_train
    entered = everything.astype(float)
    if learner.standardize:
        center, spread = dataset.X[rows].mean(axis=0, dtype=float), dataset.X[rows].std(axis=0, dtype=float)
        entered = np.divide(entered - center, spread, out=np.zeros_like(entered), where=spread > 0)
    slopes = slopes_of(logits, np.concatenate([dataset.y, dataset.y_test]))
    train, test = [(entered[:n], slopes.slope[:n])], [(entered[n:], slopes.slope[n:])]
    return Tangent(
        kernel=kernel_of_factors(train, train),
        cross=kernel_of_factors(train, test),
        doubt=1 - slopes.probability[:n],
        margin=slopes.margin[n:],
    )
