r"""How exposure falls with the number of examples of a class: the power of its size, fitted to groups of a run.

The advantage of an attack, its true-positive rate less its false-positive rate, is set against the number S of examples
of a group as

.. math:: \mathrm{advantage}(S) = e^{b} S^{s}.

In transfer learning the slope s is one half below zero, by theory and about so where it was measured
[TobabenEtAl2025]_. Where a model holds no more than the mean of the embeddings of a class it is so for large S, and for
small ones it is not: the mean of S normal vectors gives away one of them, :math:`r = |x| / \sigma` long, with advantage

.. math:: \Phi\Bigl(\frac{r - z \sqrt{S}}{\sqrt{S - 1}}\Bigr) - \alpha, \qquad z = \Phi^{-1}(1 - \alpha).

Derivation: ``docs/derivations/exposure-law.md``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from longtail.arguments import checked
from longtail.array_types import Reals
from longtail.errors import InputError, Said
from longtail.estimate import Estimate, require_level
from longtail.sampling_laws import normal_half_width, student_half_width

__all__ = ["LEAST_GROUPS", "ExposureLaw", "exposure_law", "mean_embedding_advantage"]


LEAST_GROUPS = 4
"""Fewer groups cannot show whether they lie on a line."""

_LEAST_RATIO = 2.0  # The largest group, in units of the smallest.
_HALF = -0.5
_METHOD = "weighted least squares over groups; Student's interval, as wide as their scatter asks"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureLaw:
    """The law of a run's groups.

    Parameters
    ----------
    slope : Estimate
        The power of the size.
    scatter : float
        Mean square of the distance from the law, in standard errors of the groups; about 1 where size is all.
    n_groups, smallest, largest : int
        How many groups, and their sizes.
    """

    slope: Estimate
    scatter: float
    n_groups: int
    smallest: int
    largest: int

    @property
    def is_half(self) -> bool:
        """Return whether the interval holds one half below zero."""
        return self.slope.low <= _HALF <= self.slope.high


@checked
def exposure_law(sizes: ArrayLike, advantages: Sequence[Estimate], level: float = 0.95) -> ExposureLaw:
    """Fit the power of the size with which the advantage of an attack falls.

    Parameters
    ----------
    sizes : (groups,) array
        Examples of each group.
    advantages : sequence of Estimate
        Of each group: true-positive rate less false-positive rate. They may be negative; none is left out.
    level : float
        Of the interval.

    Raises
    ------
    InputError
        If there are fewer than four groups whose advantage is known, if their sizes differ by less than a factor of
        two, or if no law can be told because the advantage of all together is not surely above zero.
    """
    require_level(level)
    size = np.asarray(sizes, float)
    if size.shape != (len(advantages),) or not (size >= 1).all():
        raise InputError("sizes", f"be a number of examples for each of {len(advantages)} groups", size.shape)
    value, error = (
        (np.array(each, float) for each in zip(*map(_with_error, advantages), strict=True))
        if advantages
        else (size, size)
    )
    known = np.isfinite(value) & (error > 0)
    size, value, error = size[known], value[known], error[known]
    if len(size) < LEAST_GROUPS:
        raise InputError("sizes", f"be of at least {LEAST_GROUPS} groups that could be attacked", len(size))
    smallest, largest = int(size.min()), int(size.max())
    if largest < _LEAST_RATIO * smallest:
        raise InputError("sizes", "differ by a factor of two or more", Said(f"{smallest:,} to {largest:,}"))
    weight = 1 / error**2
    if value @ weight <= normal_half_width(level) * weight.sum() ** 0.5:
        raise InputError("advantages", "be surely above zero, all groups together", Said("no advantage that falls"))
    slope, spread, scatter = _fitted(np.log(size / np.exp(np.mean(np.log(size)))), value, error)
    half = float(student_half_width(level, len(size) - 2)) * spread * max(scatter, 1.0) ** 0.5
    return ExposureLaw(
        slope=Estimate(value=slope, low=slope - half, high=slope + half, level=level, method=_METHOD),
        scatter=scatter,
        n_groups=len(size),
        smallest=smallest,
        largest=largest,
    )


@checked
def mean_embedding_advantage(size: ArrayLike, length: float, false_positive_rate: float = 0.01) -> Reals:
    r"""Advantage of an attack on a model that is the mean of a class's embeddings.

    Parameters
    ----------
    size : array
        Examples of the class, at least 2.
    length : float
        Of the embedding that is looked for, less the mean of its class, in standard deviations of a coordinate.
    false_positive_rate : float
        Of the attack, strictly between 0 and 1.

    Raises
    ------
    InputError
        If a number is out of its range.

    Examples
    --------
    >>> mean_embedding_advantage([100, 400], 8.0).round(4)
    array([0.0525, 0.0169])
    """
    number = np.asarray(size, float)
    if not (number >= 2).all():
        raise InputError("size", "be at least 2", Said(f"{number.min():g}"))
    if not 0 < length < np.inf:
        raise InputError("length", "be positive and finite", length)
    if not 0 < false_positive_rate < 1:
        raise InputError("false_positive_rate", "lie strictly between 0 and 1", false_positive_rate)
    z = float(ndtri(1 - false_positive_rate))
    advantage: Reals = ndtr((length - z * np.sqrt(number)) / np.sqrt(number - 1)) - false_positive_rate
    return advantage


def _with_error(advantage: Estimate) -> tuple[float, float]:
    """Value and standard error, from half the width of the interval."""
    half = (advantage.high - advantage.low) / 2
    return advantage.value, half / normal_half_width(advantage.level)


def _fitted(log_size: Reals, value: Reals, error: Reals) -> tuple[float, float, float]:
    """Return the slope, its standard error, and the mean square of what is left, in standard errors of the groups."""
    from scipy.optimize import least_squares  # here, as it takes long to import

    def left(at: Reals) -> Reals:
        found: Reals = (np.exp(at[0] + at[1] * log_size) - value) / error
        return found

    weight = 1 / error**2
    start = np.array([np.log(value @ weight / weight.sum()), _HALF])
    found = least_squares(left, start, method="lm", x_scale=1.0)
    jacobian = np.asarray(found.jac, float)
    spread = np.linalg.inv(jacobian.T @ jacobian)[1, 1] ** 0.5
    return float(found.x[1]), float(spread), float(2 * found.cost / (len(value) - 2))
