r"""The frequency prior behind counts, estimated without assuming its shape.

Were N subpopulations' examples counted over n draws, one of frequency :math:`p` would be seen about Poisson(:math:`np`)
times. The nonparametric maximum-likelihood mixture of :mod:`longtail.tail.poisson_mixture` therefore is an estimate of
how many subpopulations there are of each frequency, from which the expected number :math:`\mu_\ell` seen :math:`\ell`
times follows, and with it :math:`\tau_\ell = (\ell + 1) \mu_{\ell + 1} / n \Phi_\ell`. For :math:`\ell = 1` that is
nearly Good–Turing; for :math:`\ell \ge 2` and sparse counts it is steadier, since neighboring counts are smoothed
together.

It also says what more examples would show, :math:`t` times as many in all,

.. math:: \text{new subpopulations} = \sum_j H_j e^{-\lambda_j} \bigl(1 - e^{-(t - 1) \lambda_j}\bigr),

with :math:`H_j` subpopulations at rate :math:`\lambda_j = n p_j`. Beyond :math:`t = 2` the answer depends on
frequencies that the sample cannot tell apart [EfronThisted1976]_, and is refused.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import gammaln

from longtail.arguments import checked
from longtail.array_types import Reals
from longtail.errors import InputError
from longtail.estimate import Estimate, require_level
from longtail.frequencies.checks import whole_law
from longtail.frequencies.priors import EstimatedPrior
from longtail.tail.fingerprint import Fingerprint, times
from longtail.tail.frequency_counts import FrequencyCounts
from longtail.tail.poisson_mixture import LARGEST_COUNT, most_likely_mixture, seen_probabilities
from longtail.tail.realized_mass import predicted_mass

__all__ = ["PriorEstimate", "cells", "estimate_prior"]


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class PriorEstimate:
    """Number of subpopulations of each frequency.

    Parameters
    ----------
    fingerprint : Fingerprint
        What it was estimated from.
    rates : array
        How often a subpopulation of each atom is expected in a sample of this size; the frequency is ``rates / n``.
    expected_numbers : array
        How many subpopulations each atom stands for, seen and unseen.
    gap : float
        No prior has a log-likelihood greater by more than this.
    level : float
        Of every interval.
    """

    fingerprint: Fingerprint
    rates: Reals
    expected_numbers: Reals
    gap: float
    level: float

    def __post_init__(self) -> None:
        self.rates.setflags(write=False)
        self.expected_numbers.setflags(write=False)

    @property
    def prior(self) -> EstimatedPrior:
        """Prior for :class:`~longtail.theory.LongTailModel`, so that every theorem can be applied to these data.

        How many subpopulations are rarer than one in ten samples' worth is not in the data; their mass is.
        """
        number = max(1, round(float(self.expected_numbers.sum())))
        return EstimatedPrior(self.rates / self.fingerprint.n_samples, self.expected_numbers, number)

    def expected_number_seen(self, count: int) -> float:
        r"""The expected number :math:`\mu_\ell` of subpopulations seen ``count`` times in such a sample."""
        return self._cell(whole_law("count", count))

    def mass_seen(self, count: int) -> Estimate:
        """Return the realized mass of the subpopulations seen ``count`` times in this sample, or 0 for the unseen."""
        weights = {whole_law("count", count, least=0): 1.0}
        return predicted_mass(self.fingerprint, weights, self.level, smoothed=self._cell)

    def tau(self, count: int) -> Estimate:
        """The mean realized frequency of the subpopulations seen ``count`` times in this sample."""
        number = self.expected_number_seen(count)
        seen = self.fingerprint(count)
        return self.mass_seen(count).scaled(1 / seen) if seen else self._undetermined(count, number)

    def at_sample_size(self, times: float) -> dict[str, float]:
        """Return what a sample ``times`` as large is expected to show.

        Parameters
        ----------
        times : float
            In (0, 2]; 2 is as many examples again.

        Returns
        -------
        dict
            ``n_samples``, ``new_subpopulations`` beyond those seen now (0 for smaller samples), ``n_singletons``,
            ``unseen_mass`` and ``singleton_mass``.

        Raises
        ------
        InputError
            Beyond twice the sample.
        """
        _check_times(times)
        numbers, rates = self.expected_numbers, self.rates
        new = numbers @ (np.exp(-rates) * -np.expm1(-(times - 1) * rates)) if times > 1 else 0.0
        return {
            "n_samples": times * self.fingerprint.n_samples,
            "new_subpopulations": float(new),
            "n_singletons": float(numbers @ _poisson(1, times * rates)),
            "unseen_mass": self.expected_mass_seen(0, times),
            "singleton_mass": self.expected_mass_seen(1, times),
        }

    def expected_mass_seen(self, count: int, times: float = 1.0) -> float:
        """The expected mass of what is seen ``count`` times in a sample ``times`` as large, at most twice."""
        _check_times(times)
        frequencies = self.rates / self.fingerprint.n_samples
        return min(1.0, float(self.expected_numbers @ (frequencies * _poisson(count, times * self.rates))))

    def to_json(self) -> dict[str, Any]:
        """Return atoms and certificate."""
        return {
            "frequencies": (self.rates / self.fingerprint.n_samples).tolist(),
            "expected_numbers": self.expected_numbers.tolist(),
            "duality_gap": self.gap,
        }

    def _cell(self, count: int) -> float:
        return float(self.expected_numbers @ _poisson(count, self.rates))

    def _undetermined(self, count: int, number: float) -> Estimate:
        nan = float("nan")
        said = f"no subpopulation was seen exactly {times(count)} ({number:.3g} were expected): their mass is 0"
        return Estimate(value=nan, low=nan, high=nan, level=self.level, method="undetermined", warning=said)


@checked
def estimate_prior(counts: FrequencyCounts, level: float = 0.95) -> PriorEstimate:
    """Estimate the most likely frequency prior behind counts, with a certificate.

    Parameters
    ----------
    counts : FrequencyCounts
        How many examples each subpopulation has.
    level : float
        Of every interval, in (0, 1).

    Returns
    -------
    PriorEstimate
        Atoms; subpopulations seen more than a hundred times are atoms of their own, at the frequency they were seen
        with.

    Examples
    --------
    >>> estimate = estimate_prior(FrequencyCounts.from_counts(500 * [1] + 200 * [2] + 80 * [3] + 30 * [4] + 10 * [5]))
    >>> more = estimate.at_sample_size(2.0)
    >>> round(more["new_subpopulations"]), round(more["unseen_mass"], 3)
    (362, 0.205)
    """
    require_level(level)
    fingerprint = counts.fingerprint
    mixture = most_likely_mixture(cells(fingerprint))
    seen_within = 1 - seen_probabilities(mixture.rates)[-1]
    numbers = fingerprint.n_distinct * mixture.weights * seen_within / -np.expm1(-mixture.rates)
    many = fingerprint.multiplicities > LARGEST_COUNT
    rates = np.concatenate([mixture.rates, fingerprint.multiplicities[many].astype(np.float64)])
    numbers = np.concatenate([numbers, fingerprint.numbers[many].astype(np.float64)])
    kept = numbers > 0
    return PriorEstimate(
        fingerprint=fingerprint, rates=rates[kept], expected_numbers=numbers[kept], gap=mixture.gap, level=level
    )


def cells(fingerprint: Fingerprint) -> Reals:
    """Return the numbers of subpopulations that were seen 1, 2, … 100 times, and more often."""
    places = np.minimum(fingerprint.multiplicities, LARGEST_COUNT + 1) - 1
    return np.bincount(places, weights=fingerprint.numbers, minlength=LARGEST_COUNT + 1).astype(np.float64)


def _poisson(count: int, rates: Reals) -> Reals:
    law: Reals = np.exp(count * np.log(rates) - rates - gammaln(count + 1))
    return law


def _check_times(ratio: float) -> None:
    if not 0 < ratio <= 2:
        reason = (
            "Beyond twice the sample the answer rests on frequencies that this sample cannot tell apart: "
            "errors of 21 % to 89 % were measured at 4 and 10 times it."
        )
        raise InputError("times", "lie in (0, 2]", ratio, reason)
