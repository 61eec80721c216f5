r"""Prior distributions over the frequencies of subpopulations, as frozen descriptions.

A prior is a list of frequencies :math:`\pi_1, \ldots, \pi_N`, or a law on the positive reals. It is drawn from once for
each of the N subpopulations, and the draws :math:`p_x` are normalized,

.. math:: D(x) = \frac{p_x}{\sum_{x'} p_{x'}},

so the scale of a prior never matters [Feldman2020]_. A description computes nothing;
:mod:`longtail.frequencies.compressed_measure` and :mod:`longtail.frequencies.closed_forms` interpret it.
"""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import checked
from longtail.errors import InputError, Said
from longtail.frequencies.checks import number_law, whole_law

__all__ = [
    "Dirichlet",
    "EstimatedPrior",
    "FrequencyList",
    "Geometric",
    "Lognormal",
    "Pareto",
    "PitmanYor",
    "Prior",
    "ScipyPrior",
    "TwoPoint",
    "Uniform",
    "Zipf",
]


@checked
@dataclass(frozen=True, slots=True)
class Zipf:
    """The list ``i ** -exponent`` for i = 1 … N.

    Parameters
    ----------
    n_subpopulations : int
        N, at least 1; the list is never held, so 10**12 is as good as 10.
    exponent : float
        Non-negative; 1 is the law of words and of the paper's examples.

    Examples
    --------
    >>> Zipf(50_000)
    Zipf(n_subpopulations=50000, exponent=1.0)
    """

    n_subpopulations: int
    exponent: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "n_subpopulations", whole_law("n_subpopulations", self.n_subpopulations))
        _finite("exponent", self.exponent, at_least=0)


@checked
@dataclass(frozen=True, slots=True)
class Geometric:
    """The list ``ratio ** i`` for i = 0 … N - 1, with ``ratio`` in (0, 1]."""

    n_subpopulations: int
    ratio: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "n_subpopulations", whole_law("n_subpopulations", self.n_subpopulations))
        if not 0 < number_law("ratio", self.ratio) <= 1:
            raise InputError("ratio", "lie in (0, 1]", self.ratio)


@checked
@dataclass(frozen=True, slots=True)
class Uniform:
    """N equal frequencies: every subpopulation has 1/N of the mass."""

    n_subpopulations: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "n_subpopulations", whole_law("n_subpopulations", self.n_subpopulations))


@checked
@dataclass(frozen=True, slots=True)
class TwoPoint:
    """Heads of frequency 1 and outliers of frequency ``outlier_frequency``.

    Parameters
    ----------
    n_heads, n_outliers : int
        How many entries of the list are of each kind; N is their sum.
    outlier_frequency : float
        The frequency of an outlier relative to that of a head, positive.
    """

    n_heads: int
    n_outliers: int
    outlier_frequency: float = 0.01

    def __post_init__(self) -> None:
        object.__setattr__(self, "n_heads", whole_law("n_heads", self.n_heads))
        object.__setattr__(self, "n_outliers", whole_law("n_outliers", self.n_outliers))
        _finite("outlier_frequency", self.outlier_frequency, above=0)

    @property
    def n_subpopulations(self) -> int:
        """Number N of subpopulations, heads and outliers together."""
        return self.n_heads + self.n_outliers


@checked
@dataclass(frozen=True, slots=True)
class Lognormal:
    """Frequencies ``exp(sigma * Z)``, Z standard normal, drawn independently."""

    n_subpopulations: int
    sigma: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "n_subpopulations", whole_law("n_subpopulations", self.n_subpopulations))
        _finite("sigma", self.sigma, above=0)


@checked
@dataclass(frozen=True, slots=True)
class Pareto:
    """Frequencies with tail ``Pr[p > t] = t ** -shape`` for t >= 1. The mean is infinite for ``shape`` at most 1."""

    n_subpopulations: int
    shape: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "n_subpopulations", whole_law("n_subpopulations", self.n_subpopulations))
        _finite("shape", self.shape, above=0)


@checked
@dataclass(frozen=True, slots=True)
class Dirichlet:
    r"""Normalized gamma frequencies: D is Dirichlet(a, …, a) with a = ``concentration``.

    Then :math:`\tau_\ell = (a + \ell) / (N a + n)`, and it is exact for every sample, not only on average.
    """

    n_subpopulations: int
    concentration: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "n_subpopulations", whole_law("n_subpopulations", self.n_subpopulations))
        _finite("concentration", self.concentration, above=0)


@checked
@dataclass(frozen=True, slots=True)
class PitmanYor:
    r"""The two-parameter Poisson-Dirichlet process: infinitely many subpopulations [PitmanYor1997]_.

    Parameters
    ----------
    concentration : float
        :math:`\theta > -d`.
    discount : float
        d in [0, 1); with d > 0 the frequencies decay like :math:`i^{-1/d}`.
    """

    concentration: float
    discount: float = 0.0

    def __post_init__(self) -> None:
        _finite("discount", self.discount)
        _finite("concentration", self.concentration)
        if not 0 <= self.discount < 1:
            raise InputError("discount", "lie in [0, 1)", self.discount)
        if not self.concentration > -self.discount:
            raise InputError("concentration", f"exceed -discount = {-self.discount}", self.concentration)


