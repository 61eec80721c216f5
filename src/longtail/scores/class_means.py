r"""Means over classes: every class counts alike, however few examples it has, where accuracy counts examples alike.

The mean recall (balanced accuracy) of K classes is :math:`\frac{1}{K} \sum_c \hat a_c` with :math:`\hat a_c` the
accuracy on new examples of class c. It is a weighted mean of pools of new examples, so its variance is two-way as that
of accuracy is (:mod:`longtail.scores.new_examples`), with columns compared within their class. A class of few examples
shows too little spread; so the ends are also put together from each class's interval :math:`[l_c, u_c]`, exact for
small ones, by the recovery of variances [ZouDonner2008]_,

.. math:: \hat a - \sqrt{\sum_c (\hat a_c - l_c)^2} / K, \qquad \hat a + \sqrt{\sum_c (u_c - \hat a_c)^2} / K,

and the wider interval is given.
"""

import math
from collections.abc import Sequence

from longtail.arguments import checked
from longtail.array_types import Bits
from longtail.errors import InputError, Said
from longtail.estimate import Estimate, require_level
from longtail.scores.new_examples import LIMITED, LOST, PLAIN, NewExamples
from longtail.scores.witness_pools import Pool, weighted

__all__ = ["class_mean_cost", "class_means", "joint_level"]

Masks = Sequence[tuple[Bits, Bits]]

_METHOD = "mean over classes, two-way interval over models and examples or of the classes' intervals, the wider"


@checked
def joint_level(level: float, n: int) -> float:
    """Return the level at which each of n intervals is made so that all of them hold together at ``level``.

    The bound is Bonferroni's, whatever the dependence. What may fail is rounded down to two digits, to be read.

    Examples
    --------
    >>> joint_level(0.95, 1), joint_level(0.95, 12), joint_level(0.95, 1000)
    (0.95, 0.9959, 0.99995)
    """
    require_level(level)
    if n < 2:
        return level
    fails = (1 - level) / n
    digits = 1 - math.floor(math.log10(fails))
    return round(1 - math.floor(fails * 10.0**digits + 1e-9) / 10.0**digits, digits)


@checked
def class_means(new: NewExamples, classes: Masks) -> tuple[Estimate, Estimate]:
    """Return the mean recall of the two learners, over classes.

    Parameters
    ----------
    new : NewExamples
        Of both.
    classes : sequence of pairs of bool arrays
        The training and test examples of each class.

    Raises
    ------
    InputError
        If there is no class, or one without a new example.
    """
    each = [new.accuracies(*masks) for masks in classes]
    return (
        _mean(new, PLAIN, classes, [before for before, _ in each], 0.0),
        _mean(new, LIMITED, classes, [after for _, after in each], 0.0),
    )


@checked
def class_mean_cost(new: NewExamples, classes: Masks) -> Estimate:
    """Return the mean over classes of the recall that the limited learner loses, over paired models."""
    return _mean(new, LOST, classes, [new.cost(*masks) for masks in classes], -1.0)


def _mean(new: NewExamples, which: tuple[int, int], classes: Masks, each: Sequence[Estimate], least: float) -> Estimate:
    if not classes:
        raise InputError("classes", "be at least one", Said("none"))
    pools: list[Pool] = []
    shares: list[float] = []
    for masks in classes:
        of_class = new.pools(which, *masks)
        n = sum(pool.size for pool in of_class)
        pools += of_class
        shares += [pool.size / n / len(classes) for pool in of_class]
    value, half = weighted(pools, shares, new.level)
    below = math.hypot(*(value.value - value.low for value in each)) / len(classes)
    above = math.hypot(*(value.high - value.value for value in each)) / len(classes)
    return Estimate(
        value=value,
        low=max(least, value - max(half, below)),
        high=min(1.0, value + max(half, above)),
        level=new.level,
        method=_METHOD,
        warning=new.warning,
    )
