r"""What a guarantee of privacy means: events to :math:`(\varepsilon, \delta)`, and a ceiling on any attack's curve.

An event describes what was done to the data, and nothing more; its :math:`\delta(\varepsilon)` is the smallest
:math:`\delta` that can be guaranteed together with :math:`\varepsilon`. At false-positive rate :math:`\alpha`, any
attack on an :math:`(\varepsilon, \delta)`-private release has a true-positive rate of at most

.. math:: \min\big(\delta + e^{\varepsilon} \alpha,\; 1 - e^{-\varepsilon} (1 - \delta - \alpha)\big)

[WassermanZhou2010]_; an event that has a whole curve of guarantees gives the least of these over the curve. For one
Gaussian release whose shift is :math:`\mu` standard deviations of its noise,

.. math:: \delta(\varepsilon) = \Phi\Big(\frac{\mu}{2} - \frac{\varepsilon}{\mu}\Big)
          - e^{\varepsilon} \Phi\Big(-\frac{\mu}{2} - \frac{\varepsilon}{\mu}\Big),

and the ceiling :math:`\Phi(\Phi^{-1}(\alpha) + \mu)` is reached by an attack [DongRothSu2022]_.

Neighbors differ in one example that is added or removed. Private training composes thousands of events; its curve is
the privacy-loss distribution of ``dp-accounting`` (the extra ``privacy``), rounded to the safe side [Koskela2020]_.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import log_ndtr, ndtr, ndtri

from longtail.arguments import Within, checked
from longtail.array_types import Reals
from longtail.errors import InputError, Said

__all__ = ["MOST_STEPS", "ApproximatePrivacy", "GaussianRelease", "PrivacyEvent", "PrivateTraining", "largest_shift"]

# Step of the grid of privacy losses at a noise multiplier of 1 or more. Losses grow as the noise falls, and so does
# the step.
_GRID = 1e-4
_LEAST_NOISE, _MOST_NOISE = 1e-3, 1e9  # Beyond these, powers of the noise are no numbers.
_LEAST_EPSILON, _MOST_EPSILON, _LEAST_DELTA = 1e-4, 1e6, 1e-100  # Beyond these, delta is rounding alone.
MOST_STEPS = 100_000_000  # This many take seconds and a gigabyte, which both grow with the root of the steps.


class PrivacyEvent(Protocol):
    """Questions that every event answers."""

    def delta_at(self, epsilon: float) -> float:
        """The smallest delta that can be guaranteed with ``epsilon``, which is at least 0."""
        ...

    def epsilon_at(self, delta: float) -> float:
        """The smallest epsilon that can be guaranteed with ``delta``, or infinity if none can."""
        ...

    def attack_ceiling(self, false_positive_rate: ArrayLike) -> Reals:
        """The largest true-positive rate of any attack."""
        ...


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class ApproximatePrivacy:
    """One guarantee, without further knowledge. Randomized response reaches it.

    Parameters
    ----------
    epsilon : float
        At least 0.
    delta : float
        In [0, 1].

    Examples
    --------
    >>> guarantee = ApproximatePrivacy(epsilon=1.0)
    >>> guarantee.attack_ceiling([0.0, 0.1, 1.0]).round(3).tolist()
    [0.0, 0.272, 1.0]
    """

    epsilon: float
    delta: float = 0.0

    def __post_init__(self) -> None:
        _require_at_least_0("epsilon", self.epsilon)
        _require_probability("delta", self.delta)

    def delta_at(self, epsilon: float) -> float:
        """Return ``delta`` and, below its epsilon, what randomized response would still give away."""
        _require_at_least_0("epsilon", epsilon)
        lost = max(math.expm1(self.epsilon) - math.expm1(epsilon), 0.0) / (1 + math.exp(self.epsilon))
        return self.delta + (1 - self.delta) * lost

    def epsilon_at(self, delta: float) -> float:
        """Invert :meth:`delta_at`."""
        _require_probability("delta", delta)
        if delta < self.delta:
            return math.inf
        spared = (delta - self.delta) / (1 - self.delta) * (1 + math.exp(self.epsilon)) if self.delta < 1 else 0.0
        return math.log(max(math.exp(self.epsilon) - spared, 1.0))

    def attack_ceiling(self, false_positive_rate: ArrayLike) -> Reals:
        """The largest true-positive rate of any attack."""
        return _ceiling(false_positive_rate, np.array([self.epsilon]), np.array([self.delta]))


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class GaussianRelease:
    """A sum released once with Gaussian noise. Without subsampling, T such releases are one with ``mu * sqrt(T)``.

    Parameters
    ----------
    mu : float
        How far one example moves the sum, in standard deviations of the noise; positive.

    Examples
    --------
    >>> release = GaussianRelease(mu=1.0)
    >>> round(release.epsilon_at(1e-5), 4), release.attack_ceiling(0.5).round(4).item()
    (4.3772, 0.8413)
    """

    mu: float

    def __post_init__(self) -> None:
        if not (self.mu > 0 and math.isfinite(self.mu)):
            raise InputError("mu", "be positive", self.mu)

    @classmethod
    def private(cls, epsilon: float, delta: float) -> "GaussianRelease":
        """Return the release with the least noise that is (epsilon, delta)-private, rounded to the safe side.

        Parameters
        ----------
        epsilon : float
            From 1e-4 to 1e6.
        delta : float
            From 1e-100 to 1/2.

        Raises
        ------
        InputError
            If a number is out of its range.

        Examples
        --------
        >>> round(GaussianRelease.private(4.3772, 1e-5).mu, 4)
        1.0
        """
        Within(_LEAST_EPSILON, _MOST_EPSILON).require("epsilon", epsilon)
        Within(_LEAST_DELTA, 0.5).require("delta", delta)
        from scipy.optimize import brentq

        def excess(log_mu: float) -> float:
            return cls(mu=math.exp(log_mu)).delta_at(epsilon) - delta

        most = math.log(math.sqrt(2 * epsilon) + 4)  # delta is above 1/2 there
        log_mu = float(brentq(excess, math.log(_LEAST_EPSILON * 1e-3), most, xtol=1e-12))
        while excess(log_mu) > 0:
            log_mu -= 1e-12
        return cls(mu=math.exp(log_mu))

    def delta_at(self, epsilon: float) -> float:
        """Return delta in closed form."""
        _require_at_least_0("epsilon", epsilon)
        near, far = self.mu / 2 - epsilon / self.mu, -self.mu / 2 - epsilon / self.mu
        return float(ndtr(near) - math.exp(epsilon + float(log_ndtr(far))))

    def epsilon_at(self, delta: float) -> float:
        """Invert :meth:`delta_at`."""
        _require_probability("delta", delta)
        if delta == 0:
            return math.inf
        if delta >= self.delta_at(0.0):
            return 0.0
        furthest = self.mu * (self.mu / 2 - float(ndtri(delta)))  # There the first term alone is delta.
        from scipy.optimize import brentq

        return float(brentq(lambda epsilon: self.delta_at(epsilon) - delta, 0.0, furthest, xtol=1e-12))

    def attack_ceiling(self, false_positive_rate: ArrayLike) -> Reals:
        """The largest true-positive rate of any attack, in closed form."""
        ceiling: Reals = ndtr(ndtri(_rates(false_positive_rate)) + self.mu)
        return ceiling


@lru_cache
def largest_shift(epsilon: float, delta: float) -> float:
    """Return the largest ``mu`` of a Gaussian release that is (epsilon, delta)-private, rounded down.

    Parameters
    ----------
    epsilon, delta : float
        The guarantee, positive.

    Examples
    --------
    >>> round(largest_shift(4.3772, 1e-5), 4)
    1.0
    """
    low, high = 0.0, 1.0
    while GaussianRelease(mu=high).epsilon_at(delta) < epsilon:
        low, high = high, 2 * high
    while high - low > 1e-9 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if GaussianRelease(mu=middle).epsilon_at(delta) <= epsilon else (low, middle)
    return low


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateTraining:
    """A training by DP-SGD: steps that each add Gaussian noise to the clipped gradients of a Poisson sample.

    Parameters
    ----------
    noise_multiplier : float
        Standard deviation of the noise over the clipping norm; positive.
    sampling_probability : float
        With which each example is in a step, in (0, 1].
    steps : int
        From 1 to 10^8.

    Raises
    ------
    InputError
        If a number breaks its law; when asked, if the extra ``privacy`` is not installed.
    """

    noise_multiplier: float
    sampling_probability: float
    steps: int

    def __post_init__(self) -> None:
        if not self.noise_multiplier > 0:
            raise InputError("noise_multiplier", "be positive", self.noise_multiplier)
        Within(_LEAST_NOISE, _MOST_NOISE).require("noise_multiplier", self.noise_multiplier)
        if not 0 < self.sampling_probability <= 1:
            raise InputError("sampling_probability", "lie in (0, 1]", self.sampling_probability)
        Within(1, MOST_STEPS).require("steps", self.steps)

    def delta_at(self, epsilon: float) -> float:
        """Return delta from the privacy-loss distribution."""
        _require_at_least_0("epsilon", epsilon)
        return float(_deltas(self, (epsilon,))[0])

    def epsilon_at(self, delta: float) -> float:
        """Return epsilon from the privacy-loss distribution."""
        _require_probability("delta", delta)
        return float(_accountant(self).get_epsilon(delta))

    def attack_ceiling(self, false_positive_rate: ArrayLike) -> Reals:
        """The largest true-positive rate of any attack, from 500 guarantees of its curve."""
        epsilons = np.linspace(0, max(self.epsilon_at(1e-9), 1e-3), 500)
        return _ceiling(false_positive_rate, epsilons, _deltas(self, tuple(epsilons.tolist())))


def _ceiling(false_positive_rate: ArrayLike, epsilons: Reals, deltas: Reals) -> Reals:
    """Return the least of the ceilings of several guarantees. Each alone is a ceiling, so a coarse grid is safe."""
    alpha = _rates(false_positive_rate)[..., None]
    few_alarms = deltas + np.exp(epsilons) * alpha
    few_misses = 1 - np.exp(-epsilons) * (1 - deltas - alpha)
    ceiling: Reals = np.minimum(np.minimum(few_alarms, few_misses).min(axis=-1), 1.0)
    return ceiling


@lru_cache(maxsize=8)
def _accountant(event: PrivateTraining):  # type: ignore[no-untyped-def]  # dp-accounting ships no types
    """Compose the privacy-loss distribution of a training, once."""
    try:
        import dp_accounting
        from dp_accounting.pld import PLDAccountant
    except ImportError as error:
        remedy = "In a clone: pip install '.[privacy]'."
        raise InputError("the extra privacy", "be installed, to account for DP-SGD", Said("none"), remedy) from error
    step = dp_accounting.GaussianDpEvent(event.noise_multiplier)
    if event.sampling_probability < 1:
        step = dp_accounting.PoissonSampledDpEvent(event.sampling_probability, step)
    grid = _GRID * max(1.0, event.noise_multiplier**-3)
    try:
        return PLDAccountant(value_discretization_interval=grid).compose(
            dp_accounting.SelfComposedDpEvent(step, event.steps)
        )
    except OverflowError:
        law = "be large enough for a privacy loss whose exponential is a number"
        raise InputError("noise_multiplier", law, event.noise_multiplier) from None


def _deltas(event: PrivateTraining, epsilons: tuple[float, ...]) -> Reals:
    return np.asarray(_accountant(event).get_delta(list(epsilons)), float)


def _rates(false_positive_rate: ArrayLike) -> Reals:
    rates = np.asarray(false_positive_rate, float)
    if not ((rates >= 0) & (rates <= 1)).all():
        raise InputError("false_positive_rate", "lie in [0, 1]", rates)
    return rates


def _require_at_least_0(argument: str, value: float) -> None:
    if not value >= 0:
        raise InputError(argument, "be at least 0", value)


def _require_probability(argument: str, value: float) -> None:
    if not 0 <= value <= 1:
        raise InputError(argument, "lie in [0, 1]", value)
