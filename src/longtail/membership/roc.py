r"""How well an attack tells members from others: its curve, and four numbers with intervals.

The receiver operating characteristic is the true-positive rate against the false-positive rate over all thresholds. An
attack that matters is right about *some* examples with few false alarms, so the rate at 0.1 % and at 1 % is what to
look at [Carlini2022]_; the area (AUC) and the balanced accuracy are averages that hide them. The balanced accuracy is
at a threshold chosen on one half of the targets and applied to the other.

**Ties.** Equal scores are one threshold: no deterministic one has a false-positive rate inside a tie. A low rate there
is that of the randomized threshold, as the Neyman-Pearson lemma has it, so that it does not leap when a tie grows past
the rate by a little; its interval holds both ends of the tie. Scores that are all equal find members by chance alone.

**Intervals.** Scores share their target and share their example, so pairs are not independent draws. The variance is
clustered both ways [CameronGelbachMiller2011]_,

.. math:: V = \max(V_{\text{targets}} + V_{\text{examples}} - V_{\text{both}}, V_{\text{both}}),

each a jackknife that leaves out groups of targets, of examples, and of both; the interval is Student's on the logit
scale. It speaks of other targets and other examples, judged by as many shadow models as here.
"""

import math
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit
from scipy.stats import t

from longtail.arguments import checked
from longtail.errors import InputError
from longtail.estimate import Estimate
from longtail.membership.attack_scores import AttackScores
from longtail.membership.score_table import ScoreTable, score_table
from longtail.scores.proportions import wilson_interval

__all__ = ["RocCurve", "roc"]

_RATES = (0.001, 0.01)
_FEW = 10
_METHOD = "two-way clustered jackknife over targets and examples, logit scale"

Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class RocCurve:
    """An attack's curve and its summaries.

    Parameters
    ----------
    attack : str
        Its name.
    false_positive_rate, true_positive_rate : (k,) arrays
        Points of the curve from (0, …) to (1, 1); exact counts at thresholds dense on a logarithmic axis.
    tpr_at_0_1_percent, tpr_at_1_percent : Estimate
        True-positive rate at no more than that false-positive rate; where equal scores of members and others straddle
        it, that of a threshold drawn at random at either end of the tie, whose interval holds both ends.
    auc, balanced_accuracy : Estimate
        Chance is 1/2 for both.
    n_members, n_others : int
        Pairs of target and example that were scored.
    n_trials, n_examples : int
        Targets and examples.
    """

    attack: str
    false_positive_rate: Reals
    true_positive_rate: Reals
    tpr_at_0_1_percent: Estimate
    tpr_at_1_percent: Estimate
    auc: Estimate
    balanced_accuracy: Estimate
    n_members: int
    n_others: int
    n_trials: int
    n_examples: int


@checked
def roc(
    scores: AttackScores | ArrayLike, membership: ArrayLike | None = None, level: float = 0.95, attack: str = "attack"
) -> RocCurve:
    """Compute the curve of an attack.

    Parameters
    ----------
    scores : AttackScores, or a (trials, n) or (n,) array of float
        Higher for members; NaN where an example was not attacked.
    membership : array of bool, of the same shape
        The truth; not given with :class:`AttackScores`, which hold it.
    level : float
        Nominal coverage of the intervals.
    attack : str
        Name of the attack; not used with :class:`AttackScores`.

    Raises
    ------
    InputError
        If shapes differ, or there are no members or no others.

    Examples
    --------
    >>> curve = roc([[3.0, 2.0, 1.0, 0.0]], [[True, True, False, False]])
    >>> curve.auc.value
    1.0
    """
    if isinstance(scores, AttackScores):
        values, inside, attack = scores.score, scores.inclusion, scores.attack
    else:
        values, inside = _checked(scores, membership)
    table = score_table(values, inside, _RATES)
    false, true = _curve(table.counts.sum(axis=(0, 1)))
    summary = _summaries(_folded(table.counts)[None])
    ties = dict(zip(("low_rate", "rate"), (_tie(rate, false, true) for rate in _RATES), strict=True))
    value = summary._replace(**{name: np.array([tie.between]) for name, tie in ties.items()})
    spread = _standard_errors(table.counts)
    freedom = max(min(len(axis) for axis in (table.counts, table.counts[0]) if len(axis) > 1), 2) - 1

    def estimate(name: str, warning: str = "") -> Estimate:
        point, error = float(getattr(value, name)[0]), float(getattr(spread, name)[0])
        found = _estimate(point, error, freedom, table.n_examples, level, warning)
        return ties[name].within(found) if name in ties else found

    few = [_few_false_positives(table, rate) for rate in _RATES]
    return RocCurve(
        attack=attack,
        false_positive_rate=false,
        true_positive_rate=true,
        tpr_at_0_1_percent=estimate("low_rate", few[0]),
        tpr_at_1_percent=estimate("rate", few[1]),
        auc=estimate("auc"),
        balanced_accuracy=estimate("accuracy"),
        n_members=table.n_members,
        n_others=table.n_others,
        n_trials=table.n_trials,
        n_examples=table.n_examples,
    )


