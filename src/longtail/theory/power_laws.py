r"""How long the tail of a power law is, in the limit: what becomes of "Omega(1/n) for Zipf" at scale.

With frequencies proportional to 1/i, i <= N, the normalizer is about :math:`R = \ln N + \gamma`, and with
:math:`a = n / (N R)`

.. math:: n\tau_1 \sim e^{-a} / E_1(a), \qquad \text{mass seen once} \sim e^{-a} / R,

so at N = n the first falls like :math:`1/\ln\ln N` and the second like :math:`1/\ln N`. Frequencies :math:`i^{-s}` with
s > 1 behave like the Pitman-Yor process of discount 1/s [PitmanYor1997]_: :math:`n\tau_\ell \to \ell - 1/s`, while the
mass seen once vanishes like :math:`n^{1/s - 1}`.
"""

import math

import numpy as np
from scipy.special import exp1

from longtail.arguments import checked
from longtail.errors import InputError

__all__ = ["power_law_tau_limit", "zipf_singleton_mass_asymptote", "zipf_tau_1_asymptote"]


@checked
def zipf_tau_1_asymptote(n_subpopulations: float, n_samples: float) -> float:
    r"""Asymptote of tau_1 for a Zipf prior: :math:`n\tau_1 \sim e^{-a}/E_1(a)`, :math:`a = n / (N (\ln N + \gamma))`.

    So at N = n it falls like :math:`1/\ln\ln N`, and "Omega(1/n)" holds only up to that factor. A sketch of the limit
    (0.6 % low at N = n = 50,000), not a bound; ``model.tau(1)`` is exact.

    Examples
    --------
    >>> round(50_000 * zipf_tau_1_asymptote(50_000, 50_000), 2)
    0.47
    """
    per_draw = n_samples / (n_subpopulations * _zipf_normalizer(n_subpopulations, n_samples))
    return float(np.exp(-per_draw) / exp1(per_draw)) / n_samples


@checked
def zipf_singleton_mass_asymptote(n_subpopulations: float, n_samples: float) -> float:
    r"""Asymptote of the mass of the subpopulations seen once for a Zipf prior: :math:`e^{-a}/(\ln N + \gamma)`.

    Examples
    --------
    >>> round(zipf_singleton_mass_asymptote(1e12, 1e12), 3)
    0.034
    """
    normalizer = _zipf_normalizer(n_subpopulations, n_samples)
    return math.exp(-n_samples / (n_subpopulations * normalizer)) / normalizer


@checked
def power_law_tau_limit(count: int, exponent: float) -> float:
    r"""The limit of :math:`n\tau_\ell` for frequencies :math:`i^{-s}`, s > 1, as N grows: :math:`\ell - 1/s`.

    It is that of the Pitman-Yor process with discount 1/s. The mass of the singletons still vanishes, like
    :math:`n^{1/s - 1}`.

    Examples
    --------
    >>> power_law_tau_limit(1, 2.0)
    0.5
    """
    if not exponent > 1:
        raise InputError("exponent", "exceed 1", exponent, "At 1 see zipf_tau_1_asymptote.")
    if count < 1:
        raise InputError("count", "be at least 1", count)
    return count - 1 / exponent


def _zipf_normalizer(n_subpopulations: float, n_samples: float) -> float:
    if not n_subpopulations >= 1:
        raise InputError("n_subpopulations", "be at least 1", n_subpopulations)
    if not n_samples >= 1:
        raise InputError("n_samples", "be at least 1", n_samples)
    return math.log(n_subpopulations) + float(np.euler_gamma)
