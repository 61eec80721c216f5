r"""Memorization in other currencies than right or wrong: other estimands, which nothing mixes with the first.

With the probability p of the true label, or with its margin's mean m and standard deviation s over trials,

.. math:: E[p \mid \text{in}] - E[p \mid \text{out}], \qquad
          \Phi\!\left(\frac{m_{\text{in}}}{s_{\text{in}}}\right) -
          \Phi\!\left(\frac{m_{\text{out}}}{s_{\text{out}}}\right).

The first counts confidence as well as correctness; the second is what correctness would be if margins were normal.
Both need fewer models for the same error *in their own unit*. As estimates of 0/1 memorization they are biased (rms
0.06-0.08 for the first, 0.006 for the second where margins are near normal), and so they are not offered as such.

Intervals: Welch's for the first; for the second by the delta method,
:math:`\mathrm{var}(m/s) \approx 1/n + (m/s)^2 / 2n`, and Student's quantile; p-values are one-sided, of the same.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtr

from longtail.array_types import Reals
from longtail.errors import InputError
from longtail.outcomes import Outcomes
from longtail.sampling_laws import normal_sf, student_half_width, student_sf

__all__ = ["SoftDifference", "probability_difference", "probit_difference"]


_BLOCK = 4096
# Resolution of probabilities and margins that are stored as float16. No standard deviation is below it.
_RESOLUTION = 1e-3


class SoftDifference(NamedTuple):
    """Estimate, interval and one-sided p-value, ``(n,)``, NaN where a side has no trial."""

    value: Reals
    low: Reals
    high: Reals
    p_value: Reals


class _Side(NamedTuple):
    n: Reals
    mean: Reals
    deviation: Reals


def probability_difference(outcomes: Outcomes, level: float) -> SoftDifference:
    """Estimate the difference of mean probabilities of the true label. With one trial on a side, its interval is all of
    [-1, 1].

    Raises
    ------
    InputError
        If the outcomes hold no confidences.
    """
    if outcomes.confidence is None:
        raise InputError("outcomes", 'hold confidences for the estimand "probability"', None)
    inside, outside = _sides(outcomes, outcomes.confidence, probabilities=True)
    value = inside.mean - outside.mean
    parts = [side.deviation**2 / side.n for side in (inside, outside)]
    error = np.sqrt(parts[0] + parts[1])
    freedom = np.maximum(inside.n - 1, 1), np.maximum(outside.n - 1, 1)
    degrees = error**4 / (parts[0] ** 2 / freedom[0] + parts[1] ** 2 / freedom[1])
    half = student_half_width(level, degrees) * error
    return _bounded(value, half, half, np.asarray(student_sf(value / error, degrees)), np.minimum(inside.n, outside.n))


def probit_difference(outcomes: Outcomes, level: float) -> SoftDifference:
    """Estimate the difference of the probits of margins. With one trial on a side, its interval is all of [-1, 1].

    Raises
    ------
    InputError
        If the outcomes hold no margins.
    """
    if outcomes.margin is None:
        raise InputError("outcomes", 'hold margins for the estimand "probit"', None)
    value, arms, variances, ratios = [], [], [], []
    sides = _sides(outcomes, outcomes.margin, probabilities=False)
    for n, mean, deviation in sides:
        ratio = mean / deviation
        error = np.sqrt(1 / n + ratio**2 / (2 * n))
        half = student_half_width(level, np.maximum(n - 1, 1)) * error
        value.append(ndtr(ratio))
        arms.append((ndtr(ratio) - ndtr(ratio - half), ndtr(ratio + half) - ndtr(ratio)))
        variances.append(error**2)
        ratios.append(ratio)
    below, above = np.hypot(arms[0][0], arms[1][1]), np.hypot(arms[0][1], arms[1][0])
    p_value = normal_sf((ratios[0] - ratios[1]) / np.sqrt(variances[0] + variances[1]))
    return _bounded(value[0] - value[1], below, above, p_value, np.minimum(sides[0].n, sides[1].n))


def _sides(outcomes: Outcomes, values: NDArray[np.floating], *, probabilities: bool) -> tuple[_Side, _Side]:
    """Return moments over the trials that had each example, and over those that had not."""
    moments = np.full((2, 3, outcomes.n_train), np.nan)
    for start in range(0, outcomes.n_train, _BLOCK):
        block = slice(start, start + _BLOCK)
        x = values[:, block].astype(np.float64)
        x = expit(x) if probabilities else x
        for side, present in enumerate((outcomes.inclusion[:, block], ~outcomes.inclusion[:, block])):
            n = present.sum(axis=0).astype(float)
            n[n == 0] = np.nan
            mean = np.where(present, x, 0).sum(axis=0) / n
            squares = np.where(present, (x - mean) ** 2, 0).sum(axis=0)
            deviation = np.sqrt(squares / np.maximum(n - 1, 1) + _RESOLUTION**2)
            moments[side, :, block] = n, mean, deviation
    return _Side(*moments[0]), _Side(*moments[1])


def _bounded(value: Reals, below: Reals, above: Reals, p_value: Reals, fewest: Reals) -> SoftDifference:
    low, high = np.maximum(value - below, -1), np.minimum(value + above, 1)
    alone = fewest == 1
    return SoftDifference(value, np.where(alone, -1.0, low), np.where(alone, 1.0, high), np.where(alone, 1.0, p_value))
