"""The noise of DP-SGD: how much of it a guarantee needs, and what guarantee it gives. Each is computed once.

A noise takes seconds; a process remembers those that it computed, and can learn those that an earlier one kept.
"""

import math
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import NamedTuple

from scipy.special import ndtri

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
_LEAST_LOG_GUESS = -2.0
_LEAST_MU = 1e-100
_SLOPES = -20.0, -0.5  # Of the logarithm of epsilon, by that of the noise; -1 for much noise.
_MOST_EPSILON = 700.0  # Its exponential is still a float.
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
    if epsilon > _MOST_EPSILON:
        raise InputError("epsilon", _NEEDS_NOISE, epsilon)
    try:
        return _least_noise(float(epsilon), float(sampling_rate), int(steps), float(delta))
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
    """Find the noise by secants on logarithms, where epsilon against noise is nearly a line.

    Each epsilon takes the accountant a fifth of a second, so the first guess is near. The noise is enough, and the
    tolerance less of it would not be.
    """
    point = _first_guess(epsilon, sampling_rate, steps, delta)
    too_little, enough, slope = -math.inf, math.inf, -1.0
    last: tuple[float, float] | None = None
    while True:
        if point > _MOST_LOG_NOISE:
            law = f"be reachable at delta = {delta:g} with noise multipliers below {math.exp(_MOST_LOG_NOISE):.0e}"
            raise InputError("epsilon", law, epsilon)
        excess = math.log(max(_epsilon(math.exp(point), sampling_rate, steps, delta), _NO_LOSS) / epsilon)
        if last is not None:
            slope = min(max((excess - last[1]) / (point - last[0]), _SLOPES[0]), _SLOPES[1])
        last = point, excess
        if excess > 0:
            too_little = point
        else:
            enough = point
            if excess > _NOISE_TOLERANCE * slope / 2 or enough - too_little <= _NOISE_TOLERANCE:
                return math.exp(point)
        step = _NOISE_TOLERANCE / 4 - excess / slope  # to the middle of what is near enough
        point += min(max(step, -1.0), 1.0)
        if not too_little < point < enough:
            point = (too_little + enough) / 2


def _first_guess(epsilon: float, sampling_rate: float, steps: int, delta: float) -> float:
    """Return the logarithm of a noise near the one wanted: the Gaussian limit of many steps [BuEtAl2020]_, with the
    larger of the two terms of its delta alone.
    """
    quantile = -float(ndtri(delta))
    root = math.hypot(quantile, math.sqrt(2 * epsilon))
    mu = 2 * epsilon / (root + quantile) if quantile > 0 else root - quantile
    guess = -0.5 * math.log(math.log1p(max(mu / sampling_rate, _LEAST_MU) ** 2 / steps))
    return min(max(guess, _LEAST_LOG_GUESS), _MOST_LOG_NOISE)


def _require_delta(delta: float) -> None:
    if not 0 < delta < 1:
        raise InputError("delta", "lie strictly between 0 and 1", delta)
