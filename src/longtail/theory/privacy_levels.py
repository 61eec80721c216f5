r"""The inverse problems: how weak a guarantee must be before a wanted accuracy is possible.

The bounds of ``privacy`` fall as :math:`\gamma` or :math:`\varepsilon` grow; the least level at which they fall to an
affordable error is necessary for it. At one such level two guarantees can look alike and differ: that a learner is
:math:`\gamma = 1/2` limited or :math:`\varepsilon = \ln 6` label-private gives the same *quoted* bound for ten labels
[Feldman2020]_, and not the same accuracy; :func:`explain_equivalence` says why.
"""

import math
from collections.abc import Callable

from longtail.arguments import checked
from longtail.errors import InputError
from longtail.frequencies.checks import copies_law, n_classes_law, probability_law
from longtail.theory.privacy import (
    least_error_label_private,
    least_error_memorization_limited,
    least_error_private,
)
from longtail.theory.randomized_response import label_private_accuracy, label_private_accuracy_paper

__all__ = [
    "affordable_error",
    "explain_equivalence",
    "smallest_epsilon_label_private",
    "smallest_epsilon_private",
    "smallest_gamma",
]

_VACUOUS_LEVEL = 700.0
"""exp of this is the largest that a double holds; no guarantee is left."""


@checked
def affordable_error(cost: float, mass: float) -> float:
    """The probability of misfitting points of a total mass that adds no more than ``cost`` to the expected error.

    Parameters
    ----------
    cost : float
        The excess error one is ready to pay, at least 0.
    mass : float
        The mass of the points that pay it, for instance ``LongTailModel(…).singleton_mass``.

    Examples
    --------
    >>> affordable_error(0.02, mass=0.08)
    0.25
    """
    if not cost >= 0:
        raise InputError("cost", "be at least 0", cost)
    mass = probability_law("mass", mass)
    return min(1.0, cost / mass) if mass else 1.0


@checked
def smallest_gamma(error: float, guess_probability: float, copies: int = 1) -> float:
    """The least gamma at which a memorization-limited learner can misfit with probability ``error``.

    Parameters
    ----------
    error : float
        The affordable probability of misfitting a point; see :func:`affordable_error`.
    guess_probability, copies
        As for :func:`~longtail.theory.privacy.least_error_memorization_limited`.

    Examples
    --------
    >>> smallest_gamma(0.4, guess_probability=0.1)
    0.5
    """
    guess = probability_law("guess_probability", guess_probability)
    return max(0.0, 1 - guess - probability_law("error", error)) / copies_law(copies)


@checked
def smallest_epsilon_label_private(
    error: float, guess_probability: float, delta: float = 0.0, copies: int = 1
) -> float:
    """The least epsilon at which a label-private learner can misfit with probability ``error``.

    Returns
    -------
    float
        Necessary for that error, and sufficient where the bound is sharp; infinite if no guarantee allows it.

    Examples
    --------
    >>> round(math.exp(smallest_epsilon_label_private(0.4, guess_probability=0.1)), 9)
    13.5
    """
    return _least_level(lambda level: least_error_label_private(guess_probability, level, delta, copies), error)


@checked
def smallest_epsilon_private(error: float, guess_probability: float, delta: float = 0.0, copies: int = 1) -> float:
    """The least epsilon at which a private learner (add or remove one example) can misfit with probability ``error``.

    Examples
    --------
    >>> round(smallest_epsilon_private(0.4, guess_probability=0.1), 6)  # 2 artanh(1/2)
    1.098612
    """
    return _least_level(lambda level: least_error_private(guess_probability, level, delta, copies), error)


@checked
def explain_equivalence(gamma: float = 0.5, epsilon: float = math.log(6), n_classes: int = 10) -> str:
    """Explain in words how much a memorization limit and a label-privacy level allow on a singleton with uniform
    labels.

    Examples
    --------
    >>> print(explain_equivalence().splitlines()[0])
    gamma = 0.5 and epsilon = ln 6 are not equivalent, for 10 equally likely labels:
    """
    guess = 1 / n_classes_law(n_classes)
    limited = 1 - least_error_memorization_limited(guess, gamma)
    quoted = label_private_accuracy_paper(guess, epsilon)
    sharp = label_private_accuracy([guess] * n_classes, epsilon)
    needed = smallest_epsilon_label_private(1 - limited, guess)
    alike = math.isclose(limited, sharp, rel_tol=1e-9)
    also = " also" if math.isclose(limited, quoted, rel_tol=1e-9) else ""
    reached = "and a learner reaches it" if math.isclose(quoted, sharp, rel_tol=1e-9) else "but no learner reaches it"
    return "\n".join(
        [
            f"gamma = {gamma:g} and epsilon = {_as_logarithm(epsilon)} are {'' if alike else 'not '}equivalent, "
            f"for {n_classes} equally likely labels:",
            f"a learner limited to gamma fits a singleton with probability at most {limited:.4g}, and one does;",
            f"the quoted bound for label privacy, e^epsilon / {n_classes},{also} says {quoted:.4g}, {reached}:",
            f"the best one, randomized response, fits with probability {sharp:.4g}; "
            f"{limited:.4g} takes epsilon = {_as_logarithm(needed)}.",
        ]
    )


def _as_logarithm(level: float) -> str:
    return f"ln {math.exp(level):.4g}" if level < _VACUOUS_LEVEL else f"{level:g}"


def _least_level(least_error: Callable[[float], float], error: float) -> float:
    """Find the least level by bisection. The lower end is returned, since the claim is that the level is necessary."""
    probability_law("error", error)
    if least_error(0.0) <= error:
        return 0.0
    if least_error(_VACUOUS_LEVEL) > error:
        return math.inf
    low, high = 0.0, _VACUOUS_LEVEL
    while (middle := (low + high) / 2) not in (low, high):
        low, high = (low, middle) if least_error(middle) <= error else (middle, high)
    return low
