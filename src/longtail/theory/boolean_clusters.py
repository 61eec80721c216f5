r"""Bits of an example seen once that a learner must keep to recognize its cluster, most of them irrelevant.

A cluster has a center :math:`\theta`, uniform on :math:`\{-1, 1\}^d`. Its examples flip each coordinate of it
independently, so that two of them have correlation :math:`\rho`, the similarity, in each coordinate. A learner sees one
example X, keeps a message M, and must tell a fresh example of the cluster from uniform bits. If it errs with
probability at most :math:`\beta` of either kind, then

.. math:: I(M; X) \ge d\,(\ln 2 - h(q)), \qquad h\Bigl(\frac{1 - (1-2q)\rho}{2}\Bigr) = \ln 2 - \frac rd,
          \quad r = (1 - 2\beta) \ln\frac{1-\beta}{\beta},

with h the entropy of a coin. The example itself with each bit flipped with probability q has just this information.
Of it, :math:`I(M; X \mid \theta)` says nothing about the cluster: it is **irrelevant**, and yet every learner keeps as
much. As :math:`\beta` approaches the least that this bound leaves possible, :math:`q \to 0`: all d bits are kept. That
accurate learners must keep nearly all bits of many examples, for two tasks of this kind, is the theorem of
[BrownEtAl2021]_, of which the abstract was read. The form here is derived in ``docs/derivations/boolean-clusters.md``.
"""

import math
from dataclasses import dataclass

from longtail.arguments import checked
from longtail.errors import InputError
from longtail.frequencies.checks import number_law, whole_law
from longtail.theory.gaussian_clusters import similarity_law

__all__ = ["SingletonInformation", "singleton_information"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SingletonInformation:
    """Information about an example seen once that an error takes, in bits.

    Parameters
    ----------
    bits : float
        All that must be kept, of d.
    irrelevant_bits : float
        The part of it that says nothing about the cluster.
    flip_probability : float
        With this probability each bit of the example may be flipped.
    """

    bits: float
    irrelevant_bits: float
    flip_probability: float


@checked
def singleton_information(error: float, *, dimension: int, similarity: float) -> SingletonInformation:
    """Return how many bits of an example seen once must be kept to recognize its cluster.

    Parameters
    ----------
    error : float
        The probability of a miss, and that of a false alarm, that is allowed: above 0, and at most 1/2.
    dimension : int
        d, the bits of an example.
    similarity : float
        The correlation of two examples of a cluster in a bit, strictly between 0 and 1.

    Raises
    ------
    InputError
        If an argument is outside its range, or if no learner that saw one example errs so rarely.

    Examples
    --------
    >>> for error in (0.3, 0.1, 0.01):
    ...     kept = singleton_information(error, dimension=1_000, similarity=0.12)
    ...     print(error, round(kept.bits), round(kept.irrelevant_bits))
    0.3 34 30
    0.1 184 163
    0.01 516 461
    """
    if not 0 < number_law("error", error) <= 0.5:
        raise InputError("error", "lie above 0 and be at most 0.5", error)
    d = whole_law("dimension", dimension, least=1)
    similarity_law(similarity)
    information = (1 - 2 * error) * (math.log1p(-error) - math.log(error))
    kept = _bias(information / d) / similarity  # 1 - 2 q
    if not kept < 1:
        law = "be one that a single example allows, in this dimension and at this similarity"
        raise InputError("error", law, error, "Allow more, or make examples of a cluster more similar.")
    bits = d * _information(kept) / math.log(2)
    return SingletonInformation(
        bits=bits,
        irrelevant_bits=bits - d * _information(kept * math.sqrt(similarity)) / math.log(2),
        flip_probability=(1 - kept) / 2,
    )


def _information(bias: float) -> float:
    """Return ln 2 less the entropy of a coin of probabilities (1 + bias) / 2 and (1 - bias) / 2, in nats."""
    if bias == 1:
        return math.log(2)
    if bias < 0.01:  # below it the sum of logarithms cancels, and the next term, bias^8 / 56, is not seen
        return bias**2 / 2 + bias**4 / 12 + bias**6 / 30
    return ((1 + bias) * math.log1p(bias) + (1 - bias) * math.log1p(-bias)) / 2


def _bias(information: float) -> float:
    """Return the bias of the coin whose entropy falls short of ln 2 by this, or infinity where none does."""
    from scipy.optimize import brentq  # here, as it takes long to import

    if information >= math.log(2):
        return math.inf
    if not information:
        return 0.0
    return float(brentq(lambda bias: _information(bias) - information, 0.0, 1.0, xtol=1e-15, rtol=1e-14))
