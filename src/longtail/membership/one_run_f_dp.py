r"""A lower bound on epsilon from one run, in the sense of f-differential privacy: tighter where delta is small.

The attacker guesses r of m canaries, each in or out by its own fair coin, and is right about v. Let :math:`p_w` be the
probability of w right guesses, and let every release that one canary changes have a true-positive rate of at most
:math:`\bar f(\alpha)` at false-positive rate :math:`\alpha`. Then for every k

.. math:: \frac1m \sum_{w \ge k} w\, p_w \;\le\; \bar f\Big(\frac1m \sum_{w \ge k - 1} (r - w)\, p_w\Big)

([MahloujifarMelisChaudhuri2025]_; proven on the page of derivations), and the largest :math:`\Pr[W \ge v]` that these
allow is found by a recursion. A hypothesis under which it is less than :math:`\alpha` is rejected. Where
:math:`(\varepsilon, \delta)` alone is known, :math:`\bar f` is its ceiling; if the mechanism is known to be one
Gaussian release, or many that compose to one, :math:`\bar f(\alpha) = \Phi(\Phi^{-1}(\alpha) + \mu)`.

The number of guesses is fixed before anything is seen, so that all of the error serves one test. Fair and independent
coins are what the proof rests on; another design is refused.
"""

import math
from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from longtail.arguments import checked
from longtail.array_types import Reals
from longtail.errors import InputError
from longtail.estimate import Bound, require_level
from longtail.membership.one_run_audit import LEAST_GUESSES, checked_canaries, guess
from longtail.privacy_accounting import GaussianRelease

__all__ = ["f_dp_epsilon_lower_bound", "tail_is_impossible"]

_MOST = {"gaussian": 12.0, "any": 40.0}
_POINTS = 24
_ROUNDS = 5

Mechanism = Literal["any", "gaussian"]
Inverse = Callable[[Reals], Reals]


@checked
def f_dp_epsilon_lower_bound(
    scores: ArrayLike,
    inclusion: ArrayLike,
    *,
    design: str,
    fraction: float = 0.5,
    delta: float = 0.0,
    level: float = 0.95,
    mechanism: Mechanism = "any",
    n_guesses: int | None = None,
) -> Bound:
    """Return a lower bound on the epsilon of a training run, given how an attack scores its canaries.

    Parameters
    ----------
    scores : (m,) array of float
        One for each canary, higher for members.
    inclusion : (m,) array of bool
        Who was in.
    design : {"independent"}
        How canaries were drawn; any other design is refused.
    fraction : float
        With which probability; anything but 1/2 is refused.
    delta, level : float
        Of the guarantee that is audited, and of the bound.
    mechanism : {"any", "gaussian"}
        "gaussian" assumes that what is released is private like one Gaussian release; then ``delta`` must be positive.
    n_guesses : int, optional
        How many canaries the attacker guesses, half of them in and half out; even, from 10 to m. It must be chosen
        before the scores are seen. Without it four times the root of m: most right guesses are at the ends.

    Returns
    -------
    Bound
        0 where nothing is shown.

    Raises
    ------
    InputError
        On another design, fewer than 10 canaries, or values that break their laws.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> inside = rng.random(2000) < 0.5
    >>> scores = rng.normal(size=2000) + 0.925 * inside  # a Gaussian release of epsilon 4 at delta 1e-5
    >>> bound = f_dp_epsilon_lower_bound(scores, inside, design="independent", delta=1e-5, mechanism="gaussian")
    >>> 2.0 < bound.value < 4.0
    True
    """
    values, inside = checked_canaries(scores, inclusion, design, fraction)
    _check(delta, level, mechanism)
    n_canaries = len(values)
    made = _number_of_guesses(n_canaries, n_guesses)
    right = guess(values, inside, made).right
    low, high = 0.0, _MOST[mechanism]
    for _ in range(_ROUNDS):
        grid = np.linspace(low, high, _POINTS)
        rejected = tail_is_impossible(_inverse(grid, delta, mechanism), right, made, n_canaries, 1 - level)
        if not rejected[0]:
            return _bound(0.0, delta, mechanism)
        last = _POINTS - 1 if rejected.all() else int(np.argmin(rejected)) - 1
        low, high = grid[last], grid[min(last + 1, _POINTS - 1)]
    return _bound(float(low), delta, mechanism)


def tail_is_impossible(
    inverse: Inverse, n_right: int, n_guesses: int, n_canaries: int, alpha: float
) -> NDArray[np.bool_]:
    """Return under which hypotheses as many right guesses have a probability below alpha.

    Parameters
    ----------
    inverse : callable
        From true-positive rates, one for each hypothesis, to the least false-positive rates that allow them.
    n_right, n_guesses, n_canaries : int
        As above.
    alpha : float
        The error.

    Examples
    --------
    >>> tail_is_impossible(lambda rate: rate, 10, 10, 10, alpha=2.0**-9).tolist()  # nothing leaks: 2^-10
    [True]
    """
    hits = np.atleast_1d(np.asarray(inverse(np.zeros(1)))) * 0 + n_right * alpha / n_canaries
    misses = np.full_like(hits, (n_guesses - n_right) * alpha / n_canaries)
    share = n_guesses / n_canaries
    for k in range(n_right, 0, -1):
        needed = np.maximum(misses, inverse(np.minimum(hits, 1.0)))
        hits = hits + (k - 1) / (n_guesses - k + 1) * (needed - misses)
        misses = needed
        if (hits + misses > share).all():
            break
    return np.asarray(hits + misses > share)


def _inverse(strength: Reals, delta: float, mechanism: Mechanism) -> Inverse:
    """Return the least false-positive rates for hypotheses of some strength: mu of a Gaussian release, or epsilon."""
    if mechanism == "gaussian":
        return lambda hits: ndtr(ndtri(hits) - strength)

    def of_any(hits: Reals) -> Reals:
        mild = (hits - delta) * np.exp(-strength)
        steep = 1 - delta - np.exp(strength) * (1 - hits)
        return np.maximum(np.maximum(mild, steep), 0.0)

    return of_any


def _number_of_guesses(n_canaries: int, n_guesses: int | None) -> int:
    if n_guesses is None:
        usual = 2 * round(2 * math.sqrt(n_canaries))
        return min(max(usual, LEAST_GUESSES), n_canaries // 2 * 2)
    if n_guesses % 2 or not LEAST_GUESSES <= n_guesses <= n_canaries:
        raise InputError("n_guesses", f"be even and from {LEAST_GUESSES} to {n_canaries}", n_guesses)
    return n_guesses


def _bound(strength: float, delta: float, mechanism: Mechanism) -> Bound:
    gaussian = mechanism == "gaussian"
    return Bound(
        value=GaussianRelease(mu=strength).epsilon_at(delta) if gaussian and strength > 0 else strength,
        side="lower",
        reference="MahloujifarMelisChaudhuri2025",
        condition="what is released is private like one Gaussian release" if gaussian else "",
    )


def _check(delta: float, level: float, mechanism: str) -> None:
    if not 0 <= delta < 1:
        raise InputError("delta", "lie in [0, 1)", delta)
    require_level(level)
    if mechanism not in _MOST:
        raise InputError("mechanism", 'be "any" or "gaussian"', mechanism)
    if mechanism == "gaussian" and delta == 0:
        raise InputError("delta", "be positive for a Gaussian release", delta, "Its epsilon at 0 is infinite.")
