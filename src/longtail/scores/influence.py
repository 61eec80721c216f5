r"""Influence of a training example on a test example: what being right there owes to its presence.

.. math:: \mathrm{infl}(i \to j) = \Pr[h(x'_j) = y'_j \mid i \in S] - \Pr[h(x'_j) = y'_j \mid i \notin S]

[FeldmanZhang2020]_. There are as many of these as pairs, 600 million for 60,000 training and 10,000 test examples. None
of them is kept that is not asked for: one pass (:mod:`longtail.scores.counted_pairs`) counts them cell by cell and
keeps the strongest of each example, Fisher's p-values and the q-values of *all* pairs [BenjaminiHochberg1995]_ follow
from the counts, and a second pass brings out the significant ones where these are asked for.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import checked
from longtail.errors import InputError, Said
from longtail.estimate import require_level
from longtail.outcomes import Outcomes
from longtail.scores.counted_pairs import Pairs
from longtail.scores.influence_on import influence_on
from longtail.scores.influence_scores import InfluenceScores
from longtail.scores.margin_influence import margin_influence
from longtail.scores.memorization import MemorizationScores
from longtail.scores.number_influence import number_influence
from longtail.scores.pair_counts import fisher_cells
from longtail.scores.pair_ranking import PairRanking
from longtail.scores.proportions import difference_of_proportions
from longtail.scores.test_functionals import TestFunctional

__all__ = ["InfluenceScores", "high_influence_pairs", "influence", "significant_influence"]

_MOST_PAIRS = 20_000_000
_NO_ROW = np.zeros(0, np.int64)


@checked
def influence(
    outcomes: Outcomes,
    level: float = 0.95,
    *,
    train: NDArray[np.int64] | None = None,
    strongest: int = 5,
    both_ways: bool = False,
    estimand: Literal["correctness", "margin"] = "correctness",
    control: ArrayLike | None = None,
    on: TestFunctional | Sequence[TestFunctional] | None = None,
) -> InfluenceScores:
    """The strongest influences of training examples on test examples, or on functionals of all of these.

    Parameters
    ----------
    outcomes : Outcomes
        The table of trials; with no test examples there are no pairs.
    level : float
        Nominal coverage of each pair's interval, in (0, 1).
    train : array of int, optional
        Positions of the training examples to look at; all of them where it is not given.
    strongest : int
        How many test examples to keep for each, at most.
    both_ways : bool
        Whether to keep also, for each test example, the training examples of strongest influence on it: by covariance
        of being in and being right, which orders them alike where all of them are in equally often.
    estimand : {"correctness", "margin"}
        What influence is of: being right, or the margin, of which trials tell more, see
        :mod:`longtail.scores.margin_influence`. Margins are tested in both directions; the surest are kept. Where
        performance is a number, correctness stands for it.
    control : (n, n_test) array, optional
        Attributions, for instance :func:`longtail.attribution.trak`: they sharpen the influence on margins, and bias no
        value, whatever they are.
    on : TestFunctional or sequence of them, optional
        A class, a group, a gap, an AUROC instead of single test examples: the influence of every training example on
        each, where ``test`` is its place. ``estimand`` says whether margins or rightness are averaged.

    Raises
    ------
    InputError
        If ``level`` is outside (0, 1), ``strongest`` is below 1, a position is out of range, margins are asked for and
        not there, or the control does not fit or is given for the rightness on single test examples.
    """
    looked_at = np.arange(outcomes.n_train) if train is None else np.asarray(train, np.int64)
    _check(level, strongest, looked_at, outcomes.n_train)
    if outcomes.of_numbers:
        _require_plain(outcomes, estimand, control)
        if on is None:
            return number_influence(outcomes, level, train=looked_at, strongest=strongest, both_ways=both_ways)
    if on is not None:
        functionals = [on] if isinstance(on, TestFunctional) else list(on)
        return influence_on(outcomes, functionals, level, estimand=estimand, control=control, train=looked_at)
    if estimand == "margin":
        return margin_influence(
            outcomes, control, level, train=looked_at, strongest=strongest, both_ways=both_ways
        ).pairs
    if control is not None:
        law = "come with estimand='margin' or with on="
        raise InputError("control", law, Said("attributions for estimand='correctness'"))
    pairs = Pairs.of(outcomes, looked_at)
    kept = min(strongest, outcomes.n_test)
    if not len(looked_at) or not kept:
        return _without_refused(_scores(pairs, (_NO_ROW, _NO_ROW, _NO_ROW), PairRanking.of_nothing(), level), outcomes)
    counted = pairs.counted(kept, min(strongest, len(looked_at)) if both_ways else 0)
    rows, tests = np.repeat(np.arange(len(looked_at)), kept), counted.tests.ravel()
    if both_ways:
        trains = counted.trains
        influenced = np.repeat(np.arange(outcomes.n_test), trains.shape[1])
        places = np.union1d(rows * outcomes.n_test + tests, trains.ravel() * outcomes.n_test + influenced)
        rows, tests = np.divmod(places, outcomes.n_test)
    joint = np.bitwise_count(pairs.train.words[rows] & pairs.test.words[tests]).sum(axis=1, dtype=np.int64)
    return _without_refused(_scores(pairs, (rows, tests, joint), counted.ranking, level), outcomes)


@checked
def significant_influence(
    outcomes: Outcomes,
    false_discovery_rate: float = 0.05,
    level: float = 0.95,
    *,
    estimand: Literal["correctness", "margin"] = "correctness",
    control: ArrayLike | None = None,
) -> InfluenceScores:
    """Find all pairs whose influence is above zero, at a false-discovery rate over all pairs there are.

    With ``estimand="margin"``: that is not zero, above or below.

    Parameters
    ----------
    outcomes : Outcomes
        The table of trials.
    false_discovery_rate : float
        Of the pairs returned, at most this share is expected not to be positive influences; in (0, 1).
    level : float
        Nominal coverage of each pair's own interval; for a selection see :mod:`longtail.scores.selection`.
    estimand, control
        As of :func:`influence`.

    Raises
    ------
    InputError
        If a rate is outside (0, 1), or more than twenty million pairs are significant.

    Examples
    --------
    >>> inclusion = (np.arange(40)[:, None] >> np.arange(2)) % 2  # two examples, in and out in all combinations
    >>> outcomes = Outcomes.from_arrays(inclusion[inclusion.sum(axis=1) == 1], np.ones((20, 2), int),
    ...                                 test_correct=inclusion[inclusion.sum(axis=1) == 1])
    >>> pairs = significant_influence(outcomes)
    >>> pairs.train.tolist(), pairs.test.tolist(), pairs.value.tolist()
    ([0, 1], [0, 1], [1.0, 1.0])
    """
    if not 0 < false_discovery_rate < 1:
        raise InputError("false_discovery_rate", "lie strictly between 0 and 1", false_discovery_rate)
    _check(level, 1, np.arange(0), outcomes.n_train)
    if outcomes.of_numbers:
        _require_plain(outcomes, estimand, control)
        train = np.arange(outcomes.n_train)
        rate = false_discovery_rate
        return number_influence(outcomes, level, train=train, strongest=None, false_discovery_rate=rate)
    if estimand == "margin":
        return margin_influence(
            outcomes, control, level, strongest=None, false_discovery_rate=false_discovery_rate
        ).pairs
    pairs = Pairs.of(outcomes, np.arange(outcomes.n_train))
    if not outcomes.n_test:
        return _without_refused(_scores(pairs, (_NO_ROW, _NO_ROW, _NO_ROW), PairRanking.of_nothing(), level), outcomes)
    ranking = pairs.counted().ranking
    n_found = ranking.n_at_most(false_discovery_rate)
    if n_found > _MOST_PAIRS:
        remedy = "Lower false_discovery_rate, or use influence(), which keeps the strongest of each example."
        raise InputError("outcomes", f"have at most {_MOST_PAIRS:,} significant pairs", n_found, remedy)
    found = pairs.with_p_value_at_most(ranking.largest_p_value(false_discovery_rate), n_found)
    return _without_refused(_scores(pairs, found, ranking, level), outcomes)


@checked
def high_influence_pairs(
    memorized: MemorizationScores, influenced: InfluenceScores, memorization: float = 0.25, influence: float = 0.15
) -> NDArray[np.int64]:
    """Return the places in ``influenced`` of pairs that are memorized *and* influential, as in [FeldmanZhang2020]_.

    Parameters
    ----------
    memorized, influenced
        Scores of one study.
    memorization, influence : float
        The least scores; the defaults are theirs.
    """
    both = (memorized.value[influenced.train] >= memorization) & (influenced.value >= influence)
    return np.flatnonzero(both)


def _scores(
    pairs: Pairs,
    found: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
    ranking: PairRanking,
    level: float,
) -> InfluenceScores:
    rows, tests, joint = found
    n_in = pairs.train.totals[rows]
    n_out = pairs.train.n_trials - n_in
    difference = difference_of_proportions(joint, n_in, pairs.test.totals[tests] - joint, n_out, level)
    p = np.full(len(rows), np.nan)
    for n_included, _ in pairs.tested_groups():
        here = n_in == n_included
        if here.any():
            cells = fisher_cells(n_included, pairs.different_totals, pairs.train.n_trials)
            p[here] = cells[pairs.place[tests[here]], joint[here]]
    order = np.lexsort((tests, -difference.value, rows))
    return InfluenceScores(
        train=pairs.positions[rows[order]],
        test=tests[order],
        value=difference.value[order],
        low=difference.low[order],
        high=difference.high[order],
        q_value=ranking.q_value(p[order]),
        level=level,
        n_pairs=len(pairs.positions) * len(pairs.test.totals),
    )


def _without_refused(scores: InfluenceScores, outcomes: Outcomes) -> InfluenceScores:
    """Put NaN for pairs whose training example is affected by failed trials, see :mod:`longtail.failed_trials`."""
    refused = outcomes.refused[scores.train]
    if not refused.any():
        return scores
    kept: dict[str, Any] = {
        name: np.where(refused, np.nan, getattr(scores, name)) for name in ("value", "low", "high", "q_value")
    }
    return replace(scores, **kept)


def _require_plain(outcomes: Outcomes, estimand: str, control: object) -> None:
    """Refuse what is of right and wrong or of margins alone."""
    title = outcomes.kind.title
    if estimand != "correctness":
        raise InputError("estimand", f"be left as it is where performance is {title}", estimand)
    if control is not None:
        raise InputError("control", f"be given for right and wrong alone, not for {title}", Said("it"))


def _check(level: float, strongest: int, train: NDArray[np.int64], n_train: int) -> None:
    require_level(level)
    if strongest < 1:
        raise InputError("strongest", "be at least 1", strongest)
    if train.ndim != 1 or (len(train) and not 0 <= train.min() <= train.max() < n_train):
        raise InputError("train", f"hold positions in 0..{n_train - 1}", train.tolist())
