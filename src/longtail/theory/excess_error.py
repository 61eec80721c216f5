r"""The cost of not fitting: expected error above the optimum, from how many points were misfitted at each count.

A learner that misfits :math:`\mathrm{errn}(\ell)` points among those seen :math:`\ell` times pays

.. math:: \mathrm{err} - \mathrm{opt} \;\ge\; \sum_\ell w_\ell \, \mathrm{errn}(\ell) .

Which weights :math:`w_\ell` are right depends on what is claimed [Feldman2020]_ (Theorem 2.3):

- on average over samples, :math:`w_\ell = \tau_\ell`, **if** errors at a given count do not depend on the frequency
  itself (:func:`averaged_excess_error`; with equality if unseen points get their likeliest label);
- for one given sample, the posterior mean given the whole sample, for every learner (:func:`sample_excess_error`);
- for every learner and every sample, the least such mean over samples (:func:`always_valid_excess_error`): weaker.

As quoted, without further conditions, :math:`w_\ell = \tau_\ell` is claimed for every sample; that fails for general
priors. ``docs/derivations/excess-error.md`` has the counter-example and the proofs.
"""

import math
from collections.abc import Callable, Mapping

from numpy.typing import ArrayLike

from longtail.arguments import checked
from longtail.errors import InputError
from longtail.estimate import Bound
from longtail.frequencies.checks import counts_law, probability_law
from longtail.frequencies.posterior_frequency import posterior_frequencies
from longtail.frequencies.priors import Prior
from longtail.theory.worst_sample import least_tau

__all__ = [
    "AVERAGED_CONDITION",
    "Taus",
    "always_valid_excess_error",
    "averaged_excess_error",
    "predicted_difference",
    "sample_excess_error",
    "sample_optimal_error",
]

Taus = Callable[[int], float] | Mapping[int, float]
"""The posterior mean frequency of a point seen l times: a model's ``tau``, or a table."""

AVERAGED_CONDITION = (
    "on average over samples, for learners whose errors on points seen l times do not depend on the points' frequencies"
)
"""What the averaged bound assumes of a learner; on real data say "assumed"."""

_IDENTITY = "Feldman2020, Theorem 2.3, as the identity of docs/derivations/excess-error.md"


@checked
def averaged_excess_error(misfits: Mapping[int, float], tau: Taus) -> Bound:
    r"""The averaged bound on the excess error, :math:`\sum_\ell \tau_\ell\, \mathrm{errn}(\ell)`.

    Parameters
    ----------
    misfits : mapping of int to float
        For each count l >= 1, the expected number of *points* (not examples) seen l times and misfitted.
    tau : callable or mapping
        :math:`\tau_\ell`, for instance ``LongTailModel(…).tau``.

    Returns
    -------
    Bound
        A lower bound on expected error minus the optimum, under :data:`AVERAGED_CONDITION`. It is an equality for a
        learner that predicts unseen points by their likeliest label.

    Raises
    ------
    InputError
        If a count is below 1, a number of misfits is negative, or ``tau`` lacks a count.

    Examples
    --------
    >>> print(averaged_excess_error({1: 900, 2: 0}, {1: 1e-4, 2: 2e-4}))
    ≥ 0.09
    """
    _check_misfits(misfits)
    value = math.fsum(_weight(tau, count) * number for count, number in misfits.items())
    return Bound(value=value, side="lower", reference="Feldman2020, Theorem 2.3", condition=AVERAGED_CONDITION)


@checked
def predicted_difference(misfits: Mapping[int, float], other_misfits: Mapping[int, float], tau: Taus) -> float:
    r"""Return how much more one learner errs than another, :math:`\sum_\ell \tau_\ell (\mathrm{errn} -
    \mathrm{errn}')(\ell)`.

    This, not the bound, stands beside a measured difference between two learners: the bound is on the error above the
    optimum, which neither of them need reach. Both must satisfy :data:`AVERAGED_CONDITION` and predict unseen points
    equally well.

    Parameters
    ----------
    misfits, other_misfits : mapping of int to float
        As for :func:`averaged_excess_error`; a count that is absent was never misfitted.
    tau : callable or mapping
        As for :func:`averaged_excess_error`.

    Examples
    --------
    >>> round(predicted_difference({1: 900}, {1: 300}, {1: 1e-4}), 12)
    0.06
    """
    _check_misfits(misfits)
    _check_misfits(other_misfits)
    counts = {*misfits, *other_misfits}
    return math.fsum(_weight(tau, count) * (misfits.get(count, 0) - other_misfits.get(count, 0)) for count in counts)


