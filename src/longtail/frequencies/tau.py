r"""What is expected of the points that were seen :math:`\ell` times among n examples.

.. math::
    \mathbb E\,\#_\ell &= \binom n\ell\, \mathbb E \sum_x D(x)^\ell (1 - D(x))^{n-\ell} , \\
    \mathbb E\, M_\ell &= \binom n\ell\, \mathbb E \sum_x D(x)^{\ell+1} (1 - D(x))^{n-\ell} , \\
    \tau_\ell &= \mathbb E\, M_\ell \,/\, \mathbb E\,\#_\ell .

:math:`\#_\ell` is their number, :math:`M_\ell` their mass, and :math:`\tau_\ell` the posterior mean of the frequency of
one of them, which is what leaving it unfitted costs [Feldman2020]_.
"""

import math

from longtail.errors import InputError, Said
from longtail.frequencies.gamma_ratio import log_binomial
from longtail.frequencies.log_value import ROUNDING, LogValue
from longtail.frequencies.marginal import Marginal

__all__ = ["mass_seen", "number_seen", "tau"]


def number_seen(marginal: Marginal, n_samples: int, count: int) -> LogValue:
    """The expected number of points seen exactly ``count`` times."""
    return _times_binomial(marginal.power_sum(count, n_samples - count), n_samples, count)


def mass_seen(marginal: Marginal, n_samples: int, count: int) -> LogValue:
    """The expected total frequency of the points seen exactly ``count`` times."""
    return _times_binomial(marginal.power_sum(count + 1, n_samples - count), n_samples, count)


def tau(marginal: Marginal, n_samples: int, count: int) -> LogValue:
    """The expected frequency of a point that was seen ``count`` times.

    Raises
    ------
    InputError
        If no point can be seen so often: one subpopulation is seen in every draw.
    """
    number = marginal.power_sum(count, n_samples - count)
    if number.log == -math.inf and number.relative_error == 0:
        raise InputError("l", "be a count that can occur", Said(f"{count}, which no subpopulation can have"))
    return marginal.power_sum(count + 1, n_samples - count) / number


def _times_binomial(power_sum: LogValue, n: int, count: int) -> LogValue:
    log = log_binomial(n, count)
    return power_sum.scaled(log, 2 * ROUNDING * (1 + log))
