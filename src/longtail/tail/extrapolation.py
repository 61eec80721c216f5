r"""What a larger sample would show, at most twice this one, with intervals for what it will really show.

The fitted prior says what to expect: of :math:`H_j` subpopulations at rate :math:`\lambda_j`, each is unseen at
:math:`t` times the sample with probability :math:`e^{-t \lambda_j}` [EfronThisted1976]_. The interval joins two errors,
as if independent: that other priors are nearly as likely (the range of the expected value over all priors whose
likelihood is within the chi-square quantile of the greatest: a profile-likelihood interval over the nonparametric
family), and that what is shown scatters about what is expected.

Where nothing was seen once the fit says that nothing is rare, and its likely range with it. There the upper ends are
those of :math:`\operatorname{E} \Phi_1 = \sum \lambda e^{-\lambda}` when none was seen, since
:math:`e^{-\lambda} (1 - e^{-(t - 1) \lambda}) \le (t - 1) \lambda e^{-\lambda}`,
:math:`\lambda e^{-t \lambda} \le \lambda e^{-\lambda}` and
:math:`t \lambda^2 e^{-t \lambda} \le \lambda e^{-\lambda} \, t / ((t - 1) e)`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import e, hypot, log
from typing import Any

import numpy as np
from scipy.special import chdtri

from longtail.arguments import checked
from longtail.array_types import Reals
from longtail.errors import InputError
from longtail.estimate import Estimate
from longtail.sampling_laws import normal_half_width
from longtail.tail.poisson_mixture import likely_range
from longtail.tail.prior_estimation import PriorEstimate, cells
from longtail.tail.trimming import contradiction

__all__ = ["LargerSample", "larger_sample"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LargerSample:
    """Expected findings in a sample ``times`` as large.

    Parameters
    ----------
    times : float
        In (1, 2].
    new_subpopulations : Estimate
        How many would be seen that are not seen now.
    unseen_mass, singleton_mass : Estimate
        Of the larger sample.
    """

    times: float
    new_subpopulations: Estimate
    unseen_mass: Estimate
    singleton_mass: Estimate

    def to_json(self) -> dict[str, Any]:
        """Return a plain dictionary."""
        return {
            "times": self.times,
            "new_subpopulations": self.new_subpopulations.to_json(),
            "unseen_mass": self.unseen_mass.to_json(),
            "singleton_mass": self.singleton_mass.to_json(),
        }


@checked
def larger_sample(prior: PriorEstimate, times: float = 2.0) -> LargerSample:
    """Predict what a sample ``times`` as large would show, with intervals.

    Parameters
    ----------
    prior : PriorEstimate
        From :func:`~longtail.tail.prior_estimation.estimate_prior`.
    times : float
        Above 1, at most 2, which is as many examples again.

    Raises
    ------
    InputError
        Beyond twice the sample, or not beyond it at all.
    """
    if times <= 1:
        raise InputError("times", "exceed 1", times, "This sample itself is described by estimate_tail.")
    expected = prior.at_sample_size(times)
    n, more = prior.fingerprint.n_samples, times - 1

    def new(rates: Reals) -> Reals:
        return np.exp(-rates) * -np.expm1(-more * rates)

    def unseen(rates: Reals) -> Reals:
        return rates * np.exp(-times * rates)

    def once(rates: Reals) -> Reals:
        return times * rates**2 * np.exp(-times * rates)

    numbers, rates, said = prior.expected_numbers, prior.rates, contradiction(prior.fingerprint)
    spread = {  # variances of the realized values, each a sum over independent subpopulations
        "new_subpopulations": float(numbers @ new(rates)),
        "unseen_mass": float(numbers @ (rates * unseen(rates))),
        "singleton_mass": float(numbers @ (rates * once(rates))),
    }

    def joined(
        name: str, contribution: Callable[[Reals], Reals], per_singleton: float, unit: float, most: float
    ) -> Estimate:
        if said:
            return _unknown(expected[name], most, prior.level, said)
        return _joined(prior, expected[name], contribution, spread[name], per_singleton, unit, most)

    return LargerSample(
        times=times,
        new_subpopulations=joined("new_subpopulations", new, more, 1.0, np.inf),
        unseen_mass=joined("unseen_mass", unseen, 1.0, 1 / n, 1.0),
        singleton_mass=joined("singleton_mass", once, times / (more * e), 1 / n, 1.0),
    )


def _unknown(value: float, most: float, level: float, said: str) -> Estimate:
    return Estimate(value=value, low=0.0, high=most, level=level, method="fitted prior", warning=said)


def _joined(
    prior: PriorEstimate,
    value: float,
    contribution: Callable[[Reals], Reals],
    variance: float,
    per_singleton: float,
    unit: float,
    most: float,
) -> Estimate:
    """Return an estimate in a unit, at most ``most``, whose interval joins the likely range of its mean and the
    scatter.

    It is at most ``per_singleton`` times the expected number of singletons.
    """
    drop = float(chdtri(1, 1 - prior.level)) / 2
    low, high = likely_range(cells(prior.fingerprint), lambda rates: contribution(rates) / -np.expm1(-rates), drop)
    if prior.fingerprint(1) == 0:
        high = max(high, -log((1 - prior.level) / 2) * per_singleton)
    scatter = normal_half_width(prior.level) * float(np.sqrt(variance)) * unit
    return Estimate(
        value=value,
        low=max(0.0, value - hypot(max(0.0, value - low * unit), scatter)),
        high=min(most, value + hypot(max(0.0, high * unit - value), scatter)),
        level=prior.level,
        method="fitted prior; likely range of priors joined with scatter",
    )