@checked
def sample_excess_error(
    prior: Prior | ArrayLike, number_seen: Mapping[int, int], misfits: Mapping[int, float]
) -> Bound:
    """The bound on the excess error after one given sample, for every learner.

    Parameters
    ----------
    prior : Prior or array_like
        A prior with finitely many subpopulations, or a list of frequencies in any unit.
    number_seen : mapping of int to int
        For each count l, 0 included, how many points were seen l times.
    misfits : mapping of int to float
        For each count l >= 1, how many of these are misfitted.

    Returns
    -------
    Bound
        The exact expected cost of these misfits given the sample: every learner's excess error is at least this, and
        equals it if unseen points get their likeliest label.

    Raises
    ------
    InputError
        If more points are misfitted than were seen, or the inputs are not counts.

    Examples
    --------
    >>> print(sample_excess_error([1.0, 1.0], {0: 1, 1: 1, 2: 2}, {1: 1}))
    ≥ 0.25
    """
    _check_misfits(misfits)
    for count, number in misfits.items():
        if number > number_seen.get(count, 0):
            law = f"not exceed the {number_seen.get(count, 0)} points seen {count} times"
            raise InputError("misfits", law, number)
    weights = posterior_frequencies(prior, number_seen)
    value = math.fsum(weights[count] * number for count, number in misfits.items() if number)
    return Bound(value=value, side="lower", reference=_IDENTITY)


@checked
def sample_optimal_error(prior: Prior | ArrayLike, number_seen: Mapping[int, int], guess_probability: float) -> float:
    """The least expected error after one given sample, whose unseen points are each guessed right with
    ``guess_probability``.

    Examples
    --------
    >>> round(sample_optimal_error([1.0, 1.0], {0: 1, 1: 1, 2: 2}, guess_probability=0.5), 12)
    0.125
    """
    guess = probability_law("guess_probability", guess_probability)
    unseen = number_seen.get(0, 0)
    return unseen * posterior_frequencies(prior, number_seen)[0] * (1 - guess) if unseen else 0.0


@checked
def always_valid_excess_error(
    misfits: Mapping[int, float], frequencies: ArrayLike, n_points: int, n_samples: int
) -> Bound:
    """The bound that holds for every learner and after every sample, with the least weights any sample could give.

    Parameters
    ----------
    misfits : mapping of int to float
        As for :func:`averaged_excess_error`.
    frequencies : array_like, shape (n_entries,)
        The prior list, in any unit.
    n_points, n_samples : int
        The sizes of the domain and of the sample.

    Returns
    -------
    Bound
        Valid without conditions, and often far from sharp: it allows for every size of the normalizer.

    Examples
    --------
    >>> print(always_valid_excess_error({1: 1}, [1.0, 1.0], n_points=4, n_samples=3))
    ≥ 0.25
    """
    _check_misfits(misfits)
    value = math.fsum(
        least_tau(frequencies, n_points, n_samples, count) * number for count, number in misfits.items() if number
    )
    return Bound(value=value, side="lower", reference=_IDENTITY)


def _weight(tau: Taus, count: int) -> float:
    if callable(tau):
        return float(tau(count))
    if count not in tau:
        raise InputError("tau", f"hold a value for the count {count}", dict(tau))
    return float(tau[count])


def _check_misfits(misfits: Mapping[int, float]) -> None:
    for count, number in misfits.items():
        if counts_law("misfits", [count])[0] < 1:
            raise InputError("misfits", "be given for counts of at least 1", count)
        if not number >= 0:
            raise InputError("misfits", "not be negative", number)
