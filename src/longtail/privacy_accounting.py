r"""Privacy accounting: what noise buys, by numerically composed privacy-loss distributions.

A step of DP-SGD takes each example with probability :math:`q`, sums their gradients clipped to norm :math:`C` and adds
Gaussian noise of standard deviation :math:`\sigma C`: the Poisson-subsampled Gaussian mechanism. The least
:math:`\varepsilon` for which :math:`T` steps are :math:`(\varepsilon, \delta)`-differentially private when one example
is added or removed comes from the :math:`T`-fold convolution of its privacy-loss distribution [KoskelaEtAl2020]_, with
the discretization of [DoroshenkoEtAl2022]_, which is never below the truth. The convolution is dp-accounting's.

The accountant takes noise to be real numbers; floating-point noise has finer structure, which it does not see.
"""

import math
from functools import cache

from dp_accounting.pld import privacy_loss_distribution
from scipy.optimize import brentq

from longtail.errors import InputError
from longtail.theory.laws import whole_law

__all__ = ["noise_multiplier_for", "subsampled_gaussian_epsilon"]

_GRID = (
    1e-4  # of privacy losses at a noise multiplier of 1 or more; losses grow as noise falls, and their grid with them
)
_NOISE_TOLERANCE = 1e-3  # relative
_MOST_LOG_NOISE = 12.0
_NO_LOSS = 1e-300  # in place of an epsilon of zero, where a logarithm is taken


def subsampled_gaussian_epsilon(noise_multiplier: float, sampling_rate: float, steps: int, delta: float) -> float:
    """The epsilon of a run of the Poisson-subsampled Gaussian mechanism, for one example added or removed.

    Parameters
    ----------
    noise_multiplier : float
        Standard deviation of the noise over the clipping norm; 0 gives no privacy.
    sampling_rate : float
        The probability that an example takes part in a step, in (0, 1].
    steps : int
        How many steps.
    delta : float
        In (0, 1).

    Returns
    -------
    float
        An upper bound, sharp to about one in a thousand; infinite without noise.

    Raises
    ------
    InputError
        If a number is outside its range.

    Examples
    --------
    >>> round(subsampled_gaussian_epsilon(1.1, 256 / 60_000, 14_062, 1e-5), 2)
    2.38
    """
    _check_run(sampling_rate, steps, delta)
    if not 0 <= noise_multiplier < math.inf:
        raise InputError("noise_multiplier", "be at least 0 and finite", noise_multiplier)
    return _epsilon(float(noise_multiplier), float(sampling_rate), int(steps), float(delta))


def noise_multiplier_for(epsilon: float, sampling_rate: float, steps: int, delta: float) -> float:
    """The least noise multiplier at which a run is (epsilon, delta)-private, rounded up.

    Parameters
    ----------
    epsilon : float
        The promise, positive and finite.
    sampling_rate, steps, delta
        As for :func:`subsampled_gaussian_epsilon`.

    Returns
    -------
    float
        Its epsilon, by the same accountant, is at most ``epsilon``.

    Raises
    ------
    InputError
        If a number is outside its range, or no noise that the accountant knows is enough.

    Examples
    --------
    >>> noise = noise_multiplier_for(2.0, 0.01, 100, 1e-5)
    >>> 1.99 < subsampled_gaussian_epsilon(noise, 0.01, 100, 1e-5) <= 2.0
    True
    """
    _check_run(sampling_rate, steps, delta)
    if not 0 < epsilon < math.inf:
        raise InputError("epsilon", "be positive and finite", epsilon)
    return _least_noise(float(epsilon), float(sampling_rate), int(steps), float(delta))


@cache
def _epsilon(noise_multiplier: float, sampling_rate: float, steps: int, delta: float) -> float:
    if noise_multiplier == 0:
        return math.inf
    grid = _GRID * max(1.0, noise_multiplier**-3)
    one_step = privacy_loss_distribution.from_gaussian_mechanism(
        noise_multiplier, sampling_prob=sampling_rate, value_discretization_interval=grid, use_connect_dots=True
    )
    return float(one_step.self_compose(steps).get_epsilon_for_delta(delta))


@cache
def _least_noise(epsilon: float, sampling_rate: float, steps: int, delta: float) -> float:
    """By regula falsi on logarithms, where epsilon against noise is nearly a line; rounded to keep the promise."""

    def excess(log_noise: float) -> float:
        return math.log(max(_epsilon(math.exp(log_noise), sampling_rate, steps, delta), _NO_LOSS) / epsilon)

    low = high = math.log(max(1.0, 3 * sampling_rate * math.sqrt(steps)) / max(1.0, epsilon))
    while excess(high) > 0:
        low, high = high, high + 1.0
        if high > _MOST_LOG_NOISE:
            raise InputError("epsilon", f"be reachable with noise multipliers below {math.exp(high):.0e}", epsilon)
    while excess(low) <= 0:
        low, high = low - 1.0, low
    log_noise = float(brentq(excess, low, high, xtol=_NOISE_TOLERANCE / 4))
    while excess(log_noise) > 0:
        log_noise += _NOISE_TOLERANCE / 4
    return math.exp(log_noise)


def _check_run(sampling_rate: float, steps: int, delta: float) -> None:
    if not 0 < sampling_rate <= 1:
        raise InputError("sampling_rate", "lie in (0, 1]", sampling_rate)
    whole_law("steps", steps, least=1)
    if not 0 < delta < 1:
        raise InputError("delta", "lie strictly between 0 and 1", delta)
