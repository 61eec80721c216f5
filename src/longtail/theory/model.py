r"""The long-tail model: a prior, a sample size and labels; all that the theory says about them.

N subpopulations have frequencies D drawn from the prior, labels are drawn independently of them, and n examples are
drawn from D [Feldman2020]_. :class:`LongTailModel` answers what must be memorized and what it costs not to.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from longtail.arguments import checked
from longtail.errors import AccuracyError, InputError
from longtail.frequencies.checks import n_classes_law, number_law, probability_law, whole_law
from longtail.frequencies.log_value import LogValue
from longtail.frequencies.marginal import Convention, Marginal, is_list, marginal
from longtail.frequencies.priors import Prior
from longtail.frequencies.tau import mass_seen, number_seen, tau
from longtail.theory.privacy import (
    least_error_label_private,
    least_error_memorization_limited,
    least_error_private,
)

__all__ = ["LongTailModel"]

_SMALLEST_LOG = -744.0
_WEIGHT_RTOL, _WEIGHT_ATOL = 1e-8, 1e-12
_ATOMS = (
    "the normalizer has atoms, or is too narrow or too rugged, where the band ends. "
    'Move the ends, pass a larger rtol, or convention="fixed", which sums the list.'
)


@checked
@dataclass(frozen=True, kw_only=True)
class LongTailModel:
    r"""Memorization that a prior demands at a sample size.

    Parameters
    ----------
    prior : Prior
        How frequent the subpopulations are, for instance ``Zipf(50_000)``.
    n_samples : int
        n, the number of examples.
    n_classes : int, optional
        How many labels there are, uniform on each subpopulation unless ``guess_probability`` is given.
    guess_probability : float, optional
        How likely the likeliest label of a subpopulation is before it is seen; 1 / n_classes when left out.
    convention : {"normalized", "fixed"}
        Frequencies drawn independently and normalized, the paper's convention; or the list as it stands in random
        order. At the paper's own example, Zipf(50_000) with n = 50,000, they differ by 0.6 % in tau_1.
    rtol : float
        The relative error that every answer must be within.

    Raises
    ------
    InputError
        If an argument is outside its law.

    Notes
    -----
    Every quantity comes with a claimed error; one that exceeds ``rtol`` raises :class:`~longtail.errors.AccuracyError`.
    :math:`\tau_\ell` is the marginal posterior mean of a frequency. It is exact for each sample under Dirichlet and
    uniform priors; under others the rest of the sample also says something.

    Examples
    --------
    >>> from longtail.theory import LongTailModel, Zipf
    >>> model = LongTailModel(prior=Zipf(50_000), n_samples=50_000, n_classes=10)
    >>> round(50_000 * model.tau(1), 4), round(model.singleton_fraction, 4), round(model.optimal_error, 4)
    (0.4747, 0.1711, 0.1539)
    >>> round(model.cost_of_memorization_limit(gamma=0.5), 4)
    0.0325
    """

    prior: Prior
    n_samples: int
    n_classes: int | None = None
    guess_probability: float | None = None
    convention: Convention = "normalized"
    rtol: float = 1e-9

    def __post_init__(self) -> None:
        object.__setattr__(self, "n_samples", whole_law("n_samples", self.n_samples, least=1))
        if self.n_classes is not None:
            n_classes_law(self.n_classes)
        if self.guess_probability is not None:
            self._check_guess(self.guess_probability)
        if not 0 < number_law("rtol", self.rtol) < 1:
            raise InputError("rtol", "lie strictly between 0 and 1", self.rtol)
        if self.convention not in ("normalized", "fixed"):
            raise InputError("convention", 'be "normalized" or "fixed"', self.convention)
        if not isinstance(self.prior, Prior):
            raise InputError("prior", "be a prior, such as Zipf(1000) or FrequencyList([3, 1, 1])", self.prior)
        _ = self._marginal  # a prior that does not fit the convention is refused here

    @cached_property
    def _marginal(self) -> Marginal:
        return marginal(self.prior, self.convention, self.rtol)

    @property
    def n_subpopulations(self) -> float:
        """Number N of subpopulations, infinite for a Pitman-Yor prior."""
        return self._marginal.n_subpopulations

    def tau(self, l: int) -> float:  # noqa: E741
        """The expected frequency of a point seen ``l`` times, which is the cost of leaving it unfitted.

        Raises
        ------
        AccuracyError
            If its claimed relative error exceeds ``rtol``.
        """
        return self._checked(f"tau({l})", self._tau(l), l)

    def tau_with_error(self, l: int) -> tuple[float, float]:  # noqa: E741
        """Return ``tau(l)`` and the relative error that it claims, for any ``rtol``."""
        value = self._tau(l)
        return value.value, value.relative_error

    @property
    def unseen_mass(self) -> float:
        """The expected frequency of all that was not seen."""
        return self._checked("unseen_mass", mass_seen(self._marginal, self.n_samples, 0), 0)

    @property
    def singleton_fraction(self) -> float:
        """The expected number of points seen once, as a fraction of the examples."""
        return self.expected_number_seen(1) / self.n_samples

    @property
    def singleton_mass(self) -> float:
        """The expected frequency of all points seen once, which is the error added when none of them is fitted."""
        return self.mass_seen(1)

    def expected_number_seen(self, l: int) -> float:  # noqa: E741
        """The expected number of points seen exactly ``l`` times."""
        value = number_seen(self._marginal, self.n_samples, self._count(l))
        return self._checked(f"expected_number_seen({l})", value, l)

    def mass_seen(self, l: int) -> float:  # noqa: E741
        """The expected total frequency of the points seen exactly ``l`` times."""
        return self._checked(f"mass_seen({l})", mass_seen(self._marginal, self.n_samples, self._count(l)), l)

    def weight(self, low: float, high: float) -> float:
        """The expected mass of subpopulations whose frequency lies in [low, high].

        Raises
        ------
        AccuracyError
            If the claimed relative error exceeds the larger of ``rtol`` and 1e-8, and the absolute one 1e-12.
        """
        if not 0 <= number_law("low", low) <= 1:
            raise InputError("low", "lie in [0, 1]", low)
        if not low <= number_law("high", high) <= 1:
            raise InputError("high", f"lie in [low, 1] = [{low}, 1]", high)
        value = self._marginal.weight(low, high)
        if value.relative_error * value.value <= _WEIGHT_ATOL:
            return value.value if value.relative_error < 1 else 0.0
        return self._checked(f"weight({low:g}, {high:g})", value, rtol=max(self.rtol, _WEIGHT_RTOL), regime=_ATOMS)

    def log_moment(self, j: int, k: int) -> float:
        """The logarithm of E[alpha^j (1 - alpha)^k] of one frequency alpha."""
        if math.isinf(self.n_subpopulations):
            raise InputError("prior", "have finitely many subpopulations for a marginal", self.prior)
        power_sum = self._marginal.power_sum(whole_law("j", j, least=0), whole_law("k", k, least=0))
        self._checked(f"log_moment({j}, {k})", power_sum)
        return power_sum.log - math.log(self.n_subpopulations)

    @property
    def optimal_error(self) -> float:
        """The error that no learner can avoid: unseen points whose label is guessed wrong."""
        return (1 - self.guess) * self.unseen_mass

    @property
    def guess(self) -> float:
        """Probability of guessing a label right without its example."""
        if self.guess_probability is not None:
            return self.guess_probability
        if self.n_classes is None:
            raise InputError("n_classes", "be given, or guess_probability, for an error or a cost", None)
        return 1 / self.n_classes

    def cost_of_memorization_limit(self, gamma: float, max_count: int = 1) -> float:
        """Error added when no example may raise the probability of its own label by more than ``gamma``."""
        return self._cost(max_count, lambda copies: least_error_memorization_limited(self.guess, gamma, copies))

    def cost_of_label_privacy(self, epsilon: float, delta: float = 0.0, max_count: int = 1) -> float:
        """Error added by (epsilon, delta)-label-private predictions."""
        return self._cost(
            max_count,
            lambda copies: least_error_label_private(self.guess, epsilon, delta, copies, n_classes=self.n_classes),
        )

    def cost_of_privacy(self, epsilon: float, delta: float, max_count: int = 1) -> float:
        """Error added by predictions that are (epsilon, delta)-private under adding or removing an example."""
        return self._cost(max_count, lambda copies: least_error_private(self.guess, epsilon, delta, copies))

    def _cost(self, max_count: int, least_error: Callable[[int], float]) -> float:
        """The sum of the masses seen ``l <= max_count`` times, each times the least error at that count."""
        most = min(whole_law("max_count", max_count, least=1), self.n_samples)
        errors = [least_error(copies) for copies in range(1, most + 1)]
        return math.fsum(error * self.mass_seen(copies) for copies, error in enumerate(errors, start=1) if error > 0)

    def _tau(self, l: int) -> LogValue:  # noqa: E741
        return tau(self._marginal, self.n_samples, self._count(l))

    def _checked(
        self, name: str, value: LogValue, count: int | None = None, *, rtol: float | None = None, regime: str = ""
    ) -> float:
        rtol = self.rtol if rtol is None else rtol
        if value.relative_error <= rtol:
            return value.value
        if value.log < _SMALLEST_LOG and value.relative_error < 1:
            return 0.0
        raise AccuracyError(
            f"{name} at n_samples = {self.n_samples} reached a relative error of {value.relative_error:.1g}, "
            f"not rtol = {rtol:g}: {regime or self._regime(count, value.relative_error)}"
        )

    def _regime(self, count: int | None, error: float) -> str:
        """Explain why the sums cancel: too few points are seen so much more often, or so much more rarely, than a
        typical point.
        """
        typical = self.n_samples / self.n_subpopulations
        if count is not None and count > max(4 * typical, 10):
            cause = f"hardly any point is seen as often as {count:,} times in {self.n_samples:,}, so the sums cancel."
        elif count is not None and count < typical / 4:
            cause = "n is so much larger than N that points seen this rarely are exponentially few."
        else:
            cause = "the sums cancel for this prior."
        remedies = ["pass a larger rtol"] if error < 1 else []
        if self.convention != "fixed" and is_list(self.prior):
            remedies.append('pass convention="fixed", which sums the list')
        text = ", or ".join(remedies)
        return f"{cause} {text[:1].upper()}{text[1:]}." if remedies else cause

    def _check_guess(self, guess: float) -> None:
        least = 0.0 if self.n_classes is None else 1 / self.n_classes
        if probability_law("guess_probability", guess) < least * (1 - 1e-12):
            law = f"be at least 1 / n_classes = {least:.6g}"
            raise InputError("guess_probability", law, guess, "The likeliest of n labels has no less.")

    def _count(self, l: int) -> int:  # noqa: E741
        count = whole_law("l", l, least=0)
        if count > self.n_samples:
            raise InputError("l", f"be at most n_samples = {self.n_samples}", l)
        return count
