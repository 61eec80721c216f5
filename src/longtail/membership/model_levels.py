r"""Levels of models: how much surer one model is of everything than another, as test examples show.

A model that trained for longer is surer of all examples, members or not. With :math:`r_{tz}` the statistic of test
example z in model t less its mean over models, the level of the model is the mean of these, shrunken by how much of the
variance of such means over models is noise,

.. math:: \ell_t = \Big(1 - \frac{\overline{\operatorname{var}_z r_{tz}} / m}{\operatorname{var}_t \bar r_t}\Big)_+
          \bar r_t,

with m test examples. Not all examples follow it alike: those of which models are sure follow it most. With
:math:`\beta(c)` the trend of their slopes on the levels, in their mean over models, :math:`\beta(\bar c_i)\,\ell_t` is
taken out of example i in model t. What is left says more of single examples. No example's membership enters.
"""

import numpy as np

from longtail.arguments import checked
from longtail.array_types import Floats, Reals
from longtail.membership.attack_scores import within_range
from longtail.membership.shrunken_moments import trend
from longtail.membership.signals import statistics_of_tests
from longtail.outcomes import Outcomes

__all__ = ["levelled", "levels"]


def levelled(confidence: Floats, outcomes: Outcomes) -> Floats:
    """Return statistics of training examples less what follows the level of each model.

    They are as they were where there are no two test examples, or no levels beyond noise.

    Parameters
    ----------
    confidence : (trials, n) float array
        Of the trials of ``outcomes``.
    outcomes : Outcomes
    """
    held = statistics_of_tests(outcomes)
    if held is None:
        return confidence
    known = held[:, ~np.isnan(held).any(axis=0)]
    if known.shape[1] < 2:
        return confidence
    level = levels(within_range(known))
    square = float(level @ level)
    if square == 0:
        return confidence
    mean = confidence.mean(axis=0, dtype=np.float64)
    slope = trend(mean, (level @ confidence - level.sum() * mean) / square)
    less: Floats = confidence.astype(np.promote_types(confidence.dtype, np.float32))
    for row, own in zip(less, level, strict=True):
        row -= own * slope
    return less


@checked
def levels(tested: Floats) -> Reals:
    """Return the level of each model from a ``(trials, m)`` table of two test examples or more.

    Examples
    --------
    >>> levels(np.array([[1.0, 3.0, 5.0], [3.0, 5.0, 7.0]])).tolist()  # the same difference everywhere: no noise
    [-1.0, 1.0]
    """
    apart = tested - tested.mean(axis=0, dtype=np.float64)
    level = apart.mean(axis=1)
    noise = apart.var(axis=1, ddof=1).mean() / apart.shape[1]
    kept = max(1 - noise / max(level.var(ddof=1), 1e-300), 0.0) if len(level) > 1 else 0.0
    return np.asarray(kept * level)