@dataclass(frozen=True, slots=True, eq=False)
class FrequencyList:
    """Any finite list of frequencies, in which repeats and zeros are allowed.

    Parameters
    ----------
    values : array_like of float
        Non-negative, finite, not all zero.
    counts : array_like of int, optional
        How often each value occurs; once each when left out.

    Notes
    -----
    A zero is an entry that may be drawn: that subpopulation then never occurs. A draw of zeros alone is no
    distribution; the model is conditioned on its not happening.
    """

    values: NDArray[np.float64]
    counts: NDArray[np.int64] | None = None

    def __init__(self, values: ArrayLike, counts: ArrayLike | None = None) -> None:
        object.__setattr__(self, "values", _frequencies("values", values))
        whole = None if counts is None else _whole_counts(counts, len(self.values))
        object.__setattr__(self, "counts", whole)
        positive = self.values > 0 if whole is None else (self.values > 0) & (whole > 0)
        if not positive.any():
            raise InputError("values", "hold at least one positive frequency", Said("only zeros"))

    @property
    def n_subpopulations(self) -> int:
        """Number N of subpopulations, the length of the list."""
        return len(self.values) if self.counts is None else int(self.counts.sum())


@checked
@dataclass(frozen=True, slots=True, eq=False)
class ScipyPrior:
    """Frequencies drawn independently from a ``scipy.stats`` law on the positive reals.

    Parameters
    ----------
    n_subpopulations : int
        N, at least 1.
    distribution : scipy.stats frozen continuous distribution
        For instance ``scipy.stats.weibull_min(0.5)``; its support must lie in [0, infinity).
    """

    n_subpopulations: int
    distribution: Any

    def __post_init__(self) -> None:
        object.__setattr__(self, "n_subpopulations", whole_law("n_subpopulations", self.n_subpopulations))
        if not all(hasattr(self.distribution, name) for name in ("pdf", "cdf", "sf", "ppf", "isf", "support")):
            raise InputError(
                "distribution", "be a frozen continuous scipy.stats law", Said(type(self.distribution).__name__)
            )
        low, high = self.distribution.support()
        if not (low >= 0 and high > 0):
            raise InputError("distribution", "live on the positive reals", Said(f"a law on [{low:g}, {high:g}]"))


@dataclass(frozen=True, slots=True, eq=False)
class EstimatedPrior:
    """A finite atomic prior that was estimated from data.

    Parameters
    ----------
    frequencies : array_like of float
        The atoms, non-negative.
    expected_numbers : array_like of float
        How many of the N subpopulations have each frequency; need not be whole.
    n_subpopulations : int
        N, seen and unseen. The numbers are scaled to sum to it.
    """

    frequencies: NDArray[np.float64]
    expected_numbers: NDArray[np.float64]
    n_subpopulations: int = field(kw_only=False)

    def __init__(self, frequencies: ArrayLike, expected_numbers: ArrayLike, n_subpopulations: int) -> None:
        object.__setattr__(self, "frequencies", _frequencies("frequencies", frequencies))
        numbers = _frequencies("expected_numbers", expected_numbers)
        if len(numbers) != len(self.frequencies):
            raise InputError(
                "expected_numbers", f"have one entry for each of {len(self.frequencies)} frequencies", len(numbers)
            )
        if not ((self.frequencies > 0) & (numbers > 0)).any():
            raise InputError("frequencies", "hold a positive frequency with a positive expected number", Said("none"))
        object.__setattr__(self, "expected_numbers", numbers)
        object.__setattr__(self, "n_subpopulations", whole_law("n_subpopulations", n_subpopulations))


Prior = (
    Zipf
    | Geometric
    | Uniform
    | TwoPoint
    | Lognormal
    | Pareto
    | Dirichlet
    | PitmanYor
    | FrequencyList
    | ScipyPrior
    | EstimatedPrior
)
"""Any of the descriptions above."""


def _finite(argument: str, value: float, *, at_least: float | None = None, above: float | None = None) -> None:
    if not math.isfinite(number_law(argument, value)):
        raise InputError(argument, "be finite", value)
    if at_least is not None and not value >= at_least:
        raise InputError(argument, f"be at least {at_least}", value)
    if above is not None and not value > above:
        raise InputError(argument, f"exceed {above}", value)


def _frequencies(argument: str, values: ArrayLike) -> NDArray[np.float64]:
    try:
        array = np.array(values, dtype=float).ravel()
    except (TypeError, ValueError):
        raise InputError(argument, "be numbers", values) from None
    if array.size == 0:
        raise InputError(argument, "hold at least one number", Said("none"))
    wrong = ~np.isfinite(array) | (array < 0)
    if wrong.any():
        raise InputError(argument, "be finite and non-negative", float(array[wrong][0]))
    array.setflags(write=False)
    return array


def _whole_counts(counts: ArrayLike, length: int) -> NDArray[np.int64]:
    try:
        array = np.array(counts, dtype=float).ravel()
    except (TypeError, ValueError):
        raise InputError("counts", "be whole numbers of at least 0", counts) from None
    if array.size != length:
        raise InputError("counts", f"have one entry for each of {length} values", array.size)
    wrong = ~np.isfinite(array) | (array < 0) | (array != np.floor(array))
    if wrong.any():
        raise InputError("counts", "be whole numbers of at least 0", float(array[wrong][0]))
    whole = array.astype(np.int64)
    whole.setflags(write=False)
    return whole
