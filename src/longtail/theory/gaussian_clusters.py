r"""Excess memorization of Gaussian clusters: bits about the examples that an accurate learner must keep.

A cluster has a center :math:`\theta` with standard normal coordinates in dimension d. Its examples are
:math:`\sqrt\rho\,\theta + \sqrt{1-\rho}\, z` with fresh normal z, so that each alone looks like noise and two of them
have correlation :math:`\rho`, the similarity. A learner sees n examples and keeps a message M, from which it must tell
a fresh example of the cluster from noise. Its **excess memorization** is :math:`I(M; X_1 \dots X_n \mid \theta)`:
what it keeps of the examples beyond what they say about the cluster [FeldmanKornowskiLyu2025]_.

Let a be the share of a fresh example's variance that M explains, and :math:`\tau = n\rho / (1 + (n-1)\rho)` the share
of the center's that n examples explain. Then

.. math:: I(M; X_1 \dots X_n \mid \theta) \ge \frac d2 \ln\frac{1 - a/\rho}{1 - a/(\rho\tau)}, \qquad
          a \ge 1 - e^{-2r/d}, \quad r = (1 - 2\beta) \ln\frac{1-\beta}{\beta},

if it errs with probability at most :math:`\beta` of either kind. The mean of the examples with noise added attains the
first with equality and errs with Student's probability :math:`\Pr[t_d < -\sqrt d\, q]`, :math:`a = (2q / (1+q^2))^2`.

Derived in ``docs/derivations/gaussian-clusters.md``; the model and the definition are the paper's.
"""

import math
from dataclasses import dataclass

from scipy.special import stdtr, stdtrit

from longtail.arguments import checked
from longtail.errors import InputError
from longtail.frequencies.checks import number_law, whole_law
from longtail.theory.model import LongTailModel

__all__ = [
    "CountMemorization",
    "ExcessMemorization",
    "MixtureMemorization",
    "excess_memorization",
    "mixture_excess_memorization",
    "noise_of_mean",
    "noisy_mean",
    "similarity_law",
]

