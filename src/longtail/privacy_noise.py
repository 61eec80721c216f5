"""The noise of DP-SGD: how much of it a guarantee needs, and what guarantee it gives. Each is computed once.

A noise takes seconds; a process remembers those that it computed, and can learn those that an earlier one kept.
"""

import math
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import NamedTuple

from longtail.arguments import checked
from longtail.errors import InputError
from longtail.privacy_accounting import PrivateTraining

__all__ = [
    "Noise",
    "accountant_version",
    "known_noises",
    "learn_noises",
    "noise_multiplier_for",
    "subsampled_gaussian_epsilon",
]

_NOISE_TOLERANCE = 1e-3  # Relative tolerance of the noise multiplier.
_MOST_LOG_NOISE = 12.0
_NEEDS_NOISE = "be small enough to need noise at all"
_NO_LOSS = 1e-300  # Replaces an epsilon of zero where a logarithm is taken.


class Noise(NamedTuple):
    """The noise of a run of DP-SGD that is (epsilon, delta)-private, and the epsilon that it spends."""

    epsilon: float
    sampling_rate: float
    steps: int
    delta: float
    noise_multiplier: float
    spent: float


_noises: dict[tuple[float, float, int, float], Noise] = {}
"""Those that were computed or learned in this process, by what they were asked for."""


@checked
def subsampled_gaussian_epsilon(noise_multiplier: float, sampling_rate: float, steps: int, delta: float) -> float:
    """The epsilon of a run of DP-SGD, for one example added or removed, infinite without noise.

    Parameters
    ----------
    noise_multiplier, sampling_rate, steps
        As for :class:`~longtail.privacy_accounting.PrivateTraining`; without noise there is no privacy.
    delta : float
        In (0, 1).

    Returns
    -------
    float
        An upper bound, sharp to about one in a thousand.

    Examples
    --------
    >>> round(subsampled_gaussian_epsilon(1.1, 256 / 60_000, 14_062, 1e-5), 2)
    2.38
    """
    _require_delta(delta)
    if noise_multiplier == 0:
        return math.inf
    asked = (float(noise_multiplier), float(sampling_rate), int(steps), float(delta))
    spent = (each.spent for each in _noises.values() if (each.noise_multiplier, *each[1:4]) == asked)
    return next(spent, None) or _epsilon(*asked)


@checked
def noise_multiplier_for(epsilon: float, sampling_rate: float, steps: int, delta: float) -> float:
    """Find the least noise multiplier at which a run of DP-SGD is (epsilon, delta)-private, rounded up.

    Parameters
    ----------
    epsilon : float
        The guarantee, positive and finite.
    sampling_rate, steps, delta
        As for :func:`subsampled_gaussian_epsilon`.

    Raises
    ------
    InputError
        If a number is outside its range, or no noise below the accountant's largest is enough.

    Examples
    --------
    >>> noise = noise_multiplier_for(2.0, 0.01, 100, 1e-5)
    >>> 1.99 < subsampled_gaussian_epsilon(noise, 0.01, 100, 1e-5) <= 2.0
    True
    """
    _require_delta(delta)
    if not 0 < epsilon < math.inf:
        raise InputError("epsilon", "be positive and finite", epsilon)
    try:
        return _least_noise(float(epsilon), float(sampling_rate), int(steps), float(delta))
    except OverflowError:  # e^epsilon is too large for a float.
        raise InputError("epsilon", _NEEDS_NOISE, epsilon) from None
    except InputError as error:
        if error.argument != "noise_multiplier":
            raise
        raise InputError("epsilon", _NEEDS_NOISE, epsilon) from None  # Nobody named the noise.


@cache
def _epsilon(noise_multiplier: float, sampling_rate: float, steps: int, delta: float) -> float:
    training = PrivateTraining(noise_multiplier=noise_multiplier, sampling_probability=sampling_rate, steps=steps)
    return training.epsilon_at(delta)


def accountant_version() -> str | None:
    """Return the version of dp-accounting, on which the noise depends, or None where it is not installed."""
    try:
        return version("dp-accounting")
    except PackageNotFoundError:
        return None


def known_noises() -> list[Noise]:
    """Return the noises that this process computed or learned, for a run to keep."""
    return sorted(_noises.values())


def learn_noises(noises: list[Noise]) -> None:
    """Take noises that an earlier process computed, with the same :func:`accountant_version`."""
    for each in noises:
        _noises.setdefault(each[:4], each)


def _least_noise(epsilon: float, sampling_rate: float, steps: int, delta: float) -> float:
    """Return the least noise, computed once: it takes a second or two."""
    asked = (epsilon, sampling_rate, steps, delta)
    if asked not in _noises:
        noise = _computed_noise(*asked)
        _noises[asked] = Noise(*asked, noise, _epsilon(noise, *asked[1:]))
    return _noises[asked].noise_multiplier


def _computed_noise(epsilon: float, sampling_rate: float, steps: int, delta: float) -> float:
    """Find the noise by regula falsi on logarithms, where epsilon against noise is nearly a line.

    The noise is rounded so that the guarantee holds.
    """

    from scipy.optimize import brentq  # Imported here, because the import takes a third of a second.

    def excess(log_noise: float) -> float:
        return math.log(max(_epsilon(math.exp(log_noise), sampling_rate, steps, delta), _NO_LOSS) / epsilon)

    low = high = math.log(max(1.0, 3 * sampling_rate * math.sqrt(steps)) / max(1.0, epsilon))
    while excess(high) > 0:
        low, high = high, high + 1.0
        if high > _MOST_LOG_NOISE:
            law = f"be reachable at delta = {delta:g} with noise multipliers below {math.exp(high):.0e}"
            raise InputError("epsilon", law, epsilon)
    while excess(low) <= 0:
        low, high = low - 1.0, low
    log_noise = float(brentq(excess, low, high, xtol=_NOISE_TOLERANCE / 4))
    while excess(log_noise) > 0:
        log_noise += _NOISE_TOLERANCE / 4
    return math.exp(log_noise)


def _require_delta(delta: float) -> None:
    if not 0 < delta < 1:
        raise InputError("delta", "lie strictly between 0 and 1", delta)
