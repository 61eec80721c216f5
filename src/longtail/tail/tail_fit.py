r"""Parametric tails, on request: Zipf, lognormal and Pitman–Yor, each with a test of whether it fits at all.

A wrong shape answers confidently and wrongly: a Pitman–Yor law fitted to a two-point prior is off by a factor of twelve
in :math:`\tau_2`. So every fit carries a chi-square test of its expected fingerprint :math:`\mu_\ell` against the
observed :math:`\Phi_\ell`, over cells joined until each expects at least five; where it fails, nothing else of the fit
counts.

Zipf and lognormal maximize the Poisson likelihood of the fingerprint, with the normalizer of the frequencies replaced
by its mean; Pitman–Yor maximizes the exact probability of the partition [PitmanYor1997]_, and
:math:`\mu_\ell = \binom{n}{\ell} (1 - d)_{\ell - 1} (\theta + d)_{n - \ell} / (\theta + 1)_{n - 1}`, rising factorials.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import numpy as np
import scipy
from scipy.special import chdtrc, gammaln

from longtail.arguments import checked
from longtail.array_types import Reals
from longtail.errors import InputError, Said
from longtail.frequencies.compressed_measure import compress
from longtail.frequencies.priors import Lognormal, PitmanYor, Zipf
from longtail.tail.fingerprint import Fingerprint
from longtail.tail.frequency_counts import FrequencyCounts
from longtail.tail.poisson_mixture import LARGEST_COUNT, seen_probabilities

__all__ = ["Shape", "TailFit", "fit_tail"]

P = TypeVar("P", Zipf, Lognormal)
Shape = Literal["zipf", "lognormal", "pitman-yor"]

_LEAST_EXPECTED = 5.0
_MOST_SUBPOPULATIONS = 1e12


@dataclass(frozen=True, slots=True, kw_only=True)
class TailFit:
    """A parametric prior, and the test whether the data reject it.

    Parameters
    ----------
    prior : Zipf, Lognormal or PitmanYor
        For :class:`~longtail.theory.LongTailModel`.
    expected : array, shape (101,)
        How many subpopulations are expected 1, 2, … 100 times, and more often.
    chi_square : float
        Over ``n_cells`` joined cells.
    n_cells : int
        Two of them are spent on the parameters.
    p_value : float
        How often data of this shape would fit worse; NaN if there are too few cells to tell.
    """

    prior: Zipf | Lognormal | PitmanYor
    expected: Reals
    chi_square: float
    n_cells: int
    p_value: float

    @property
    def verdict(self) -> str:
        """The test in words."""
        if np.isnan(self.p_value):
            return "too few different counts to test the fit"
        if self.p_value < 0.01:
            return f"does not fit (p = {self.p_value:.2g}): use the nonparametric prior"
        return f"not contradicted by these counts (p = {self.p_value:.2g})"

    def to_json(self) -> dict[str, Any]:
        """Return a plain dictionary."""
        return {
            "prior": repr(self.prior),
            "chi_square": self.chi_square,
            "n_cells": self.n_cells,
            "p_value": self.p_value,
            "verdict": self.verdict,
        }


@checked
def fit_tail(counts: FrequencyCounts, shape: Shape) -> TailFit:
    """Fit a parametric tail and test it.

    Parameters
    ----------
    counts : FrequencyCounts
        How many examples each subpopulation has.
    shape : {"zipf", "lognormal", "pitman-yor"}
        The family.

    Raises
    ------
    InputError
        If the shape is unknown, or all counts are one or there is one subpopulation: every member fits alike.
    """
    if shape not in _FITS:
        raise InputError("shape", f"be one of {', '.join(_FITS)}", shape)
    if counts.warning:
        raise InputError("counts", "tell members of a family apart", Said(counts.warning))
    fingerprint = counts.fingerprint
    prior, expected = _FITS[shape](fingerprint)
    observed = np.array([fingerprint(count) for count in range(1, LARGEST_COUNT + 1)], dtype=np.float64)
    observed = np.append(observed, fingerprint.n_distinct - observed.sum())
    chi_square, n_cells = _chi_square(observed, expected)
    p_value = float(chdtrc(n_cells - 2, chi_square)) if n_cells > 2 else float("nan")
    return TailFit(prior=prior, expected=expected, chi_square=chi_square, n_cells=n_cells, p_value=p_value)


def _zipf(fingerprint: Fingerprint) -> tuple[Zipf, Reals]:
    def member(parameters: Reals) -> Zipf:
        return Zipf(_number(fingerprint, parameters[0]), float(np.exp(np.clip(parameters[1], -4.0, 1.6))))

    return _most_likely(fingerprint, member, [(0.7, 0.0), (2.3, 0.4), (0.2, -0.7)])


def _lognormal(fingerprint: Fingerprint) -> tuple[Lognormal, Reals]:
    def member(parameters: Reals) -> Lognormal:
        return Lognormal(_number(fingerprint, parameters[0]), float(np.exp(np.clip(parameters[1], -4.0, 2.0))))

    return _most_likely(fingerprint, member, [(0.7, 0.0), (2.3, 0.7), (0.2, -0.7)])


def _number(fingerprint: Fingerprint, log_ratio: float) -> int:
    """Return N, which is at least the number of subpopulations seen."""
    most = np.log(_MOST_SUBPOPULATIONS / fingerprint.n_distinct)
    return round(fingerprint.n_distinct * float(np.exp(np.clip(log_ratio, 0.0, most))))


def _most_likely(
    fingerprint: Fingerprint, member: Callable[[Reals], P], starts: list[tuple[float, float]]
) -> tuple[P, Reals]:
    counts = np.minimum(fingerprint.multiplicities, LARGEST_COUNT + 1) - 1

    def surprise(parameters: Reals) -> float:
        expected = _expected(member(parameters), fingerprint.n_samples)
        return float(expected.sum() - fingerprint.numbers @ np.log(np.maximum(expected[counts], 1e-300)))

    options: Any = {"xatol": 1e-4, "fatol": 1e-3, "maxiter": 300}
    tried = [
        scipy.optimize.minimize(surprise, np.array(start), method="Nelder-Mead", options=options) for start in starts
    ]
    best = member(min(tried, key=lambda result: float(result.fun)).x)
    return best, _expected(best, fingerprint.n_samples)


def _expected(prior: Zipf | Lognormal, n: int) -> Reals:
    """Return the expected numbers seen 1, 2, … times, with the normalizer at its mean."""
    measure = compress(prior)
    relative = np.exp(measure.log_values - measure.log_values.max())
    rates = np.maximum(n * relative / (prior.n_subpopulations * (measure.weights @ relative)), 1e-12)
    expected: Reals = prior.n_subpopulations * (seen_probabilities(rates) @ (measure.weights * -np.expm1(-rates)))
    return expected


def _pitman_yor(fingerprint: Fingerprint) -> tuple[PitmanYor, Reals]:
    n, seen = fingerprint.n_samples, fingerprint.n_distinct
    counts, numbers = fingerprint.multiplicities, fingerprint.numbers

    def parameters_of(point: Reals) -> tuple[float, float]:
        discount = float(1 / (1 + np.exp(-np.clip(point[0], -12, 12))))
        return discount, float(np.exp(np.clip(point[1], -12, 25))) - discount

    def surprise(point: Reals) -> float:
        discount, strength = parameters_of(point)
        tables = gammaln(strength / discount + seen) - gammaln(strength / discount + 1) + (seen - 1) * np.log(discount)
        customers = gammaln(strength + n) - gammaln(strength + 1)
        return float(customers - tables - numbers @ (gammaln(counts - discount) - gammaln(1 - discount)))

    options: Any = {"xatol": 1e-6, "fatol": 1e-6, "maxiter": 2000}
    starts = ((0.0, np.log(10)), (-3.0, np.log(100)), (1.0, 0.0))
    tried = [
        scipy.optimize.minimize(surprise, np.array(start), method="Nelder-Mead", options=options) for start in starts
    ]
    discount, strength = parameters_of(min(tried, key=lambda result: float(result.fun)).x)
    each = np.arange(1, min(LARGEST_COUNT, n) + 1)
    log_expected = (
        gammaln(n + 1) - gammaln(each + 1) - gammaln(n - each + 1)
        + gammaln(each - discount) - gammaln(1 - discount)
        + gammaln(strength + discount + n - each) - gammaln(strength + discount)
        - gammaln(strength + n) + gammaln(strength + 1)
    )  # fmt: skip
    expected = np.zeros(LARGEST_COUNT + 1)
    expected[: len(each)] = np.exp(log_expected)
    all_tables = _expected_tables(discount, strength, n)
    expected[-1] = max(0.0, all_tables - expected[:-1].sum())
    return PitmanYor(concentration=strength, discount=discount), expected


def _expected_tables(discount: float, strength: float, n: int) -> float:
    log_ratio = gammaln(strength + discount + n) - gammaln(strength + discount)
    log_ratio -= gammaln(strength + n) - gammaln(strength + 1)
    return float((np.exp(log_ratio) - strength) / discount)


def _chi_square(observed: Reals, expected: Reals) -> tuple[float, int]:
    """Compute chi square over neighboring cells, joined until each expects enough. The rest joins the last cell."""
    cells: list[list[float]] = []
    here = [0.0, 0.0]
    for seen, mean in zip(observed, expected, strict=True):
        here = [here[0] + float(seen), here[1] + float(mean)]
        if here[1] >= _LEAST_EXPECTED:
            cells.append(here)
            here = [0.0, 0.0]
    if cells:
        cells[-1] = [cells[-1][0] + here[0], cells[-1][1] + here[1]]
    return sum((seen - mean) ** 2 / mean for seen, mean in cells), len(cells)


_FITS: dict[str, Callable[[Fingerprint], tuple[Any, Reals]]] = {
    "zipf": _zipf,
    "lognormal": _lognormal,
    "pitman-yor": _pitman_yor,
}