_MOST_COUNTS = 10
"""Points seen more often stand together: at their mean count in what is needed, at this one in what is attained."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcessMemorization:
    """Bits of a cluster's examples that an error takes.

    Parameters
    ----------
    needed : float
        Bits that every learner keeps which errs so rarely; infinite where none does.
    attained : float
        Bits that the mean of the examples with noise keeps; infinite where even the mean itself errs more often.
    """

    needed: float
    attained: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CountMemorization:
    """Bits that go to the points seen so often.

    Parameters
    ----------
    count : int
        How often they were seen.
    number : float
        The expected number of such points.
    needed, attained : float
        Bits for one of them, as in :class:`ExcessMemorization`.
    """

    count: int
    number: float
    needed: float
    attained: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MixtureMemorization:
    """Bits of a whole sample that an error on every seen cluster takes.

    Parameters
    ----------
    needed, attained : float
        Bits for all points that were seen: at least, and by noisy means.
    of_singletons : float
        The share of ``needed`` that goes to points seen once.
    by_count : tuple of CountMemorization
        The parts, from one sighting to ten. Points seen more often are in the sums alone.
    """

    needed: float
    attained: float
    of_singletons: float
    by_count: tuple[CountMemorization, ...]


@checked
def excess_memorization(error: float, *, n_examples: int, dimension: int, similarity: float) -> ExcessMemorization:
    """Return how many bits of its examples a learner must keep to tell a cluster from noise, and how many suffice.

    Parameters
    ----------
    error : float
        The probability of a miss, and that of a false alarm, that is allowed: above 0, and at most 1/2.
    n_examples : int
        Examples of the cluster that the learner saw.
    dimension : int
        d.
    similarity : float
        The correlation of two examples, strictly between 0 and 1.

    Raises
    ------
    InputError
        If an argument is outside its range.

    Examples
    --------
    >>> for n in (1, 10):
    ...     bits = excess_memorization(0.1, n_examples=n, dimension=1_000, similarity=0.12)
    ...     print(n, round(bits.needed, 1), round(bits.attained, 1))
    1 180.1 397.7
    10 16.1 31.2
    """
    if not 0 < number_law("error", error) <= 0.5:
        raise InputError("error", "lie above 0 and be at most 0.5", error)
    n, d = whole_law("n_examples", n_examples, least=1), whole_law("dimension", dimension, least=1)
    similarity_law(similarity)
    return ExcessMemorization(
        needed=_bits(_needed_share(error, d), n, d, similarity),
        attained=_bits(_attained_share(error, d), n, d, similarity),
    )


@checked
def noisy_mean(noise: float, *, n_examples: int, dimension: int, similarity: float) -> tuple[float, float]:
    """Return the error of the mean of the examples with noise, and the bits that it keeps.

    Parameters
    ----------
    noise : float
        Variance of what is added to each coordinate of the mean; at 0 the bits are infinite.
    n_examples, dimension, similarity : number
        As in :func:`excess_memorization`.

    Raises
    ------
    InputError
        If an argument is outside its range.

    Examples
    --------
    >>> error, bits = noisy_mean(0.5, n_examples=4, dimension=400, similarity=0.2)
    >>> round(error, 4), round(bits, 1)
    (0.0168, 97.1)
    """
    if not 0 <= number_law("noise", noise) < math.inf:
        raise InputError("noise", "be at least 0 and finite", noise)
    n, d = whole_law("n_examples", n_examples, least=1), whole_law("dimension", dimension, least=1)
    similarity_law(similarity)
    share = similarity**2 / (similarity + (1 - similarity) / n + noise)
    q = math.sqrt(share) / (1 + math.sqrt(1 - share))
    return float(stdtr(d, -math.sqrt(d) * q)), _bits(share, n, d, similarity) if noise else math.inf


@checked
def noise_of_mean(error: float, *, n_examples: int, dimension: int, similarity: float) -> float:
    """Return the variance of the noise with which the mean of the examples errs so often.

    Parameters
    ----------
    error, n_examples, dimension, similarity : number
        As in :func:`excess_memorization`.

    Raises
    ------
    InputError
        If an argument is outside its range, or if the mean itself errs more often.

    Examples
    --------
    >>> noise = noise_of_mean(0.1, n_examples=4, dimension=400, similarity=0.2)
    >>> round(noisy_mean(noise, n_examples=4, dimension=400, similarity=0.2)[0], 6)
    0.1
    """
    excess_memorization(error, n_examples=n_examples, dimension=dimension, similarity=similarity)
    share = _attained_share(error, dimension)
    noise = similarity**2 / share - similarity - (1 - similarity) / n_examples if share else math.inf
    if noise < 0:
        least = noisy_mean(0.0, n_examples=n_examples, dimension=dimension, similarity=similarity)[0]
        raise InputError("error", f"be at least that of the mean itself, {least:.4g}", error)
    return noise


@checked
def mixture_excess_memorization(
    model: LongTailModel, error: float, *, dimension: int, similarity: float
) -> MixtureMemorization:
    r"""Return how many bits of a sample must be kept to tell every cluster that was seen from noise.

    Each point of the model is a cluster with a center of its own, and the learner errs with probability at most
    ``error`` on average over those seen equally often. Bits of independent clusters add up, so that
    :math:`\sum_\ell E[\#\text{seen } \ell \text{ times}]` times the bits of :func:`excess_memorization` are needed.

    Parameters
    ----------
    model : LongTailModel
        The prior and the sample size.
    error, dimension, similarity : number
        As in :func:`excess_memorization`.

    Raises
    ------
    InputError
        If an argument is outside its range, if one example of a cluster does not allow this error, or if the prior
        has infinitely many subpopulations.

    Examples
    --------
    >>> from longtail.theory import Zipf
    >>> model = LongTailModel(prior=Zipf(1_000), n_samples=1_000, n_classes=2)
    >>> bits = mixture_excess_memorization(model, 0.1, dimension=1_000, similarity=0.12)
    >>> round(bits.needed), round(bits.attained), round(bits.of_singletons, 2)
    (45254, 98816, 0.84)
    """
    if math.isinf(model.n_subpopulations):
        raise InputError("prior", "have finitely many subpopulations", model.prior)
    alone = excess_memorization(error, n_examples=1, dimension=dimension, similarity=similarity)
    if math.isinf(alone.needed):
        law = "be one that a single example allows, in this dimension and at this similarity"
        raise InputError("error", law, error, "Allow more, or make examples of a cluster more similar.")
    rows = []
    for count in range(1, min(model.n_samples, _MOST_COUNTS) + 1):
        bits = excess_memorization(error, n_examples=count, dimension=dimension, similarity=similarity)
        number = model.expected_number_seen(count)
        rows.append(CountMemorization(count=count, number=number, needed=bits.needed, attained=bits.attained))
    others = max(0.0, model.n_subpopulations - model.expected_number_seen(0) - math.fsum(row.number for row in rows))
    examples = model.n_samples - math.fsum(row.count * row.number for row in rows)
    rarest = max(examples / others, rows[-1].count) if others else 1.0
    share = _needed_share(error, dimension)
    needed = [*(row.number * row.needed for row in rows), others * _bits(share, rarest, dimension, similarity)]
    attained = [*(row.number * row.attained for row in rows), others * rows[-1].attained if others else 0.0]
    return MixtureMemorization(
        needed=math.fsum(needed),
        attained=math.fsum(attained),
        of_singletons=needed[0] / math.fsum(needed) if needed[0] else 0.0,
        by_count=tuple(rows),
    )


def similarity_law(similarity: float) -> None:
    """Check the correlation of two examples of a cluster."""
    if not 0 < number_law("similarity", similarity) < 1:
        raise InputError("similarity", "lie strictly between 0 and 1", similarity)


def _bits(share: float, n: float, d: int, similarity: float) -> float:
    """Return the least excess memorization of a message that explains this share of a fresh example's variance."""
    of_center = share / similarity
    of_mean = of_center * (1 + (n - 1) * similarity) / (n * similarity)
    if of_mean >= 1:
        return math.inf
    return d / 2 * (math.log1p(-of_center) - math.log1p(-of_mean)) / math.log(2)


def _needed_share(error: float, d: int) -> float:
    """Return the share that the information of such a test implies, by data processing."""
    information = (1 - 2 * error) * (math.log1p(-error) - math.log(error))
    return -math.expm1(-2 * information / d)


def _attained_share(error: float, d: int) -> float:
    """Return the share at which the noisy mean errs so often."""
    q = -float(stdtrit(d, error)) / math.sqrt(d)
    return 1.0 if q >= 1 else (2 * q / (1 + q * q)) ** 2
