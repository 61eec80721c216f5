"""Which training examples a limit gives up, and how memorized they were without it.

An example is given up where models that had it in their subset are mostly right on it without the limit, and mostly
wrong under it. The theory says that these are the memorized ones; whether they are is seen here.
"""

import numpy as np
from numpy.typing import NDArray

from longtail.dataset import Dataset
from longtail.findings import FlippedTraining
from longtail.outcomes import Outcomes
from longtail.scores import MemorizationScores

__all__ = ["flipped_training", "right_when_in"]

_MOST = 12


def flipped_training(
    dataset: Dataset, unlimited: Outcomes, limited: Outcomes, scores: MemorizationScores
) -> list[FlippedTraining]:
    """Return the training examples that are given up, the largest fall first.

    Parameters
    ----------
    dataset : Dataset
        That was studied.
    unlimited, limited : Outcomes
        Of the same trials.
    scores : MemorizationScores
        Of the learner without limits.
    """
    before, after = right_when_in(unlimited), right_when_in(limited)
    # NaN means that the example was never in a subset. It is neither.
    given_up = np.flatnonzero((before >= 0.5) & (after < 0.5))
    falling = given_up[np.argsort(after[given_up] - before[given_up], kind="stable")]
    return [
        FlippedTraining(
            train=i,
            row=int(dataset.position[i]),
            label=dataset.class_names[dataset.y[i]],
            unlimited=float(before[i]),
            limited=float(after[i]),
            memorization=None if np.isnan(scores.value[i]) else scores[i],
        )
        for i in falling[:_MOST].tolist()
    ]


def right_when_in(outcomes: Outcomes) -> NDArray[np.float64]:
    """Return how often models that had an example in their subset are right on it. NaN where there are none."""
    n_in = outcomes.inclusion.sum(axis=0)
    right = (outcomes.correct & outcomes.inclusion).sum(axis=0)
    return np.where(n_in > 0, right / np.maximum(n_in, 1), np.nan)
