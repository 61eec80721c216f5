r"""Coupling measured: how far what a model says of a training example carries over to its subpopulation.

The mixture bound [Feldman2020]_ needs, for a subpopulation with :math:`\ell` examples in the training set,

.. math:: \lambda_\ell \le \Pr_{x' \sim M_x}[h(x') = h(x)] .

Trials on random subsets show every :math:`\ell` up to a group's size: in each, some of its examples are in. Labels
being constant on a subpopulation, a model agrees with itself at an included and a held-out example of one group if it
is right on both; if wrong on both it agrees for sure only with two classes, and is counted as disagreeing with more, so
that this errs downwards. Held-out examples stand for the subpopulation, trials for hypotheses: the result is a *mean*
coupling over the models that there were, where the theorem asks for every hypothesis that may be returned. Put into
:func:`longtail.theory.coupled_excess_bound` it gives the bound's plug-in value, not a proof.

Beside it stands how often models that had none of a group are right on it: coupling is worth only what exceeds that.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import checked
from longtail.array_types import Reals
from longtail.errors import InputError
from longtail.estimate import Estimate, require_level
from longtail.outcomes import Outcomes
from longtail.scores.proportions import wilson_interval

__all__ = ["Coupling", "measured_coupling"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coupling:
    """Agreement by number of examples seen.

    Parameters
    ----------
    agreement : dict
        count -> mean agreement over groups, for every count that occurred.
    right_unseen : Estimate
        How often models without any example of a group are right on its held-out examples; NaN if it never occurred.
    """

    agreement: dict[int, Estimate]
    right_unseen: Estimate


@checked
def measured_coupling(
    outcomes: Outcomes,
    group: ArrayLike,
    group_test: ArrayLike,
    *,
    two_classes: bool = False,
    up_to: int = 8,
    level: float = 0.95,
) -> Coupling:
    """Mean coupling on the groups that have training and held-out examples.

    Parameters
    ----------
    outcomes : Outcomes
        With test examples.
    group, group_test : (n,), (n_test,) int arrays
        Subpopulations, each of one label.
    two_classes : bool
        Whether two wrong answers are the same answer.
    up_to : int
        The largest number of examples seen to report.
    level : float
        Of the intervals, which are Wilson's with one draw a group.

    Raises
    ------
    InputError
        If no group has both kinds of examples, or the shapes do not fit.
    """
    of, of_test = np.asarray(group), np.asarray(group_test)
    _check(outcomes, of, of_test, up_to, level)
    shared = np.intersect1d(of, of_test)
    member, member_test = (of[:, None] == shared).astype(np.float32), (of_test[:, None] == shared).astype(np.float32)
    included = np.rint(outcomes.inclusion.astype(np.float32) @ member)
    right_in = (outcomes.inclusion & outcomes.correct).astype(np.float32) @ member
    right_at_example = (right_in / np.maximum(included, 1)).astype(float)
    right_held_out = (outcomes.test_correct.astype(np.float32) @ member_test / member_test.sum(axis=0)).astype(float)
    agree = right_at_example * right_held_out
    if two_classes:
        agree += (1 - right_at_example) * (1 - right_held_out)
    agreement = {}
    for count in range(1, up_to + 1):
        mean = _mean_over_groups(agree, included == count, level)
        if not np.isnan(mean.value):
            agreement[count] = mean
    return Coupling(agreement=agreement, right_unseen=_mean_over_groups(right_held_out, included == 0, level))


def _mean_over_groups(values: Reals, counted: NDArray[np.bool_], level: float) -> Estimate:
    """Average over trials within a group, then over groups.

    Each group lies in [0, 1] and varies at most as a zero or one does.
    """
    times = counted.sum(axis=0)
    seen = times > 0
    n_groups = int(seen.sum())
    if not n_groups:
        return Estimate(value=float("nan"), low=0.0, high=1.0, level=level, method="no group")
    each = (values * counted).sum(axis=0)[seen] / times[seen]
    low, high = (float(end) for end in wilson_interval(each.sum(), n_groups, level))
    return Estimate(value=float(each.mean()), low=low, high=high, level=level, method="Wilson interval over groups")


def _check(outcomes: Outcomes, of: NDArray[np.generic], of_test: NDArray[np.generic], up_to: int, level: float) -> None:
    if of.shape != (outcomes.n_train,):
        raise InputError("group", f"name a group for each of {outcomes.n_train} training examples", of.shape)
    if of_test.shape != (outcomes.n_test,):
        raise InputError("group_test", f"name a group for each of {outcomes.n_test} test examples", of_test.shape)
    if not len(np.intersect1d(of, of_test)):
        raise InputError("group_test", "share a group with the training examples", np.unique(of_test).tolist())
    if up_to < 1:
        raise InputError("up_to", "be at least 1", up_to)
    require_level(level)
