r"""The accuracy of a plurality vote over noisy copies of one label.

Each of :math:`\ell` copies is the true label with probability r and each other label with probability
:math:`q = (1 - r)/(m - 1)`; ties are broken at random. With :math:`V_y` independent Poisson variables of means
proportional to r and q, conditioned on their sum,

.. math:: \Pr[\text{truth wins}] = \sum_c \Pr[V_0 = c] \sum_t \frac{1}{t + 1} \binom{m-1}{t}
          \Pr[V = c]^t\, \Pr[V < c]^{m-1-t} ,

read off generating functions for all :math:`\ell` at once. All terms are positive, so no digits cancel.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import comb

from longtail.arguments import checked
from longtail.errors import InputError

__all__ = ["MAX_VOTES", "plurality_accuracy", "symmetric_keep_probability"]

MAX_VOTES = 255
"""How many copies of one point show their label; further ones are drawn without it."""


@checked
def plurality_accuracy(n_copies: int, keep_probability: float, n_classes: int) -> float:
    """The probability that the plurality of ``n_copies`` noisy labels is the true one.

    Parameters
    ----------
    n_copies : int
        Counts beyond ``MAX_VOTES`` vote with that many. At 0 the vote is a uniform guess.
    keep_probability : float
        That a copy shows the true label.
    n_classes : int
        At least 2.

    Examples
    --------
    >>> round(plurality_accuracy(3, 0.8, 2), 3)  # 0.8**3 + 3 * 0.8**2 * 0.2
    0.896
    """
    if n_copies < 0:
        raise InputError("n_copies", "be at least 0", n_copies)
    if not 0 <= keep_probability <= 1:
        raise InputError("keep_probability", "lie in [0, 1]", keep_probability)
    return float(_accuracy_by_votes(float(keep_probability), int(n_classes))[min(n_copies, MAX_VOTES)])


def symmetric_keep_probability(label_noise: float, n_classes: int) -> float:
    """Probability that a label stays when it is replaced by a uniform one with probability ``label_noise``."""
    return 1 - label_noise + label_noise / n_classes


@lru_cache(maxsize=64)
def _accuracy_by_votes(keep: float, n_classes: int) -> NDArray[np.float64]:
    if keep == 1.0:
        return np.concatenate([[1 / n_classes], np.ones(MAX_VOTES)])
    votes = np.arange(MAX_VOTES + 1)
    rate = MAX_VOTES / 2.0
    from scipy.stats import poisson  # Imported here, because the import takes most of a second.

    truth = poisson.pmf(votes, rate * keep)
    other = poisson.pmf(votes, rate * (1 - keep) / (n_classes - 1))
    wins = np.zeros(MAX_VOTES + 1)
    for c in range(MAX_VOTES + 1):
        wins[c:] += truth[c] * _share_of_wins(c, other, n_classes - 1)[: MAX_VOTES + 1 - c]
    return wins / poisson.pmf(votes, rate)


def _share_of_wins(c: int, other: NDArray[np.float64], n_others: int) -> NDArray[np.float64]:
    """Return by total votes of the others the probability of that total, of none above c, times 1 / (1 + the number of
    ties).
    """
    below = np.where(np.arange(len(other)) < c, other, 0.0)
    most_ties = n_others if c == 0 else min(n_others, MAX_VOTES // c)
    power = _power(below, n_others - most_ties)
    total = np.zeros(len(other))
    for ties in range(most_ties, -1, -1):
        at_c = comb(n_others, ties) / (ties + 1) * other[c] ** ties
        total[c * ties :] += at_c * power[: len(other) - c * ties]
        power = _product(power, below)
    return total


def _power(series: NDArray[np.float64], exponent: int) -> NDArray[np.float64]:
    result = np.zeros(len(series))
    result[0] = 1.0
    while exponent:
        if exponent & 1:
            result = _product(result, series)
        series, exponent = _product(series, series), exponent >> 1
    return result


def _product(left: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.convolve(left, right)[: len(left)]
