r"""Evidence that single labels are wrong: what models and neighbors say of each, from trials alone.

Of an example in question, five numbers, each rising or falling with the chance that its label is wrong:

* **left out**: log-odds of the given label by models without it,
  :math:`\ln (\bar p + \epsilon)/(1 - \bar p + \epsilon)` with the mean probability, or the share of right ones where
  a learner gives no confidences;
* **assurance**: minus the mean margin of those models, in units of its standard deviation pooled with everybody's;
* **hard to fit**: minus the share of models with it that are right on it;
* **contradiction** and **agreement**: weight of near neighbors with another label and with the same,
  :math:`\frac1k \sum_j e^{-(d_{ij}/h)^2}` over each, with h the usual distance to the k-th nearest. Of more than
  40,000 examples, a random 40,000 are searched (``near_examples.py``).

In question is whom left-out models get wrong a quarter of the time or more, as every example is that is memorized by
0.25; nobody else's label is doubted.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import checked
from longtail.array_types import Reals, Whole
from longtail.errors import InputError
from longtail.outcomes import Outcomes
from longtail.scores.mislabeled_or_rare import assurance_of
from longtail.scores.near_examples import near_examples, usual_distance

__all__ = ["NEIGHBORS", "LabelEvidence", "label_evidence"]


NEIGHBORS = 5
"""Nearest examples that are asked."""

_DOUBTED = 0.75  # Share of left-out models that are right above which nobody doubts a label.
_SMALL = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelEvidence:
    """Evidence for each example in question.

    Parameters
    ----------
    train : (k,) int array
        Positions of the examples, rising.
    columns : (k, 5) float array
        In the order of the module; higher speaks for a wrong label, but for the first and the last, where lower does.
        0 where it cannot be had.
    neighbors : (k, m) int array
        Nearest of the training examples that were searched, the nearest first.
    """

    train: Whole
    columns: Reals
    neighbors: Whole


@checked
def label_evidence(outcomes: Outcomes, X: ArrayLike, y: NDArray[np.int64]) -> LabelEvidence:
    """Weigh every example whose label is in question.

    Parameters
    ----------
    outcomes : Outcomes
        The table of trials.
    X, y : (n, d) and (n,) arrays
        Training features, in comparable units, and labels.

    Raises
    ------
    InputError
        If the shapes do not fit together.
    """
    features = np.asarray(X)
    if features.ndim != 2 or not len(features) == len(y) == outcomes.n_train:
        law = f"have one row for each of {outcomes.n_train} training examples"
        raise InputError("X and y", law, (features.shape, y.shape))
    right_out, right_in, n_out = _shares(outcomes)
    asked = np.flatnonzero((n_out > 0) & (right_out <= _DOUBTED))
    k = min(NEIGHBORS, len(features) - 1)
    if not len(asked) or not k:
        return LabelEvidence(train=asked[:0], columns=np.zeros((0, 5)), neighbors=np.zeros((0, max(k, 0)), np.int64))
    neighbors, distance = near_examples(features, k, asked)
    weight = np.exp(-((distance / usual_distance(features, k)) ** 2))
    other = y[neighbors] != y[asked, None]
    probability = _left_out_probability(outcomes, asked, right_out)
    columns = (
        np.log((probability + _SMALL) / (1 - probability + _SMALL)),
        np.nan_to_num(assurance_of(outcomes, asked)),
        -right_in[asked],
        (weight * other).mean(axis=1),
        (weight * ~other).mean(axis=1),
    )
    return LabelEvidence(train=asked, columns=np.stack(columns, axis=1), neighbors=neighbors)


def _shares(outcomes: Outcomes) -> tuple[Reals, Reals, Whole]:
    n_in = outcomes.inclusion.sum(axis=0)
    n_out = outcomes.n_trials - n_in
    right_in = (outcomes.correct & outcomes.inclusion).sum(axis=0)
    right_out = outcomes.correct.sum(axis=0) - right_in
    return right_out / np.maximum(n_out, 1), right_in / np.maximum(n_in, 1), n_out


def _left_out_probability(outcomes: Outcomes, asked: Whole, right_out: Reals) -> Reals:
    if outcomes.confidence is None:
        return right_out[asked]
    from scipy.special import expit

    out = ~outcomes.inclusion[:, asked]
    probability = np.where(out, expit(outcomes.confidence[:, asked].astype(np.float64)), 0.0)
    share: Reals = np.nan_to_num(probability).sum(axis=0) / out.sum(axis=0)
    return share