class _Summaries(NamedTuple):
    """Summaries of several tables: TPR at 0.1 % and at 1 %, area, balanced accuracy."""

    low_rate: Reals
    rate: Reals
    auc: Reals
    accuracy: Reals


def _curve(counts: NDArray[Any]) -> tuple[Reals, Reals]:
    """Return false- and true-positive rates at every threshold, from (0, …) to (1, 1), along the last axis."""
    above = np.cumsum(counts[..., ::-1], axis=-1)
    rates = above / np.maximum(above[..., -1:], 1)
    return rates[..., 0, :], rates[..., 1, :]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tie:
    """The scores that are equal to the one at which a false-positive rate is reached, most often a single one.

    ``without`` and ``with_all`` are the true-positive rates of thresholds just above and just below it, at
    ``false_without`` and ``false_with`` false positives; ``between`` that of the threshold that is drawn at random from
    the two so that the rate is met. Where no member shares the score, all three are the same.
    """

    without: float
    between: float
    with_all: float
    false_without: float
    false_with: float

    def within(self, found: Estimate) -> Estimate:
        """Return an estimate of ``between`` whose interval holds both ends of the tie, which decide what it is."""
        if self.without == self.with_all:
            return found
        said = (
            f"scores tie from {self.false_without:.2%} to {self.false_with:.2%} false positives: the rate is that of a "
            "threshold drawn at random, and the interval holds both ends of the tie"
        )
        return replace(
            found,
            low=min(found.low, self.without),
            high=max(found.high, self.with_all),
            warning="; ".join(text for text in (found.warning, said) if text),
        )


def _tie(rate: float, false: Reals, true: Reals) -> _Tie:
    """Find the tie in which a false-positive rate lies. The table has a threshold at either end of it."""
    x, y = np.concatenate([[0.0], false]), np.concatenate([[0.0], true])
    last = int(np.searchsorted(x, rate + 1e-12, side="right")) - 1
    following = min(last + 1, len(x) - 1)
    return _Tie(
        without=float(y[last]),
        between=float(np.interp(rate + 1e-12, x, y)),
        with_all=float(y[following]),
        false_without=float(x[last]),
        false_with=float(x[following]),
    )


def _folded(counts: NDArray[Any]) -> NDArray[Any]:
    """Return the table of even groups and that of odd ones.

    Groups are of trials, or of examples where there is one trial.
    """
    axis = 0 if len(counts) > 1 else 1
    groups = counts.sum(axis=1 - axis)
    return np.stack([groups[0::2].sum(axis=0), groups[1::2].sum(axis=0)])


