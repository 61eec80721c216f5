"""Which examples are memorized most: an order, by the estimate that needs fewest models to get it right.

Few trials leave many examples tied at the same plain difference. Margins break the ties, so where there are margins and
enough trials the order is that of the efficient estimate; the numbers that are shown stay the plain ones.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.outcomes import Outcomes
from longtail.scores.efficient import FEWEST_TRIALS, efficient_values
from longtail.scores.memorization import MemorizationScores

__all__ = ["EFFICIENT_RANKING", "ranked_examples"]

EFFICIENT_RANKING = "the efficient estimate from margins and counts"


def ranked_examples(outcomes: Outcomes, scores: MemorizationScores) -> tuple[NDArray[np.intp], str]:
    """Return all examples, the most memorized first and undetermined ones last, and in words what the order rests on.

    Parameters
    ----------
    outcomes : Outcomes
        The table of trials.
    scores : MemorizationScores
        Of that table.

    Returns
    -------
    order : (n,) int array
        Positions of the examples.
    said : str
        :data:`EFFICIENT_RANKING`, or empty where the order is that of ``scores.value``.
    """
    if outcomes.margin is None or outcomes.n_trials < FEWEST_TRIALS:
        return _falling(scores.value), ""
    return _falling(efficient_values(outcomes)), EFFICIENT_RANKING


def _falling(values: NDArray[np.floating[Any]]) -> NDArray[np.intp]:
    return np.argsort(-values, kind="stable")  # NaN comes last
