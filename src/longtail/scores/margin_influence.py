r"""Influence in units of the margin: what a training example's presence does to each test example's margin.

.. math:: \theta_{ij} = \mathbb E[m_j \mid i \in S] - \mathbb E[m_j \mid i \notin S]

over the trials of a study, where m is the logit of the true class minus the largest other one. How it is estimated, and
how attributions sharpen it, is told in :mod:`longtail.scores.margin_regression`. Pairs are gone through in blocks, and
none is kept that is not asked for. The test of a pair is that :math:`\theta = 0`, by Student's t with two degrees of
freedom fewer than trials; in a first pass the t of all pairs are counted in steps of 0.001, each counted at the lower
end of its step, so that no q-value is too small. A training example has a q-value, too, of the statement that it moves
no test example at all: n_test times its least p-value, whatever depends on what, among all training examples.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr, stdtrit

from longtail.array_types import Reals, Whole
from longtail.errors import InputError, Said
from longtail.outcomes import Outcomes
from longtail.scores.influence_scores import InfluenceScores
from longtail.scores.margin_regression import MarginRegression
from longtail.scores.pair_ranking import PairRanking

__all__ = ["MarginInfluence", "margin_influence"]


_STEP, _LARGEST = 0.001, 60.0
_MOST_PAIRS = 20_000_000
_METHOD = "difference of mean margins, adjusted by a regression on the other trials"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginInfluence:
    """Influences on margins: the pairs that were asked for, and what holds of all.

    Parameters
    ----------
    pairs : InfluenceScores
        In units of the margin; their q-values are of two-sided tests.
    row_q_value : (n,) float array
        Of each training example: that it moves no test example.
    predicted : (n, n_test) float32 array or None
        Every effect, shrunk: what orders subsets best. Without interval, since it is biased towards the attributions.
    n_significant : int
        How many of all pairs have a q-value of at most 0.05.
    explained : float
        Share of the variance of margins over trials that models of the other trials predict, mean over test examples.
        What they cannot predict is mostly the seed's.
    """

    pairs: InfluenceScores
    row_q_value: Reals
    predicted: NDArray[np.float32] | None
    n_significant: int
    explained: float


def margin_influence(
    outcomes: Outcomes,
    control: ArrayLike | None = None,
    level: float = 0.95,
    *,
    train: Whole | None = None,
    strongest: int | None = 5,
    both_ways: bool = False,
    false_discovery_rate: float = 0.05,
    keep_all: bool = False,
) -> MarginInfluence:
    """Regress test margins on inclusion, and return the influences that are asked for.

    Parameters
    ----------
    outcomes : Outcomes
        With test margins, of at least 20 trials.
    control : (n, n_test) array, optional
        Attributions.
    level : float
        Nominal coverage of each interval.
    train : (k,) int array, optional
        Training examples to look at; all of them where it is not given.
    strongest : int or None
        How many test examples to keep for each, by how surely they are moved; None: the significant ones, and no other.
    both_ways : bool
        Whether to keep also the training examples that move each test example most surely.
    false_discovery_rate : float
        Where the significant ones are kept.
    keep_all : bool
        Whether to return all predicted effects as a matrix.

    Raises
    ------
    InputError
        If there are no test margins, the control is of another shape or not finite, or too many pairs are significant.
    """
    if outcomes.test_margin is None or not outcomes.n_test:
        law = "hold margins of test examples" if outcomes.n_test else "have test examples"
        raise InputError("outcomes", law, Said("none"), "Measure with margins, or use estimand='correctness'.")
    table = checked_control(outcomes, control)
    fitted = MarginRegression.fit(outcomes.inclusion, outcomes.test_margin, table)
    rows = np.arange(outcomes.n_train) if train is None else train
    passes = _Passes(fitted, rows, outcomes.refused)
    predicted = np.zeros((len(rows), outcomes.n_test), np.float32) if keep_all else None
    ranking, row_p = passes.ranking(predicted)
    if strongest is None:
        n_found = ranking.n_at_most(false_discovery_rate)
        if n_found > _MOST_PAIRS:
            law = f"have at most {_MOST_PAIRS:,} significant pairs"
            raise InputError("outcomes", law, n_found, "Lower false_discovery_rate, or keep the strongest.")
        found = passes.with_p_value_at_most(ranking.largest_p_value(false_discovery_rate))
    else:
        found = passes.strongest(strongest, both_ways)
    row_ranking = PairRanking.of(row_p[~np.isnan(row_p)], np.ones(int((~np.isnan(row_p)).sum()), np.int64))
    row_q_value = np.full(outcomes.n_train, np.nan)
    row_q_value[rows] = row_ranking.q_value(row_p)
    return MarginInfluence(
        pairs=_scores(found, rows, ranking, fitted.n_trials, level, outcomes, table is not None),
        row_q_value=row_q_value,
        predicted=predicted,
        n_significant=ranking.n_at_most(0.05),
        explained=float(fitted.explained.mean()) if len(fitted.explained) else float("nan"),
    )


def checked_control(outcomes: Outcomes, control: ArrayLike | None) -> NDArray[np.floating] | None:
    """Return the control as an array of floats, and refuse one that does not fit.

    Raises
    ------
    InputError
        If it is of another shape, of no numbers or not finite.
    """
    if control is None:
        return None
    table = np.asarray(control)
    shape = (outcomes.n_train, outcomes.n_test)
    if table.shape != shape or table.dtype.kind not in "fiu":
        raise InputError("control", f"be numbers of shape {shape}, a row a training example", Said(f"{table.shape}"))
    if not np.isfinite(table).all():
        raise InputError("control", "hold finite numbers only", Said("others"))
    return table if table.dtype.kind == "f" else table.astype(float)


@dataclass(slots=True)
class _Found:
    """Pairs that are kept: rows, tests, values and their errors."""

    row: Whole
    test: Whole
    value: Reals
    error: Reals

    @classmethod
    def of(cls, parts: "list[_Found]") -> "_Found":
        empty = cls(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), np.zeros(0))
        joined = [empty, *parts]
        return cls(*(np.concatenate([getattr(part, name) for part in joined]) for name in cls.__slots__))


@dataclass(frozen=True, slots=True)
class _Passes:
    """The passes over all pairs of some rows."""

    fitted: MarginRegression
    rows: Whole
    refused: NDArray[np.bool_]

    def ranking(self, predicted: NDArray[np.float32] | None) -> tuple[PairRanking, Reals]:
        """Count the t of all pairs, and take the least p-value of each row, times the number of its pairs."""
        counts = np.zeros(round(_LARGEST / _STEP) + 1, np.int64)
        row_p = np.full(len(self.rows), np.nan)
        for effects in self.fitted.effects(self.rows):
            t = self._t(effects.start, effects.value, effects.error)
            known = t[~np.isnan(t)]
            counts += np.bincount(np.minimum(known / _STEP, len(counts) - 1).astype(np.int64), minlength=len(counts))
            block = slice(effects.start, effects.start + len(t))
            if predicted is not None:
                predicted[block] = effects.predicted
            tested = ~np.isnan(t).any(axis=1)
            row_p[block][tested] = np.minimum(self._p(t[tested].max(axis=1)) * t.shape[1], 1.0)
        there = np.flatnonzero(counts)
        return PairRanking.of(self._p(there * _STEP), counts[there]), row_p

    def with_p_value_at_most(self, most: float) -> _Found:
        steps = np.arange(round(_LARGEST / _STEP) + 1)
        sure = steps[self._p(steps * _STEP) <= most]  # p-values fall with t, so that one comparison tells each pair's
        kept = []
        for effects in self.fitted.effects(self.rows) if len(sure) else ():
            t = self._t(effects.start, effects.value, effects.error)
            row, test = np.nonzero(np.floor(t / _STEP) >= sure[0])
            kept.append(_Found(row + effects.start, test, effects.value[row, test], effects.error[row, test]))
        return _Found.of(kept)

    def strongest(self, number: int, both_ways: bool) -> _Found:
        n_test = self.fitted.dual.shape[1]
        kept, by_test = [], _Found.of([])
        for effects in self.fitted.effects(self.rows):
            t = np.nan_to_num(self._t(effects.start, effects.value, effects.error), nan=-1.0)
            chosen = np.zeros(t.shape, bool)
            width = min(number, n_test)
            if width:
                np.put_along_axis(chosen, np.argpartition(-t, width - 1, axis=1)[:, :width], True, axis=1)
            row, test = np.nonzero(chosen)
            kept.append(_Found(row + effects.start, test, effects.value[row, test], effects.error[row, test]))
            if both_ways:
                height = min(number, len(t))
                test = np.repeat(np.arange(n_test), height)
                row = np.argpartition(-t, height - 1, axis=0)[:height].T.ravel()
                more = _Found(row + effects.start, test, effects.value[row, test], effects.error[row, test])
                by_test = _most_sure(_Found.of([by_test, more]), number)
        joined = _Found.of([*kept, by_test])
        _, first = np.unique(joined.row * n_test + joined.test, return_index=True)
        return _Found(*(getattr(joined, name)[first] for name in _Found.__slots__))

    def _t(self, start: int, value: Reals, error: Reals) -> Reals:
        with np.errstate(divide="ignore", invalid="ignore"):
            t: Reals = np.abs(value) / error
        t[self.refused[self.rows[start : start + len(t)]]] = np.nan
        return t

    def _p(self, t: Any) -> Reals:
        return np.asarray(2 * stdtr(self.fitted.n_trials - 2, -np.asarray(t, float)))


def _most_sure(found: _Found, number: int) -> _Found:
    """Keep the surest pairs of each test example."""
    sureness = np.abs(found.value) / np.where(found.error > 0, found.error, np.inf)
    order = np.lexsort((-np.nan_to_num(sureness, nan=-1.0), found.test))
    tests = found.test[order]
    first = np.searchsorted(tests, tests)
    kept = order[np.arange(len(order)) - first < number]
    return _Found(*(getattr(found, name)[kept] for name in _Found.__slots__))


def _scores(
    found: _Found,
    rows: Whole,
    ranking: PairRanking,
    n_trials: int,
    level: float,
    outcomes: Outcomes,
    has_control: bool,
) -> InfluenceScores:
    order = np.lexsort((found.test, -found.value, found.row))
    train = rows[found.row[order]]
    undetermined = np.where(outcomes.refused[train], np.nan, 1.0)
    value, error = found.value[order] * undetermined, found.error[order]
    half = float(stdtrit(n_trials - 2, 0.5 + level / 2)) * error
    with np.errstate(divide="ignore", invalid="ignore"):
        at_step = np.floor(np.abs(value) / error / _STEP) * _STEP
    q_value = ranking.q_value(2 * stdtr(n_trials - 2, -np.minimum(at_step, _LARGEST)))
    return InfluenceScores(
        train=train,
        test=found.test[order],
        value=value,
        low=value - half,
        high=value + half,
        q_value=q_value,
        level=level,
        n_pairs=len(rows) * outcomes.n_test,
        method=f"{_METHOD}{' and attributions' if has_control else ''}, Student's interval",
        unit="margin",
        test_of="two-sided, by Student's t",
    )
