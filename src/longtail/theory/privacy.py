r"""What a guarantee to memorize little costs on one point: the least probability of misfitting it.

A point is seen :math:`\ell` times with one label, drawn from a posterior :math:`\rho` that the rest of the sample
leaves open; without the point it is guessed right with probability at most :math:`g = \lVert\rho\rVert_\infty`.
A learner misfits it with probability at least

.. math::
    (1 - g - \ell\gamma)_+ &\quad \text{if one example raises its own chance by at most } \gamma, \\
    (1 - \delta_\ell) \Bigl(1 - \max_k \frac{\min(1, kg)}{1 + (k-1) e^{-\ell\varepsilon}}\Bigr)
        &\quad \text{if predictions are } (\varepsilon,\delta)\text{-label-private}, \\
    (1 - g - c(\ell\varepsilon, \delta_\ell))_+
        &\quad \text{if they are } (\varepsilon,\delta)\text{-private under adding or removing an example},

with :math:`\delta_\ell = \delta (e^{\ell\varepsilon} - 1) / (e^\varepsilon - 1)` by group privacy and the memorization
cap :math:`c(\varepsilon, \delta) = (e^\varepsilon - 1 + 2\delta) / (e^\varepsilon + 1)`. Multiplied by the mass of the
points seen :math:`\ell` times this is a cost in expected error. [Feldman2020]_ (section 4) gives the first line and
weaker forms of the others; ``docs/derivations/privacy.md`` has the proofs and what does not hold as quoted.
"""

import math

from longtail.arguments import checked
from longtail.errors import InputError
from longtail.frequencies.checks import copies_law, epsilon_law, n_classes_law, probability_law

__all__ = [
    "group_privacy",
    "least_error_label_private",
    "least_error_memorization_limited",
    "least_error_private",
    "least_error_private_sharp",
    "memorization_cap",
    "memorization_cap_paper",
    "privacy_of_stability",
]

_TINY = 1e-300
"""A guess below this is one among infinitely many labels."""


@checked
def least_error_memorization_limited(guess_probability: float, gamma: float, copies: int = 1) -> float:
    """The least probability that a memorization-limited learner misfits a point.

    Parameters
    ----------
    guess_probability : float
        How likely the likeliest label is, given everything but the point. An average over points is safe.
    gamma : float
        No example raises the probability of its own label by more than this, in any sample.
    copies : int
        How often the point was seen.

    Returns
    -------
    float
        A lower bound in [0, 1]; 0 is vacuous.

    Raises
    ------
    InputError
        If a probability is outside [0, 1] or ``copies < 1``.

    Examples
    --------
    >>> least_error_memorization_limited(0.1, gamma=0.5)
    0.4
    """
    guess = probability_law("guess_probability", guess_probability)
    return max(0.0, 1 - guess - copies_law(copies) * probability_law("gamma", gamma))


@checked
def least_error_label_private(
    guess_probability: float,
    epsilon: float,
    delta: float = 0.0,
    copies: int = 1,
    n_classes: int | None = None,
    *,
    averaged: bool = False,
) -> float:
    """The least probability that a learner with label-private predictions misfits a point.

    Parameters
    ----------
    guess_probability : float
        How likely the likeliest label is, given everything but this label.
    epsilon, delta : float
        The guarantee, for a change of one label.
    copies : int
        How often the point was seen; its labels agree and are changed together.
    n_classes : int, optional
        Only checks that ``guess_probability >= 1 / n_classes``.
    averaged : bool
        Whether ``guess_probability`` is a mean over points, as measured from left-out trials: then the convex envelope
        of the bound is taken, which Jensen's inequality needs.

    Returns
    -------
    float
        A lower bound in [0, 1], sharp when the likeliest labels share all probability (uniform labels among them). Of
        all posteriors with this ``guess_probability`` the least favorable one to the bound is taken. For a given
        posterior see :func:`~longtail.theory.randomized_response.label_private_accuracy`.

    Raises
    ------
    InputError
        If a probability is outside [0, 1], ``epsilon < 0``, ``copies < 1``, ``n_classes < 2``, or no posterior over
        ``n_classes`` labels has this ``guess_probability``.

    Examples
    --------
    >>> round(least_error_label_private(0.1, math.log(6), n_classes=10), 12)
    0.6
    """
    guess = _guess(guess_probability, n_classes)
    group_epsilon, group_delta = group_privacy(epsilon, delta, copies)
    shrink = math.exp(-group_epsilon)
    least_error = _least_mean_error if averaged else _least_favorable_error
    return (1 - group_delta) * least_error(guess, shrink)


@checked
def least_error_private(guess_probability: float, epsilon: float, delta: float, copies: int = 1) -> float:
    """The least probability that a differentially private learner (add or remove one example) misfits a point.

    Parameters
    ----------
    guess_probability : float
        How likely the likeliest label is, given everything but the point. An average over points is safe.
    epsilon, delta : float
        The guarantee, for adding or removing one example.
    copies : int
        How often the point was seen.

    Returns
    -------
    float
        A lower bound in [0, 1]; 0 is vacuous. It is the memorization limit that privacy implies;
        :func:`least_error_private_sharp` keeps more of the guarantee.

    Raises
    ------
    InputError
        If a probability is outside [0, 1], ``epsilon < 0`` or ``copies < 1``.

    Examples
    --------
    >>> round(least_error_private(0.1, epsilon=1.0, delta=0.0), 6)
    0.437883
    """
    guess = probability_law("guess_probability", guess_probability)
    return max(0.0, 1 - guess - memorization_cap(*group_privacy(epsilon, delta, copies)))