def _summaries(folded: NDArray[Any]) -> _Summaries:
    """Summarize ``(tables, 2 folds, 2, thresholds + 1)`` counts.

    Rates between thresholds are interpolated, to be smooth.
    """
    false, true = _curve(folded.sum(axis=1))
    start = np.zeros((len(false), 1))
    x, y = np.hstack([start, false]), np.hstack([start, true])
    area = np.trapezoid(y, x, axis=1)
    low, high = (np.array([np.interp(rate, *pair) for pair in zip(x, y, strict=True)]) for rate in _RATES)
    return _Summaries(low, high, area, _cross_fitted_accuracy(folded))


def _cross_fitted_accuracy(folded: NDArray[Any]) -> Reals:
    """Return the balanced accuracy in each fold at the threshold that is best in the other, averaged over both."""
    false, true = _curve(folded)
    accuracy = (1 + true - false) / 2
    best = accuracy.argmax(axis=-1)
    elsewhere = np.take_along_axis(accuracy, best[:, ::-1, None], axis=-1)[..., 0]
    return np.asarray(elsewhere.mean(axis=1))


def _standard_errors(counts: NDArray[Any]) -> _Summaries:
    """Return standard errors from the three jackknives. With one trial alone, only examples are left out."""
    n_trial, n_example = counts.shape[:2]
    whole = _folded(counts)
    cells = _each_cell(counts)
    variances: list[_Summaries] = []
    for left_out in (cells.sum(axis=1), cells.sum(axis=0), cells.reshape(-1, *cells.shape[2:])):
        replicates = _summaries(whole - left_out)
        n = len(left_out)
        variances.append(_Summaries(*((n - 1) / n * ((r - r.mean()) ** 2).sum(keepdims=True) for r in replicates)))
    trials, examples, both = variances
    if n_trial == 1:
        return _Summaries(*(np.sqrt(v) for v in examples))
    if n_example == 1:
        return _Summaries(*(np.sqrt(v) for v in trials))
    return _Summaries(*(np.sqrt(np.maximum(a + b - ab, ab)) for a, b, ab in zip(trials, examples, both, strict=True)))


def _each_cell(counts: NDArray[Any]) -> NDArray[Any]:
    """Return each cell's share of the two folds: ``(trial groups, example groups, 2 folds, 2, thresholds + 1)``."""
    n_trial, n_example = counts.shape[:2]
    fold = np.arange(n_trial)[:, None] % 2 if n_trial > 1 else np.arange(n_example)[None] % 2
    fold = np.broadcast_to(fold, (n_trial, n_example))
    cells = np.zeros((n_trial, n_example, 2, *counts.shape[2:]), counts.dtype)
    np.put_along_axis(cells, fold[:, :, None, None, None], counts[:, :, None], axis=2)
    return cells


def _estimate(value: float, error: float, freedom: int, n_examples: int, level: float, warning: str) -> Estimate:
    if 0 < value < 1 and error > 0:
        half = float(t.isf((1 - level) / 2, freedom)) * error / (value * (1 - value))
        low, high = (float(expit(logit(value) + sign * half)) for sign in (-1, 1))
        return Estimate(value=value, low=low, high=high, level=level, method=_METHOD, warning=warning)
    low, high = (float(end) for end in wilson_interval(value * n_examples, n_examples, level))
    return Estimate(
        value=value,
        low=min(low, value),
        high=max(high, value),
        level=level,
        method="Wilson interval, as many draws as examples: no spread to learn from",
        warning=warning,
    )


def _few_false_positives(table: ScoreTable, rate: float) -> str:
    expected = rate * table.n_others
    if expected >= _FEW:
        return ""
    return f"rests on {math.floor(expected + 1e-9)} false positives: fewer than {_FEW}"


def _checked(scores: ArrayLike, membership: ArrayLike | None) -> tuple[NDArray[np.floating], NDArray[np.bool_]]:
    values, inside = np.atleast_2d(np.asarray(scores, float)), np.atleast_2d(np.asarray(membership))
    if membership is None or inside.shape != values.shape or inside.dtype != bool:
        law = f"be bools of the shape of scores, {values.shape}"
        raise InputError("membership", law, None if membership is None else f"{inside.dtype} of shape {inside.shape}")
    return values, inside
