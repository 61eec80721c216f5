r"""A lower bound on epsilon from one training run with many canaries, each in or out by its own fair coin.

The attacker guesses the r canaries he is surest of, in or out, and is right about v of them. Under pure
:math:`\varepsilon`-privacy the number of right guesses is no larger than a binomial one with probability
:math:`e^{\varepsilon} / (1 + e^{\varepsilon})`, however the canaries interact in the run; :math:`\delta` adds
a little. With m canaries and B that binomial number, the p-value of :math:`(\varepsilon, \delta)` is

.. math:: \Pr[B \ge v] + 2 m \delta \max_{i \le v} \frac{1}{i} \Pr[v - i \le B < v]

(Theorem 5.2 of [SteinkeNasrJagielski2023]_). The bound is the least epsilon that is not rejected. How many guesses to
make is not chosen by looking: a few numbers are tried, each at its share of the error (Bonferroni).

Fair and *independent* coins are what the theorem rests on. In a balanced design the number of members is fixed, so
that every right guess makes another one likelier: such a design is refused.
"""

from typing import NamedTuple

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import checked
from longtail.errors import InputError, Said
from longtail.estimate import Bound, require_level

__all__ = [
    "LEAST_GUESSES",
    "Guesses",
    "checked_canaries",
    "guess",
    "one_run_epsilon_lower_bound",
    "one_run_p_value",
]

_SHARES = (1.0, 0.5, 0.25, 0.1, 0.04)
LEAST_GUESSES = 10
_MOST_EPSILON = 40.0


class Guesses(NamedTuple):
    """Numbers of guesses made, and of right ones."""

    made: int
    right: int


@checked
def one_run_epsilon_lower_bound(
    scores: ArrayLike,
    inclusion: ArrayLike,
    *,
    design: str,
    fraction: float = 0.5,
    delta: float = 0.0,
    level: float = 0.95,
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
    >>> inside = rng.random(5000) < 0.5
    >>> told = inside ^ (rng.random(5000) < 0.12)  # randomized response at epsilon 2
    >>> 1.5 < one_run_epsilon_lower_bound(told, inside, design="independent").value < 2.0
    True
    """
    values, inside = checked_canaries(scores, inclusion, design, fraction)
    if not 0 <= delta < 1:
        raise InputError("delta", "lie in [0, 1)", delta)
    require_level(level)
    numbers = sorted({2 * round(share * len(values) / 2) for share in _SHARES})
    tried = [guess(values, inside, n) for n in numbers if n >= LEAST_GUESSES]
    alpha = (1 - level) / len(tried)
    value = max(_least_epsilon(guesses, len(values), delta, alpha) for guesses in tried)
    return Bound(value=value, side="lower", reference="SteinkeNasrJagielski2023, Theorem 5.2")


@checked
def one_run_p_value(n_right: int, n_guesses: int, n_canaries: int, epsilon: float, delta: float) -> float:
    """Return the largest probability that an (epsilon, delta)-private run allows so many right guesses.

    Examples
    --------
    >>> one_run_p_value(10, 10, 10, epsilon=0.0, delta=0.0) == 2.0**-10
    True
    """
    honest = 1 / (1 + np.exp(-epsilon))
    from scipy.stats import binom  # Imported here, because the import takes most of a second.

    beyond = float(binom.sf(n_right - 1, n_guesses, honest))
    if not delta or not n_right:
        return min(beyond, 1.0)
    just_below = np.cumsum(binom.pmf(np.arange(n_right - 1, -1, -1), n_guesses, honest))
    slack = float((just_below / np.arange(1, n_right + 1)).max())
    return min(beyond + 2 * n_canaries * delta * slack, 1.0)


def guess(scores: NDArray[np.float64], inside: NDArray[np.bool_], n_guesses: int) -> Guesses:
    """Call the highest half of the guesses members and the lowest half others. Ties go by position."""
    order = np.argsort(scores, kind="stable")
    half = n_guesses // 2
    lowest, highest = order[:half], order[len(order) - half :]
    return Guesses(made=2 * half, right=int(inside[highest].sum() + (~inside[lowest]).sum()))


def _least_epsilon(guesses: Guesses, n_canaries: int, delta: float, alpha: float) -> float:
    """Return the least epsilon whose p-value is not below alpha."""

    def excess(epsilon: float) -> float:
        return one_run_p_value(guesses.right, guesses.made, n_canaries, epsilon, delta) - alpha

    if excess(0.0) >= 0:
        return 0.0
    if excess(_MOST_EPSILON) < 0:
        return _MOST_EPSILON
    return float(scipy.optimize.brentq(excess, 0.0, _MOST_EPSILON, xtol=1e-9)) - 1e-9


def checked_canaries(
    scores: ArrayLike, inclusion: ArrayLike, design: str, fraction: float
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Check canaries of one run, and return their scores and who was in.

    Raises
    ------
    InputError
        On another design than independent fair coins, too few canaries, or arrays that do not fit together.
    """
    if design != "independent":
        remedy = "Use SubsetDesign(kind='independent', fraction=0.5): the theorem needs a coin for each canary."
        raise InputError("design, for a one-run audit,", 'be "independent"', design, remedy)
    if fraction != 0.5:
        raise InputError("fraction, for a one-run audit,", "be 0.5", fraction)
    values, inside = np.asarray(scores, float), np.asarray(inclusion)
    if values.ndim != 1 or len(values) < LEAST_GUESSES or np.isnan(values).any():
        raise InputError("scores", f"be at least {LEAST_GUESSES} numbers", Said(f"shape {values.shape}, or NaN"))
    if inside.shape != values.shape or inside.dtype != bool:
        raise InputError("inclusion", f"be {len(values)} bools", Said(f"{inside.dtype} of shape {inside.shape}"))
    return values, inside
