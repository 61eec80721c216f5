r"""Exemplars of a limit: the test examples on which its models, taken together, answer otherwise [HookerEtAl2019]_.

Pruning-identified exemplars are those whose most frequent answer over a population of compressed models is another than
over a population of uncompressed ones; here the limit may be any. Trials hold whether an answer is right, not which it
is. So an exemplar is one whose majority turns from right to wrong, or back: a change from one wrong class to another is
not seen, and a right answer that is the most frequent of several without a majority counts as wrong.

Models are paired by subset and seed, so the change at example j is tested by the pairs that disagree: with b that are
right without the limit alone and c with it alone, :math:`b \sim \mathrm{Bin}(b + c, 1/2)` if nothing changes
[McNemar1947]_. Q-values are over all test examples; the interval joins two exact ones, for b and for c of all pairs.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc

from longtail.arguments import checked
from longtail.array_types import Reals, Whole
from longtail.dataset import Dataset
from longtail.estimate import Estimate
from longtail.findings.remedies import Exemplar, Exemplars
from longtail.outcomes import Outcomes
from longtail.scores.proportions import clopper_pearson_difference
from longtail.scores.significance import q_values

__all__ = ["change_p_values", "exemplars"]

_MOST = 12
_SURELY = 0.05
_METHOD = "over paired models, from two exact intervals"


def exemplars(dataset: Dataset, unlimited: Outcomes, limited: Outcomes, level: float) -> Exemplars | None:
    """Return the exemplars of a limit. None without test examples.

    Parameters
    ----------
    dataset : Dataset
        That was studied.
    unlimited, limited : Outcomes
        Of the same trials.
    level : float
        Of intervals, for one example at a time.
    """
    if not dataset.n_test:
        return None
    before, after = unlimited.test_correct, limited.test_correct
    n, lost, won = len(before), (before & ~after).sum(axis=0), (~before & after).sum(axis=0)
    q_value = q_values(change_p_values(lost, won))
    right, under = before.mean(axis=0), after.mean(axis=0)
    known, surely = right > 0.5, q_value <= _SURELY
    turned, back = known & (under < 0.5), (right < 0.5) & (under > 0.5)
    fall = clopper_pearson_difference(lost, n, won, n, level=level)

    def shown(test: int) -> Exemplar:
        return Exemplar(
            test=test,
            row=int(dataset.position_test[test]),
            label=dataset.class_names[dataset.y_test[test]],
            unlimited=float(right[test]),
            limited=float(under[test]),
            fall=Estimate(
                value=float(fall.value[test]),
                low=float(fall.low[test]),
                high=float(fall.high[test]),
                level=level,
                method=_METHOD,
            ),
            q_value=float(q_value[test]),
        )

    order = np.lexsort((under - right, q_value))
    return Exemplars(
        n_lost=int(turned.sum()),
        n_surely_lost=int((turned & surely).sum()),
        n_gained=int(back.sum()),
        n_surely_gained=int((back & surely).sum()),
        unlimited_on_lost=_mean(right, turned),
        unlimited_elsewhere=_mean(right, known & ~turned),
        shown=[shown(test) for test in order[turned[order]][:_MOST].tolist()],
    )


@checked
def change_p_values(lost: Whole, won: Whole) -> Reals:
    """Return the two-sided exact p-values of McNemar's test.

    Parameters
    ----------
    lost, won : int arrays
        Pairs of models of which the first alone, or the second alone, is right.

    Examples
    --------
    >>> change_p_values(np.array([6, 0, 1]), np.array([0, 0, 1])).tolist()
    [0.03125, 1.0, 1.0]
    """
    most, n = np.maximum(lost, won), lost + won
    tail = np.where(most > 0, betainc(np.maximum(most, 1), n - most + 1, 0.5), 1.0)
    p_values: Reals = np.minimum(1.0, 2 * tail)
    return p_values


def _mean(values: Reals, where: NDArray[np.bool_]) -> float | None:
    return float(values[where].mean()) if where.any() else None
