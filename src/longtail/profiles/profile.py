r"""Memorization in one training run, by difference in differences [LesciEtAl2024]_.

Let :math:`\ell_c(x)` be the loss of the model after checkpoint c. An example of cohort g is met between the checkpoints
:math:`g - 1` and g. Its loss falls from :math:`g - 1` to a later c because it was trained on, and because the model
learned from everything else, too. The second part is what the losses of controls fall by. Without the first part both
would fall alike: that is the assumption (*parallel trends*), with which

.. math:: \tau_{g,c} = E[\ell_{g-1} - \ell_c \mid \text{cohort } g] - E[\ell_{g-1} - \ell_c \mid \text{control}]

is the expected counterfactual memorization of cohort g at checkpoint c: how much lower its loss is than it would be had
it been left out. At c = g it is *instantaneous*; later it is *persistent*; at the last checkpoint it is *residual*.
A *lag* e is c - g, in checkpoints, and its profile is the mean of :math:`\tau_{g,g+e}` over examples.

Before an example is met there is nothing to memorize, so that the same contrast at lags of -2 and less (-1 is where it
starts) must be zero. These *placebos* are the test of the assumption that the data allow, and they are told.

Standard errors. Given the run, examples are independent. With weights :math:`w_g` (its share of the examples), a mean
over cohorts is a sum of independent means,

.. math:: \hat\tau = \sum_g w_g \bar d_g - \bar u, \qquad
          u_j = \sum_g w_g \left(\ell_{g-1}(j) - \ell_{g+e}(j)\right),

of the falls d of each cohort and of one number :math:`u_j` for each control j, which all cohorts share: to add up the
variances of the cohorts' own contrasts would leave their covariance out. So

.. math:: \widehat{\mathrm{var}}(\hat\tau) = \sum_g w_g^2 \frac{s_g^2}{n_g} + \frac{s_u^2}{n_0},

with Welch and Satterthwaite's degrees of freedom for Student's quantile. Each part of it is an unbiased estimate, hence
so is the sum. Intervals are over examples; what another run of the same training would give is not in them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.array_types import Reals
from longtail.errors import InputError, Said
from longtail.estimate import Estimate, require_level
from longtail.profiles.losses import Losses
from longtail.sampling_laws import student_half_width, student_sf

__all__ = ["MemorizationProfile", "memorization_profile"]

_METHOD = "difference in differences, Welch's interval over examples"


@dataclass(frozen=True, slots=True, kw_only=True)
class MemorizationProfile:
    """Memorization of cohorts at checkpoints, in the unit of the loss: positive where training on them lowers it.

    Parameters
    ----------
    checkpoints : (C,) int64 array
        Steps of the checkpoints.
    cohorts : (G,) int64 array
        Position of the first checkpoint that has met each cohort.
    sizes : (G,) int64 array
        Examples of each cohort.
    n_controls : int
        Examples that no checkpoint has met.
    value, low, high : (G, C) float arrays
        Memorization of each cohort at each checkpoint, and its interval; 0 at the checkpoint before the cohort is met.
    lags : (E,) int64 array
        Lags in checkpoints, the least first, without -1.
    by_lag : tuple of Estimate
        The mean over examples at each lag.
    instantaneous, residual : Estimate
        The means at lag 0, and at the last checkpoint.
    placebo : float
        A p-value of parallel trends before training: the least of all lags below -1, times their number; NaN if none.
    left_out : int
        Examples that were met before the first checkpoint, or are alone in their cohort: they have no before, or no
        interval.
    """

    checkpoints: NDArray[np.int64]
    cohorts: NDArray[np.int64]
    sizes: NDArray[np.int64]
    n_controls: int
    value: Reals
    low: Reals
    high: Reals
    lags: NDArray[np.int64]
    by_lag: tuple[Estimate, ...]
    instantaneous: Estimate
    residual: Estimate
    placebo: float
    left_out: int


@checked
def memorization_profile(losses: Losses, level: float = 0.95) -> MemorizationProfile:
    """Estimate when examples are memorized in one training run, and for how long.

    Parameters
    ----------
    losses : Losses
        Of examples trained on once, and of controls, at checkpoints before and after.
    level : float
        Nominal coverage of each interval.

    Raises
    ------
    InputError
        If there are fewer than two controls, or no cohort of two examples with a checkpoint before it.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> fall = np.array([[4.0, 3.0, 2.5]] * 60) + rng.normal(0, 0.1, (60, 3))
    >>> fall[:30, 1:] -= 0.5  # what the first thirty are memorized by
    >>> step = np.array([10] * 30 + [-1] * 30)
    >>> names = tuple(map(str, range(60)))
    >>> table = Losses(loss=fall, checkpoints=np.array([0, 10, 20]), step=step, names=names)
    >>> print(memorization_profile(table).instantaneous)
    0.528 [0.458, 0.598]
    """
    require_level(level)
    n_checkpoints, cohort = len(losses.checkpoints), losses.cohort
    numbers, sizes = np.unique(cohort, return_counts=True)
    fit = (numbers > 0) & (numbers < n_checkpoints) & (sizes > 1)
    controls = losses.loss[cohort == n_checkpoints]
    if len(controls) < 2:
        law = "hold at least two examples that no checkpoint has met, as controls"
        raise InputError("losses", law, Said(str(len(controls))), "Record losses of validation examples, too.")
    if not fit.any():
        law = "hold a cohort of two examples with a checkpoint before and one after"
        raise InputError("losses", law, Said("none"), "Record a checkpoint before the first step.")
    cohorts, treated = numbers[fit], [losses.loss[cohort == number] for number in numbers[fit]]
    estimate = _Contrasts(cohorts=cohorts, treated=treated, controls=controls, level=level)
    each = [[estimate.mean([(g, c)])[0] for c in range(n_checkpoints)] for g in range(len(cohorts))]
    lags = [lag for lag in range(-int(cohorts.max()), n_checkpoints - int(cohorts.min())) if lag != -1]
    told = [
        estimate.mean([(g, k + lag) for g, k in enumerate(cohorts) if 0 <= k + lag < n_checkpoints]) for lag in lags
    ]
    before = [p for lag, (_, p) in zip(lags, told, strict=True) if lag < -1]
    return MemorizationProfile(
        checkpoints=losses.checkpoints,
        cohorts=cohorts,
        sizes=sizes[fit],
        n_controls=len(controls),
        value=np.array([[one.value for one in row] for row in each]),
        low=np.array([[one.low for one in row] for row in each]),
        high=np.array([[one.high for one in row] for row in each]),
        lags=np.array(lags, np.int64),
        by_lag=tuple(one for one, _ in told),
        instantaneous=told[lags.index(0)][0],
        residual=estimate.mean([(g, n_checkpoints - 1) for g in range(len(cohorts))])[0],
        placebo=min(1.0, min(before) * len(before)) if before else float("nan"),
        left_out=int(sizes[(numbers < n_checkpoints) & ~fit].sum()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Contrasts:
    """Means of contrasts of cohorts and checkpoints, with their intervals."""

    cohorts: NDArray[np.int64]
    treated: Sequence[Reals]
    controls: Reals
    level: float

    def mean(self, cells: Sequence[tuple[int, int]]) -> tuple[Estimate, float]:
        """Return the mean over the examples of ``cells``, pairs of a cohort and a checkpoint, and a p-value of zero."""
        sizes = np.array([len(self.treated[g]) for g, _ in cells], float)
        weights = sizes / sizes.sum()
        value, parts = 0.0, []
        shared = np.zeros(len(self.controls))
        for weight, (g, c) in zip(weights, cells, strict=True):
            base = self.cohorts[g] - 1
            fall = self.treated[g][:, base] - self.treated[g][:, c]
            shared += weight * (self.controls[:, base] - self.controls[:, c])
            value += weight * fall.mean()
            parts.append((weight**2 * fall.var(ddof=1) / len(fall), len(fall) - 1))
        value -= shared.mean()
        parts.append((shared.var(ddof=1) / len(shared), len(shared) - 1))
        variance = sum(part for part, _ in parts)
        if variance == 0:
            sure = Estimate(value=value, low=value, high=value, level=self.level, method=_METHOD)
            return sure, 1.0 if value == 0 else 0.0
        freedom = variance**2 / sum(part**2 / n for part, n in parts)
        error = float(np.sqrt(variance))
        half = float(student_half_width(self.level, freedom)) * error
        found = Estimate(value=value, low=value - half, high=value + half, level=self.level, method=_METHOD)
        return found, float(2 * student_sf(abs(value) / error, freedom))
