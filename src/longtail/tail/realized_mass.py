r"""The mass in the population of what this very sample missed or saw rarely, from its fingerprint alone.

The realized mass of what was seen :math:`\ell` times, :math:`M_\ell = \sum_{x \text{ seen } \ell \text{ times}} D(x)`,
is predicted without any prior by [Good1953]_

.. math:: \hat M_\ell = \frac{(\ell + 1)\, \Phi_{\ell + 1}}{n}, \qquad
          \widehat{\text{unseen mass}} = \hat M_0 = \frac{\Phi_1}{n}.

A cost is a weighted sum :math:`\sum_\ell w_\ell M_\ell`. Both the prediction and what it predicts are random; in the
Poisson model the mean square of n times their difference has the unbiased estimate

.. math:: \sum_c \Phi_c \left[ c\, w_{c-1}^2 + c (c - 1) (w_{c-1} - w_{c-2})^2 \right],

which is Esty's [Esty1983]_ for :math:`w = (1, 0, 0, \ldots)` but for his term :math:`-n \hat M_0^2`, left out on the
safe side. The interval is the exact Poisson one [Garwood1936]_ of the prediction, stretched by the ratio of this mean
square to the prediction, both taken as if one more subpopulation had been seen in every cell.

A mass may rest on few subpopulations among many that weigh nothing: ten kinds of which one happened to be seen once,
beside a thousand kinds of dust. By Cauchy and Schwarz, as in [Chao1984]_, those that carry :math:`M_\ell` number about

.. math:: \frac{\ell + 1}{\ell + 2} \, \frac{\Phi_{\ell + 1} (\Phi_{\ell + 1} - 1)}{\Phi_{\ell + 2} + 1}

at least. Where that may well be none, the interval begins at 0.

Nothing of this holds where the counts are of no sample of independent draws (:mod:`longtail.tail.trimming`); then the
interval is all that a mass can be.
"""

import math
from collections.abc import Callable, Mapping

from longtail.arguments import checked
from longtail.estimate import Estimate
from longtail.sampling_laws import poisson_mean_high, poisson_mean_low
from longtail.tail.fingerprint import Fingerprint, times
from longtail.tail.trimming import contradiction

__all__ = ["in_percent", "predicted_mass"]

_FEW = 10
"""Below this many subpopulations in the cell that an estimate rests on, the estimate says so."""


@checked
def predicted_mass(
    fingerprint: Fingerprint,
    weights: Mapping[int, float],
    level: float,
    *,
    smoothed: Callable[[int], float] | None = None,
) -> Estimate:
    r"""The realized mass :math:`\sum_\ell w_\ell M_\ell` of this sample, each M between 0 and 1.

    Parameters
    ----------
    fingerprint : Fingerprint
        Of the sample.
    weights : mapping
        The weight in [0, 1] of what was seen so many times; 0 stands for the unseen.
    level : float
        Of the interval, in (0, 1).
    smoothed : callable, optional
        The expected number of subpopulations seen so many times, by a fitted prior; used instead of the observed one.
    """
    n, said = fingerprint.n_samples, contradiction(fingerprint)
    possible = {
        count: weight for count, weight in weights.items() if weight > 0 and (said or _can_hold(fingerprint, count))
    }
    if not possible:
        return Estimate(value=0.0, low=0.0, high=0.0, level=level, method="no subpopulation was seen so often")
    heaviest = max(possible.values())
    total = _total(smoothed or fingerprint, possible)
    stretch = _stretch(smoothed or fingerprint, possible) if total > 0 else _stretch_of_nothing(possible)
    tail = (1 - level) / 2
    low = poisson_mean_low(total / stretch, tail) * stretch
    high = poisson_mean_high(total / stretch, tail) * stretch
    if said or _carriers(fingerprint, possible) < -math.log(tail):
        low = 0.0
    if said:
        high = n * heaviest
    value, low, high = (min(mass / n, heaviest) for mass in (total, low, high))
    return Estimate(
        value=value,
        low=min(low, value),
        high=max(high, value),
        level=level,
        method=f"{'Good–Turing' if smoothed is None else 'NPMLE'}, Garwood interval stretched for prediction",
        warning=said or _warning(fingerprint, possible),
    )


def in_percent(estimate: Estimate) -> str:
    """Return a mass in percent, with its interval, as it is said."""
    value, low, high = (100 * end for end in (estimate.value, estimate.low, estimate.high))
    return f"{value:.3g} % [{low:.3g}, {high:.3g}]"


def _total(number: Callable[[int], float], weights: Mapping[int, float]) -> float:
    """Return the prediction, times n."""
    return sum(weight * (count + 1) * number(count + 1) for count, weight in weights.items())


def _mean_square_error(number: Callable[[int], float], weights: Mapping[int, float]) -> float:
    """Return the unbiased estimate of the mean square of n times (prediction - realized), in the Poisson model."""
    mean_square = 0.0
    for cell in {count + step for count in weights for step in (1, 2)}:
        predicted, realized = weights.get(cell - 1, 0.0), weights.get(cell - 2, 0.0)
        mean_square += number(cell) * (cell * predicted**2 + cell * (cell - 1) * (predicted - realized) ** 2)
    return mean_square


def _stretch(number: Callable[[int], float], weights: Mapping[int, float]) -> float:
    """Return the number of independent examples that one step of the prediction is worth.

    It is smoothed, since small cells scatter.
    """

    def one_more(cell: int) -> float:
        return number(cell) + 1.0

    return _mean_square_error(one_more, weights) / _total(one_more, weights)


def _carriers(fingerprint: Fingerprint, weights: Mapping[int, float]) -> float:
    """Return the least number of subpopulations on which the mass rests.

    Their number is Poisson, so that a few may turn out to be none.
    """

    def carriers(count: int) -> float:
        next_cell, after_next = fingerprint(count + 1), fingerprint(count + 2)
        return (count + 1) * next_cell * (next_cell - 1) / ((count + 2) * (after_next + 1))

    return sum(carriers(count) for count in weights)


def _stretch_of_nothing(weights: Mapping[int, float]) -> float:
    """Return the stretch where the cells are empty, as if there were half an example of the next cell in each."""
    return max(weight * ((count + 1) + 0.5 * (count + 2)) for count, weight in weights.items())


def _can_hold(fingerprint: Fingerprint, count: int) -> bool:
    return count == 0 or fingerprint(count) > 0


def _warning(fingerprint: Fingerprint, weights: Mapping[int, float]) -> str:
    cells = sorted({count + 1 for count in weights})
    resting_on = sum(fingerprint(cell) for cell in cells)
    if resting_on >= _FEW:
        return ""
    often = times(cells[0]) if len(cells) == 1 else f"{cells[0]} to {cells[-1]} times"
    if resting_on == 0:
        return f"no subpopulation was seen {often}: the value 0 says little, the upper end is what is known"
    noun = "subpopulation" if resting_on == 1 else "subpopulations"
    return f"rests on only {resting_on} {noun} seen {often}"
