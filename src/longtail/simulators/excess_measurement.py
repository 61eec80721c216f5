r"""The excess error of a learner measured in a discrete world, beside what the theory says of it.

Given D and the counts, points err independently, so that the measured error and the exact identity

.. math:: \mathrm{excess} = \sum_x D(x)\,\bigl(\mathrm{acc}^*(\ell_x) - \mathrm{acc}(\ell_x)\bigr)

differ by a sum with mean zero and the known variance :math:`\sum_x D(x)^2\, \mathrm{acc}(1 - \mathrm{acc})`. Averaged
over samples the identity is :math:`\sum_\ell \tau_\ell\, \mathrm E\,\mathrm{errn}(\ell)` (Theorem 2.3 of
[Feldman2020]_, an equality here, because errors depend on the count alone and unseen points are guessed as well as can
be).
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

from longtail.arguments import checked
from longtail.array_types import Reals
from longtail.errors import InputError
from longtail.estimate import Bound, Estimate
from longtail.randomness import integer_seed
from longtail.simulators.discrete_domain import DiscreteDomain, DomainSample
from longtail.simulators.learners import CountLearner

__all__ = ["ExcessMeasurement", "expected_excess", "measure_excess"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcessMeasurement:
    """Cost of a learner's errors, measured and computed.

    Parameters
    ----------
    error, excess : Estimate
        The error on the whole of D, and what it exceeds the optimum by, averaged over draws.
    identity : Estimate
        The exact identity on the same draws; it varies with D and S alone.
    difference : Estimate
        excess - identity, whose interval covers 0 at its level.
    expected : Bound
        The identity averaged over all D and S, from counts up to ``max_count``; what is left out can only add.
    bound : Estimate or None
        The averaged bound for the errors that were made, sum of tau_l errn(l) up to ``max_count``; None under label
        noise, where what is fitted is not what is true.
    errors_by_count : dict
        count -> the mean number of points seen that often and predicted wrong.
    n_draws : int
        How many worlds were drawn.
    """

    error: Estimate
    excess: Estimate
    identity: Estimate
    difference: Estimate
    expected: Bound
    bound: Estimate | None
    errors_by_count: dict[int, float]
    n_draws: int

    def to_json(self) -> dict[str, Any]:
        """Return a plain dictionary."""
        names = ("error", "excess", "identity", "difference", "expected")
        return {name: getattr(self, name).to_json() for name in names} | {
            "bound": self.bound.to_json() if self.bound else None,
            "errors_by_count": {str(count): number for count, number in self.errors_by_count.items()},
            "n_draws": self.n_draws,
        }


@checked
def measure_excess(
    domain: DiscreteDomain,
    learner: CountLearner,
    *,
    n_draws: int,
    seed: int,
    level: float = 0.95,
    max_count: int = 20,
) -> ExcessMeasurement:
    """Draw worlds, run the learner on each, and set its excess error beside the theory's.

    Parameters
    ----------
    domain : DiscreteDomain
        The world.
    learner : CountLearner
        Any of :mod:`longtail.simulators.learners`.
    n_draws : int
        At least 1. From 2 on intervals are Student's over draws; a single draw's are normal and hold D and S fixed.
    seed : int
        The measurement is a pure function of it.
    level : float
        Of the intervals.
    max_count : int
        The largest count in ``expected`` and ``errors_by_count``.

    Examples
    --------
    >>> from longtail.simulators import NeverFits
    >>> domain = DiscreteDomain(frequencies=[1] * 100, n_samples=100, n_classes=10)
    >>> measured = measure_excess(domain, NeverFits(max_count=1), n_draws=200, seed=0)
    >>> measured.excess.low < measured.expected.value < measured.excess.high
    True
    >>> measured.bound.low < measured.expected.value < measured.bound.high
    True
    >>> round(measured.expected.value, 4)  # 0.9 * 0.99**99
    0.3328
    """
    if isinstance(n_draws, bool) or not isinstance(n_draws, int) or n_draws < 1:
        raise InputError("n_draws", "be a whole number of at least 1", n_draws)
    accuracy = domain.accuracies(learner)
    worlds = (domain.draw(integer_seed(seed, "world", i)) for i in range(n_draws))
    draws = [_measure(world, learner, accuracy, max_count) for world in worlds]
    variance = np.array([draw.variance for draw in draws])
    error = np.array([draw.error for draw in draws])
    optimum = np.array([draw.optimum for draw in draws])
    identity = np.array([draw.identity for draw in draws])
    errors = np.array([draw.errors for draw in draws])
    return ExcessMeasurement(
        error=_over_draws(error, variance, level),
        excess=_over_draws(error - optimum, variance, level),
        identity=_over_draws(identity, np.zeros(n_draws), level),
        difference=_given_counts(error - optimum - identity, variance, level),
        expected=expected_excess(domain, learner, max_count=max_count),
        bound=None if domain.label_noise else _averaged_bound(domain, errors, level),
        errors_by_count={count: float(number) for count, number in enumerate(errors.mean(axis=0)) if count},
        n_draws=n_draws,
    )


@checked
def expected_excess(domain: DiscreteDomain, learner: CountLearner, *, max_count: int = 20) -> Bound:
    """The excess error averaged over D and S, from the masses seen 1 to ``max_count`` times.

    Counts where the learner is as good as the best are left out, so that learners that fail on rare points only need
    few masses. Terms are never negative for the learners here: the value is exact if they vanish beyond ``max_count``
    and a lower bound otherwise.

    Examples
    --------
    >>> from longtail.simulators import GammaLimited
    >>> from longtail.theory import Zipf
    >>> domain = DiscreteDomain(prior=Zipf(50_000), n_samples=50_000, n_classes=10)
    >>> print(expected_excess(domain, GammaLimited(gamma=0.5)))
    ≥ 0.0325
    """
    most = min(max_count, domain.n_samples)
    gaps = domain.accuracies_of_best() - domain.accuracies(learner)
    value = math.fsum(
        float(gaps[count]) * domain.expected_mass_seen(count) for count in range(1, most + 1) if gaps[count] > 1e-15
    )
    exact = not (gaps[most + 1 :] > 1e-15).any()
    return Bound(
        value=value,
        side="lower",
        reference="Feldman2020, Theorem 2.3",
        condition="an equality" if exact else f"an equality but for counts beyond {most}",
    )


@dataclass(frozen=True, slots=True)
class _Draw:
    error: float
    optimum: float
    identity: float
    variance: float
    errors: NDArray[np.float64]


def _measure(sample: DomainSample, learner: CountLearner, accuracy: Reals, max_count: int) -> _Draw:
    """Run the learner on one world. Its accuracies are the same in each."""
    wrong = sample.predictions(learner) != sample.labels
    counts = sample.counts[wrong]
    return _Draw(
        error=float(sample.frequencies[wrong].sum()),
        optimum=sample.optimal_error(),
        identity=sample.excess_given_counts(learner),
        variance=float(sample.mass_at_votes(power=2) @ (accuracy * (1 - accuracy))),
        errors=np.bincount(counts[counts <= max_count], minlength=max_count + 1).astype(float),
    )


def _averaged_bound(domain: DiscreteDomain, errors: NDArray[np.float64], level: float) -> Estimate:
    """Weight the errors of each draw by count, (draws, max_count + 1), by tau. Unseen points do not count."""
    made = [count for count in range(1, errors.shape[1]) if errors[:, count].any()]
    values = errors[:, made] @ np.array([domain.tau(count) for count in made])
    if len(values) > 1:
        return _over_draws(values, np.zeros(len(values)), level)
    value = float(values[0])
    return Estimate(value=value, low=value, high=value, level=level, method="this draw's errors, held fixed")


def _over_draws(values: NDArray[np.float64], variance: NDArray[np.float64], level: float) -> Estimate:
    if len(values) == 1:
        return _given_counts(values, variance, level)
    half = float(stdtrit(len(values) - 1, (1 + level) / 2) * values.std(ddof=1) / math.sqrt(len(values)))
    return _symmetric(float(values.mean()), half, level, f"Student's t over {len(values)} draws")


def _given_counts(values: NDArray[np.float64], variance: NDArray[np.float64], level: float) -> Estimate:
    half = float(ndtri((1 + level) / 2) * math.sqrt(variance.sum()) / len(values))
    return _symmetric(float(values.mean()), half, level, "normal, known variance given D and the counts")


def _symmetric(value: float, half: float, level: float, method: str) -> Estimate:
    return Estimate(value=value, low=value - half, high=value + half, level=level, method=method)
