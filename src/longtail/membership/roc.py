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

each a jackknife that leaves out groups of targets, of examples (of units, where rows stay together), and of both; the
interval is Student's on the logit scale. It speaks of other targets and other examples, judged by as many shadow models
as here.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import checked
from longtail.array_types import Reals
from longtail.errors import InputError
from longtail.membership.attack_scores import AttackScores
from longtail.membership.roc_curve import NUMBERS, RocCurve, Spread
from longtail.membership.roc_intervals import tie_at
from longtail.membership.score_table import ScoreTable, score_table

__all__ = ["RocCurve", "roc"]

_RATES = (0.001, 0.01)
_FEW = 10


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
        values, inside, attack, unit = scores.score, scores.inclusion, scores.attack, scores.unit
    else:
        (values, inside), unit = _checked(scores, membership), None
    table = score_table(values, inside, _RATES, unit)
    false, true = _curve(table.counts.sum(axis=(0, 1)))
    summary = _summaries(_folded(table.counts)[None])
    ties = dict(zip(("low_rate", "rate"), (tie_at(rate, false, true) for rate in _RATES), strict=True))
    value = summary._replace(**{name: np.array([tie.between]) for name, tie in ties.items()})
    error = _standard_errors(table.counts)
    freedom = max(min(len(axis) for axis in (table.counts, table.counts[0]) if len(axis) > 1), 2) - 1
    few = dict(zip(ties, (_few_false_positives(table, rate) for rate in _RATES), strict=True))
    spreads = {
        public: Spread(
            value=float(getattr(value, name)[0]),
            error=float(getattr(error, name)[0]),
            freedom=freedom,
            n_examples=table.n_examples,
            warning=few.get(name, ""),
            tie=ties.get(name),
        )
        for public, name in zip(NUMBERS, _Summaries._fields, strict=True)
    }
    return RocCurve(
        attack=attack,
        false_positive_rate=false,
        true_positive_rate=true,
        **{name: spread.at_level(level) for name, spread in spreads.items()},
        n_members=table.n_members,
        n_others=table.n_others,
        n_trials=table.n_trials,
        n_examples=table.n_examples,
        spreads=spreads,
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