@checked
def least_error_private_sharp(guess_probability: float, epsilon: float, delta: float = 0.0, copies: int = 1) -> float:
    r"""The same as :func:`least_error_private`, but sharp for this ``guess_probability``.

    Being right with probability q without the point allows at most
    :math:`\min(e^\varepsilon q + \delta,\ 1 - e^{-\varepsilon}(1 - q - \delta))` with it; this is concave in q, so an
    average over labels, or over points, is safe. At ``delta=0`` and uniform labels it is attained.

    Examples
    --------
    >>> round(least_error_private_sharp(0.1, epsilon=1.0), 6)
    0.728172
    """
    guess = probability_law("guess_probability", guess_probability)
    group_epsilon, group_delta = group_privacy(epsilon, delta, copies)
    shrink = math.exp(-group_epsilon)
    by_success = 1 - group_delta - (guess / shrink if shrink else math.inf if guess else 0.0)
    by_failure = shrink * (1 - guess - group_delta)
    return max(0.0, by_success, by_failure)


@checked
def group_privacy(epsilon: float, delta: float, copies: int) -> tuple[float, float]:
    r"""Return the guarantee for ``copies`` examples changed together, by exact composition.

    Returns
    -------
    tuple of float
        :math:`\ell\varepsilon` and :math:`\min(1, \delta(e^{\ell\varepsilon} - 1) / (e^\varepsilon - 1))`.

    Examples
    --------
    >>> group_privacy(0.0, 0.01, copies=3)
    (0.0, 0.03)
    """
    epsilon, delta, copies = epsilon_law(epsilon), probability_law("delta", delta), copies_law(copies)
    if delta == 0 or copies == 1:
        return copies * epsilon, delta
    if epsilon == 0:
        return 0.0, min(1.0, copies * delta)
    log_factor = (copies - 1) * epsilon + math.log(-math.expm1(-copies * epsilon) / -math.expm1(-epsilon))
    return copies * epsilon, math.exp(min(0.0, math.log(delta) + log_factor))


@checked
def memorization_cap(epsilon: float, delta: float = 0.0) -> float:
    r"""The greatest memorization of any example by a differentially private learner (add or remove one example), sharp.

    Returns
    -------
    float
        :math:`(e^\varepsilon - 1 + 2\delta) / (e^\varepsilon + 1)`, at ``delta=0`` :math:`\tanh(\varepsilon/2)`.

    Notes
    -----
    Label privacy implies no such cap: memorization removes the example, label privacy only changes its label.

    Examples
    --------
    >>> round(memorization_cap(1.0), 6)
    0.462117
    """
    shrink = math.exp(-epsilon_law(epsilon))
    return (1 - shrink + 2 * probability_law("delta", delta) * shrink) / (1 + shrink)


@checked
def memorization_cap_paper(epsilon: float, delta: float = 0.0) -> float:
    r"""The cap as quoted, :math:`e^\varepsilon - 1 + \delta` [Feldman2020]_, vacuous from :math:`\varepsilon = \ln 2`.

    It is valid for the learners of :func:`memorization_cap`, not for label-private ones.
    """
    return math.expm1(epsilon_law(epsilon)) + probability_law("delta", delta)


@checked
def privacy_of_stability(gamma: float) -> tuple[float, float]:
    """Return the (epsilon, delta) of predictions that move by at most ``gamma`` in total variation when an example
    does.

    Where "moves" includes removal, :func:`memorization_cap` of the result is ``gamma`` again.

    Examples
    --------
    >>> memorization_cap(*privacy_of_stability(0.3))
    0.3
    """
    return 0.0, probability_law("gamma", gamma)


def _least_favorable_error(guess: float, shrink: float) -> float:
    """Return the least error over posteriors whose likeliest label has probability ``guess``.

    The worst one has as many such labels as fit.
    """
    if guess < _TINY:
        return 1.0
    few = _labels_that_fit(guess)
    return min((max(0.0, 1 - k * guess) + (k - 1) * shrink) / (1 + (k - 1) * shrink) for k in (few, few + 1))


def _least_mean_error(guess: float, shrink: float) -> float:
    """Return the convex envelope of the least favorable error.

    It mixes points with few uniform labels and points with one label more.
    """
    if guess < _TINY:
        return 1.0
    few = _labels_that_fit(guess)
    share = min(1.0, max(0.0, few * ((few + 1) * guess - 1)))
    with_few, with_more = ((k - 1) * shrink / (1 + (k - 1) * shrink) for k in (few, few + 1))
    return share * with_few + (1 - share) * with_more


def _labels_that_fit(guess: float) -> int:
    return math.floor(1 / guess * (1 + 1e-12))  # 1 / (1/m) must count m labels in spite of rounding


def _guess(guess_probability: float, n_classes: int | None) -> float:
    guess = probability_law("guess_probability", guess_probability)
    if n_classes is not None and guess < (1 - 1e-12) / n_classes_law(n_classes):
        raise InputError(
            "guess_probability",
            f"be at least 1 / n_classes = {1 / n_classes:.6g}",
            guess,
            "The likeliest of n labels has no less.",
        )
    return guess
