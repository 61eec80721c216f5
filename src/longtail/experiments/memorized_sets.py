"""The sets that a verdict on memorization compares: the memorized, those that look mislabeled or rare, matched others.

Memorized is at least 0.25 with a q-value of at most 5 %. A memorized example looks mislabeled if models without it are
sure of another label: their mean margin lies more than one standard deviation below zero; where there are no margins,
if its near neighbors contradict it. The other memorized ones look rare. Matched are as many others
of the same classes as look rare, drawn at random among those that are not memorized.

Where examples are tied, units leave as a whole, since models never saw a part of one: the units of the memorized ones,
and matched units until they hold as many examples. A unit with an example that looks mislabeled is no rare one.
"""

import numpy as np

from longtail.analysis.partitions import comparable_features
from longtail.array_types import Whole
from longtail.dataset import Dataset
from longtail.experiments.matching import matched_examples
from longtail.outcomes import Outcomes
from longtail.scores import memorization, mislabeled_or_rare

__all__ = ["MATCHED", "MEMORIZED", "MISLABELED", "RARE", "memorized_positions", "memorized_sets", "whole_units"]


MEMORIZED, MISLABELED, RARE, MATCHED = "memorized", "looks mislabeled", "looks rare", "matched"

_THRESHOLD, _Q_LEVEL = 0.25, 0.05
_SURE = 1.0  # The unit is the standard deviation of margins without the example.
_CONTRADICTED = 0.3  # Least weight of near neighbors that have another label.


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
    mislabeled = whole_units(dataset, memorized[wrong])
    memorized = whole_units(dataset, memorized)
    rare = np.setdiff1d(memorized, mislabeled)
    sets = {MEMORIZED: memorized, MISLABELED: mislabeled, RARE: rare}
    if len(memorized) + len(rare) <= dataset.n_train:
        sets[MATCHED] = _matched(dataset, rare, memorized, seed)
    return {name: rows for name, rows in sets.items() if len(rows)}


def _matched(dataset: Dataset, rare: Whole, memorized: Whole, seed: int) -> Whole:
    drawn, _ = matched_examples(dataset, rare, seed, 0, not_among=memorized)
    if dataset.together is None:
        return drawn
    chosen = np.zeros(0, np.int64)
    for example in drawn.tolist():
        if len(chosen) < len(rare):
            chosen = np.union1d(chosen, whole_units(dataset, np.array([example])))
    return chosen


def whole_units(dataset: Dataset, rows: Whole) -> Whole:
    """Return the positions of the rows and of all that are tied to them."""
    if dataset.together is None:
        return rows
    return np.flatnonzero(np.isin(dataset.together, dataset.together[rows]))
