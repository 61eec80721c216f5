r"""The least that as many misfits could cost: the optimum of a learner that has to forget so much.

A limited learner misfits more kinds than the one without limits. Which ones, it chose by its training; the theory knows
a better choice. With coupling 1 a kind seen :math:`\ell` times is worth :math:`\tau_\ell`, so a learner that must leave
m more kinds unfitted loses least by leaving those of the smallest :math:`\tau_\ell`, a knapsack of items of equal size
(:mod:`longtail.theory.limited_capacity`),

.. math:: \min \sum_\ell \tau_\ell f_\ell, \qquad \sum_\ell f_\ell = m, \quad
          0 \le f_\ell \le N_\ell - \mathrm{errn}_{\text{unlimited}}(\ell),

with :math:`N_\ell` the kinds seen so often in the subset, and :math:`\tau_\ell` estimated from it. Beside it stands
what the same number of misfits costs where it falls, :math:`\sum_\ell \tau_\ell (\mathrm{errn}_{\text{limited}} -
\mathrm{errn}_{\text{unlimited}})`: the distance is what a better choice of whom to forget could save.
"""

import numpy as np

from longtail.analysis.accuracy import mean_over_trials
from longtail.analysis.paired_trials import PairedTrials
from longtail.analysis.trial_tails import errn
from longtail.arguments import checked
from longtail.array_types import Reals
from longtail.estimate import Estimate

__all__ = ["least_cost", "least_of"]


def least_cost(trials: PairedTrials, level: float) -> tuple[Estimate, Estimate]:
    """Return the least that as many misfits could cost, and what they cost where they fall, both with coupling 1.

    Intervals are over models, and take the tail as estimated.
    """
    plain, each = trials.plain, []
    for trial, (tail, inside, wrong) in enumerate(
        zip(plain.trial_tails, plain.inclusion, ~trials.limited, strict=True)
    ):
        misfits = errn(plain.counts[trial], plain.ids[inside], wrong[inside], tail.count)
        more = misfits - tail.misfits
        each.append((least_of(tail.tau, tail.number - tail.misfits, float(more.sum())), float(tail.tau @ more)))
    both = np.clip(np.array(each), -1.0, 1.0)
    n = int(plain.inclusion[0].sum())
    least, fallen = (mean_over_trials(values, level, n, lowest=-1.0) for values in both.T)
    return least, fallen


@checked
def least_of(worth: Reals, room: Reals, number: float) -> float:
    """Return the least total worth of so many items, of each kind as many as there is room for.

    Parameters
    ----------
    worth, room : (C,) float arrays
        Worth of an item of each kind, and how many there are.
    number : float
        How many items; 0 or fewer cost nothing, and no more than all can be taken.

    Examples
    --------
    >>> least_of(np.array([0.3, 0.1, 0.2]), np.array([5.0, 2.0, 1.0]), 4.0).__round__(3)
    0.7
    """
    order = np.argsort(worth, kind="stable")
    before = np.cumsum(room[order]) - room[order]
    taken = np.clip(number - before, 0.0, room[order])
    return float(worth[order] @ taken)
