r"""The linear datamodeling score: do attributions order retrained models as retraining does?

Of subsets :math:`S_1, \dots, S_k` and the margins :math:`m_j(S)` of test example j after training on them, the score is
Spearman's rank correlation over the subsets [Spearman1904]_ of what attributions predict with what came out,

.. math:: \mathrm{LDS} = \frac{1}{n_{test}} \sum_j
          \rho\Bigl(\sum_{i \in S_a} \tau_{ij},\; m_j(S_a) : a = 1, \dots, k\Bigr)

[ParkEtAl2023]_, after [IlyasEtAl2022]_. Trials on the same subset are averaged first. Ties have their mean rank; a test
example whose margin, or whose prediction, is the same on all subsets counts as 0.

The interval is a normal one for other test examples *and* other subsets: its variance is the jackknife's over subsets,
which leaves out each in turn, or each of 40 groups where there are more, plus that of the mean over test examples. What
both share counts twice, so that it errs wide.

The *ceiling* is what a perfect prediction would get, for a margin that still holds the noise of few seeds cannot be
predicted perfectly: where each subset has several trials, these are halved, and with c the rank correlation of the two
halves' means, the mean over all has reliability :math:`2c / (1 + c)` [Spearman1910]_, and the ceiling is its root.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import checked
from longtail.array_types import Reals
from longtail.errors import InputError, Said
from longtail.estimate import Estimate, require_level
from longtail.outcomes import Outcomes
from longtail.sampling_laws import normal_half_width

__all__ = ["DatamodelingScore", "linear_datamodeling_score"]


_LEAST_SUBSETS, _MOST_GROUPS = 10, 40
_METHOD = "mean over test examples; jackknife over subsets, plus the variance over test examples"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatamodelingScore:
    """The score of some attributions.

    Parameters
    ----------
    score : Estimate
        Mean rank correlation over test examples.
    by_test : (n_test,) float array
        Of each test example: to compare two attributions in pairs.
    ceiling : Estimate or None
        What a perfect prediction would get; None where no subset has two trials.
    n_subsets, n_trials : int
        Different subsets, and trials on them in all.
    """

    score: Estimate
    by_test: Reals
    ceiling: Estimate | None
    n_subsets: int
    n_trials: int


@checked
def linear_datamodeling_score(outcomes: Outcomes, attributions: ArrayLike, level: float = 0.95) -> DatamodelingScore:
    """Score attributions by retrained models that they have not seen.

    Parameters
    ----------
    outcomes : Outcomes
        With test margins, on at least 10 different subsets.
    attributions : (n, n_test) array
        Larger where a training example helps more, in the order of the outcomes.
    level : float
        Nominal coverage of each interval.

    Raises
    ------
    InputError
        If there are no test margins or too few subsets, or the attributions have another shape or hold NaN.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> effect, inside = rng.normal(size=(30, 4)), rng.random((20, 30)) < 0.5
    >>> margin = inside @ effect
    >>> outcomes = Outcomes.from_arrays(inside, inside, test_correct=margin > 0, test_margin=margin)
    >>> linear_datamodeling_score(outcomes, 3 * effect).score.value
    1.0
    """
    require_level(level)
    table = _checked_attributions(outcomes, attributions)
    subsets, margins, halves = _by_subset(outcomes)
    predicted = subsets.astype(float) @ table
    score, by_test = _mean_correlation(predicted, margins, level)
    ceiling = None
    if halves is not None:
        agreement, _ = _mean_correlation(halves[0], halves[1], level)
        ends = [_ceiling(end) for end in (agreement.value, agreement.low, agreement.high)]
        ceiling = Estimate(value=ends[0], low=ends[1], high=ends[2], level=level, method="split halves of the trials")
    return DatamodelingScore(
        score=score, by_test=by_test, ceiling=ceiling, n_subsets=len(subsets), n_trials=outcomes.n_trials
    )


def _mean_correlation(first: Reals, second: Reals, level: float) -> tuple[Estimate, Reals]:
    by_test = _rank_correlations(first, second)
    k, n_test = first.shape
    groups = min(k, _MOST_GROUPS)
    group = np.arange(k) % groups
    without = np.array([_rank_correlations(first[group != a], second[group != a]).mean() for a in range(groups)])
    over_subsets = (groups - 1) / groups * float(((without - without.mean()) ** 2).sum())
    over_tests = float(by_test.var(ddof=1)) / n_test if n_test > 1 else 0.0
    half = normal_half_width(level) * (over_subsets + over_tests) ** 0.5
    value = float(by_test.mean())
    low, high = max(value - half, -1.0), min(value + half, 1.0)
    return Estimate(value=value, low=low, high=high, level=level, method=_METHOD), by_test


def _rank_correlations(first: Reals, second: Reals) -> Reals:
    """Return Spearman's correlation of each column of one table with that of the other."""
    from scipy.stats import rankdata  # Imported here, because the import takes most of a second.

    ranks = [rankdata(table.astype(np.float64), axis=0) for table in (first, second)]
    one, other = (table - table.mean(axis=0) for table in ranks)
    squares = (one**2).sum(axis=0) * (other**2).sum(axis=0)
    return np.asarray(
        np.divide((one * other).sum(axis=0), np.sqrt(squares), out=np.zeros(first.shape[1]), where=squares > 0)
    )


def _by_subset(outcomes: Outcomes) -> tuple[NDArray[np.bool_], Reals, tuple[Reals, Reals] | None]:
    """Return the different subsets, the mean margins on each, and those of two halves of its trials."""
    assert outcomes.test_margin is not None
    packed = np.packbits(outcomes.inclusion, axis=1)
    _, first, of = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    of, k = of.reshape(-1), len(first)
    if k < _LEAST_SUBSETS:
        raise InputError("outcomes", f"hold trials on at least {_LEAST_SUBSETS} different subsets", k)
    turn = np.zeros(len(of), np.int64)
    for subset in range(k):
        turn[of == subset] = np.arange(int((of == subset).sum()))
    means = _means(outcomes.test_margin, of, k)
    if np.bincount(of, minlength=k).min() < 2:
        return outcomes.inclusion[first], means, None
    halves = [_means(outcomes.test_margin[turn % 2 == half], of[turn % 2 == half], k) for half in (0, 1)]
    return outcomes.inclusion[first], means, (halves[0], halves[1])


def _means(table: NDArray[np.floating], of: NDArray[np.int64], k: int) -> Reals:
    total = np.zeros((k, table.shape[1]))
    np.add.at(total, of, table)
    return np.asarray(total / np.bincount(of, minlength=k)[:, None])


def _ceiling(agreement: float) -> float:
    return float(np.sqrt(max(0.0, 2 * agreement / (1 + agreement)))) if agreement > -1 else 0.0


def _checked_attributions(outcomes: Outcomes, attributions: ArrayLike) -> Reals:
    if outcomes.test_margin is None or not outcomes.n_test:
        law = "hold margins of test examples" if outcomes.n_test else "have test examples"
        raise InputError("outcomes", law, Said("none"), "Measure with margins.")
    table = np.asarray(attributions)
    shape = (outcomes.n_train, outcomes.n_test)
    if table.shape != shape or table.dtype.kind not in "fiu":
        law = f"be numbers of shape {shape}, a row a training and a column a test example"
        raise InputError("attributions", law, Said(f"{table.dtype} of shape {table.shape}"))
    if not np.isfinite(table).all():
        place = np.argwhere(~np.isfinite(table))[0].tolist()
        raise InputError("attributions", "hold finite numbers only", Said(f"{table[tuple(place)]} at {place}"))
    return table.astype(float)
