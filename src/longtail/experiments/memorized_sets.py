"""The sets that a verdict on memorization compares: the memorized, those that look mislabeled or rare, matched others.

Memorized is at least 0.25 with a q-value of at most 5 %. A memorized example looks mislabeled if models without it are
sure of another label: their mean margin lies more than one standard deviation below zero; where there are no margins,
if its near neighbors contradict it. The other memorized ones look rare. Matched are as many others
of the same classes as look rare, drawn at random among those that are not memorized.
"""

import numpy as np
from numpy.typing import NDArray

from longtail.analysis.partitions import comparable_features
from longtail.dataset import Dataset
from longtail.experiments.matching import matched_examples
from longtail.outcomes import Outcomes
from longtail.scores import memorization, mislabeled_or_rare

__all__ = ["MATCHED", "MEMORIZED", "MISLABELED", "RARE", "memorized_positions", "memorized_sets"]

Whole = NDArray[np.int64]

MEMORIZED, MISLABELED, RARE, MATCHED = "memorized", "looks mislabeled", "looks rare", "matched"

_THRESHOLD, _Q_LEVEL = 0.25, 0.05
_SURE = 1.0  # standard deviations of margins without the example
_CONTRADICTED = 0.3  # weight of near neighbors with another label


def memorized_positions(outcomes: Outcomes) -> Whole:
    """Return the positions of the memorized examples."""
    scores = memorization(outcomes)
    with np.errstate(invalid="ignore"):
        return np.flatnonzero((scores.value >= _THRESHOLD) & (scores.q_value <= _Q_LEVEL))


def memorized_sets(dataset: Dataset, outcomes: Outcomes, seed: int = 0) -> dict[str, Whole]:
    """Choose the sets. A set that is empty is left out.

    Parameters
    ----------
    dataset : Dataset
        The one that was studied.
    outcomes : Outcomes
        Trials that no arm will be judged on.
    seed : int
        Of the matched draw.

    Returns
    -------
    dict of str to int array
        Positions by name; empty where nothing is memorized.
    """
    memorized = memorized_positions(outcomes)
    if not len(memorized):
        return {}
    near, near_test = comparable_features(dataset, dataset.X), comparable_features(dataset, dataset.X_test)
    kind = mislabeled_or_rare(outcomes, near, dataset.y, near_test, memorized)
    wrong = np.where(np.isnan(kind.assurance), kind.contradiction > _CONTRADICTED, kind.assurance > _SURE)
    rare = memorized[~wrong]
    sets = {MEMORIZED: memorized, MISLABELED: memorized[wrong], RARE: rare}
    if len(memorized) + len(rare) <= dataset.n_train:
        sets[MATCHED] = matched_examples(dataset, rare, seed, 0, not_among=memorized)[0]
    return {name: rows for name, rows in sets.items() if len(rows)}
