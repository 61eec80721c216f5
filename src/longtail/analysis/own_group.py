"""Influence of an example on its own group, or class: on the accuracy on the test examples of it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from longtail.analysis.analysis import Analysis
from longtail.findings.columns import Column
from longtail.scores import influence
from longtail.scores.margin_regression import LEAST_TRIALS
from longtail.scores.test_functionals import TestFunctional

__all__ = ["influence_on_own_group", "own_groups"]


def own_groups(analysis: Analysis) -> tuple[str, NDArray[np.int64], NDArray[np.int64] | None]:
    """Return what groups are, in a word, and those of training and of test examples: classes where none are given."""
    dataset = analysis.dataset
    if dataset.group is None:
        return "class", dataset.y, dataset.y_test
    return "group", dataset.group, dataset.group_test


def influence_on_own_group(
    analysis: Analysis, train: NDArray[np.int64] | None = None, own: NDArray[np.int64] | None = None
) -> Sequence[Column]:
    """Return what each example does to the accuracy on new examples of its group, or of its class.

    Parameters
    ----------
    analysis : Analysis
        Of a study and its data.
    train : (k,) int array, optional
        The examples, one for each unit where rows belong to units; all of them where it is not given.
    own : (k,) int array, optional
        The group of each; as given where it is not.
    """
    outcomes, (what, groups_in, new) = analysis.outcomes, own_groups(analysis)
    if outcomes.of_numbers or new is None or not len(new) or outcomes.n_trials < LEAST_TRIALS:
        return ()
    asked = np.arange(outcomes.n_train) if train is None else train
    mine = groups_in[asked] if own is None else own
    groups = np.intersect1d(mine, new)
    if not len(groups):
        return ()
    place = np.full(outcomes.n_train, -1)
    place[asked] = np.arange(len(asked))
    value, low, high, q = np.full((4, len(asked)), np.nan)
    functionals = [TestFunctional.mean(new == group, str(group)) for group in groups]
    found = influence(outcomes, analysis.level, on=functionals, estimand="correctness", train=asked)
    here = groups[found.test] == mine[place[found.train]]
    rows = place[found.train[here]]
    for array, part in ((value, found.value), (low, found.low), (high, found.high), (q, found.q_value)):
        array[rows] = part[here]
    title = f"influence on its {what}"
    return (
        Column(
            name="influence_on_group",
            title=title,
            unit="difference",
            value=value,
            low=low,
            high=high,
            method=f"on the accuracy on test examples of its {what}: {found.method}",
        ),
        Column(
            name="influence_on_group_q",
            title=f"q of {title}",
            unit="q-value",
            value=q,
            method=f"that it is 0; allows for all {'training examples' if train is None else 'units'} and all of these",
        ),
    )
