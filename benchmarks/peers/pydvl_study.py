"""pyDVL: ``DataOOBValuation``, which scores each example by the models that were trained without it.

That is the left-out half of memorization; of the other half it says nothing. It trains nothing by itself: it reads a
bagging ensemble, which here is trained by the loop of the bare arm on the study's subsets.
"""

import warnings

import numpy as np
import torch
from network import Network
from share import Share, Tally, run
from sklearn.base import BaseEstimator, ClassifierMixin

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of its dependencies' own deprecations
    from pydvl.valuation import DataOOBValuation, Dataset


class Bagging(ClassifierMixin, BaseEstimator):
    """An ensemble as pyDVL reads it: networks, and the rows that each one saw."""

    def __init__(self, share: Share) -> None:
        self.share = share

    def fit(self, X: np.ndarray, y: np.ndarray) -> "Bagging":
        share = self.share
        self.estimators_samples_ = share.subsets
        self.estimators_ = [
            Network(X[subset], y[subset], share.n_classes, seed=share.first + trial)
            for trial, subset in enumerate(share.subsets)
        ]
        return self


def study(share: Share) -> Tally:
    torch.set_num_threads(1)
    data = Dataset(share.X, share.y, feature_names=[str(i) for i in range(share.X.shape[1])])
    found = DataOOBValuation(Bagging(share).fit(share.X, share.y)).fit(data).result
    nobody, right_out, n_out = np.full(len(share.y), np.nan), np.zeros(len(share.y)), np.zeros(len(share.y))
    n_out[found.indices] = found.counts  # of those whom any model left out
    right_out[found.indices] = found.values * found.counts
    return Tally(nobody, nobody, right_out, n_out)


run("pydvl_study", ("pyDVL", "torch", "numpy"), study)
