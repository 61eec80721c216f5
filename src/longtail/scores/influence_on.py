"""Influence on functionals of the test set: which training examples help or harm a class, a group, a gap, an AUROC."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr, stdtrit

from longtail.errors import InputError
from longtail.outcomes import Outcomes
from longtail.scores.influence_scores import InfluenceScores
from longtail.scores.margin_influence import checked_control
from longtail.scores.margin_regression import MarginRegression
from longtail.scores.pair_ranking import PairRanking
from longtail.scores.test_functionals import TestFunctional

__all__ = ["influence_on"]


def influence_on(
    outcomes: Outcomes,
    functionals: Sequence[TestFunctional],
    level: float,
    *,
    estimand: Literal["margin", "correctness"],
    control: ArrayLike | None,
    train: NDArray[np.int64],
) -> InfluenceScores:
    """Return what each training example does to each functional, whose place is ``test``.

    q-values are of two-sided tests, and allow for all training examples and functionals.

    Raises
    ------
    InputError
        If there is no functional, or one or the control does not fit the outcomes.
    """
    if not functionals:
        raise InputError("on", "hold a functional of the test set", list(functionals))
    table = checked_control(outcomes, control)
    values = np.array([functional.values(outcomes, estimand) for functional in functionals]).T
    columns = None if table is None else np.array([functional.of_control(table) for functional in functionals]).T
    fitted = MarginRegression.fit(outcomes.inclusion, values, columns)
    blocks = list(fitted.effects(train))
    value = np.concatenate([np.zeros((0, len(functionals))), *(block.value for block in blocks)])
    error = np.concatenate([np.zeros((0, len(functionals))), *(block.error for block in blocks)])
    value[outcomes.refused[train]] = np.nan
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2 * stdtr(fitted.n_trials - 2, -np.abs(value) / error)
    known = p[~np.isnan(p)]
    ranking = PairRanking.of(known, np.ones(len(known), np.int64))
    half = float(stdtrit(fitted.n_trials - 2, 0.5 + level / 2)) * error
    rows = np.repeat(np.arange(len(train)), len(functionals))
    tests = np.tile(np.arange(len(functionals)), len(train))
    order = np.lexsort((tests, -value.ravel(), rows))
    helped = "and attributions" if table is not None else "on the other trials"
    return InfluenceScores(
        train=train[rows[order]],
        test=tests[order],
        value=value.ravel()[order],
        low=(value - half).ravel()[order],
        high=(value + half).ravel()[order],
        q_value=ranking.q_value(p.ravel()[order]),
        level=level,
        n_pairs=value.size,
        method=f"difference of means over trials, adjusted by a regression {helped}, Student's interval",
        unit="margin" if estimand == "margin" else "difference",
        test_of="two-sided, by Student's t",
    )
