r"""The tail of one data set, and what it costs to leave it unfitted, with intervals that hold for this very sample.

For subpopulations seen :math:`\ell` times, :math:`\hat\tau_\ell = (\ell + 1) \Phi_{\ell + 1} / (n \Phi_\ell)` is their
mean realized frequency [Good1953]_. A learner that misfits each of them with probability :math:`w_\ell`, where fitting
would have been right, pays :math:`\sum_\ell w_\ell M_\ell` in error [Feldman2020]_; guarantees to memorize little force
:math:`w_\ell` up (see :mod:`longtail.theory.privacy`).
"""

from dataclasses import dataclass
from typing import Any

from longtail.arguments import checked
from longtail.errors import InputError
from longtail.estimate import Estimate
from longtail.frequencies.checks import number_law, whole_law
from longtail.tail.costs import LabelGuess, LeastError, cost
from longtail.tail.fingerprint import Fingerprint
from longtail.tail.frequency_counts import FrequencyCounts
from longtail.tail.realized_mass import predicted_mass
from longtail.theory.privacy import (
    least_error_label_private,
    least_error_memorization_limited,
    least_error_private,
)

__all__ = ["TailEstimate", "estimate_tail"]


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class TailEstimate:
    """The tail of one data set: estimates of realized quantities of this sample, each with an interval.

    Parameters
    ----------
    fingerprint : Fingerprint
        All that the estimates rest on.
    level : float
        Of every interval.
    """

    fingerprint: Fingerprint
    level: float

    @property
    def n_samples(self) -> int:
        """The number of examples."""
        return self.fingerprint.n_samples

    @property
    def n_distinct(self) -> int:
        """The number of subpopulations seen."""
        return self.fingerprint.n_distinct

    @property
    def unseen_mass(self) -> Estimate:
        """Mass of the population in subpopulations of which there is no example."""
        return predicted_mass(self.fingerprint, {0: 1.0}, self.level)

    @property
    def singleton_mass(self) -> Estimate:
        """Mass of the population in subpopulations with exactly one example here."""
        return self.mass_seen(1)

    def mass_seen(self, count: int) -> Estimate:
        r"""The realized mass :math:`M_\ell` of the subpopulations seen exactly ``count`` times.

        It is exactly 0 if there are none.
        """
        return predicted_mass(self.fingerprint, {whole_law("count", count, least=0): 1.0}, self.level)

    def tau(self, count: int) -> Estimate:
        r"""The mean realized frequency :math:`M_\ell / \Phi_\ell` of the subpopulations seen ``count`` times.

        Undetermined (NaN, with a warning) if there are none: their mass is 0, and so is their number.
        """
        number = self.fingerprint(whole_law("count", count))
        if number == 0:
            nan = float("nan")
            said = (
                f"no subpopulation was seen exactly {count} times: their mass is 0 and their mean frequency undefined"
            )
            return Estimate(value=nan, low=nan, high=nan, level=self.level, method="undetermined", warning=said)
        return self.mass_seen(count).scaled(1 / number)

    def cost_of_not_fitting(
        self,
        *,
        max_count: int = 1,
        guess_probability: float | Estimate | None = None,
        n_classes: int | None = None,
    ) -> Estimate:
        """The error added by guessing the label of every point that was seen at most ``max_count`` times.

        Parameters
        ----------
        max_count : int
            1 for singletons alone.
        guess_probability : float or Estimate, optional
            How often such a label is guessed right without its example: the accuracy of left-out trials.
        n_classes : int, optional
            Given instead, the answer is hypothetical: the cost if labels were unguessable, uniform
            over so many classes.

        Returns
        -------
        Estimate
            Above the error of a learner that fits them, in this very sample.

        Raises
        ------
        InputError
            Unless exactly one of ``guess_probability`` and ``n_classes`` is given, within its bounds.
        """
        guess = LabelGuess.of(guess_probability, n_classes)
        return self._cost(guess, max_count, lambda probability, _: 1 - probability)

    def cost_of_memorization_limit(
        self,
        gamma: float,
        *,
        max_count: int = 1,
        guess_probability: float | Estimate | None = None,
        n_classes: int | None = None,
    ) -> Estimate:
        """The least error added when no example may raise the probability of its own label by more than ``gamma``.

        The other parameters are those of :meth:`cost_of_not_fitting`.
        """
        guess = LabelGuess.of(guess_probability, n_classes)

        def least_error(probability: float, copies: int) -> float:
            return least_error_memorization_limited(probability, gamma, copies)

        return self._cost(guess, max_count, least_error)

    def cost_of_label_privacy(
        self,
        epsilon: float,
        delta: float = 0.0,
        *,
        max_count: int = 1,
        guess_probability: float | Estimate | None = None,
        n_classes: int | None = None,
    ) -> Estimate:
        """The least error added by (epsilon, delta)-private predictions, neighbors differing in one label.

        The other parameters are those of :meth:`cost_of_not_fitting`.
        """
        guess = LabelGuess.of(guess_probability, n_classes)

        def least_error(probability: float, copies: int) -> float:
            return least_error_label_private(probability, epsilon, delta, copies, averaged=not guess.hypothetical)

        return self._cost(guess, max_count, least_error)

    def cost_of_privacy(
        self,
        epsilon: float,
        delta: float,
        *,
        max_count: int = 1,
        guess_probability: float | Estimate | None = None,
        n_classes: int | None = None,
    ) -> Estimate:
        """The least error added by (epsilon, delta)-differential privacy, neighbors differing by one example.

        The other parameters are those of :meth:`cost_of_not_fitting`.
        """
        guess = LabelGuess.of(guess_probability, n_classes)

        def least_error(probability: float, copies: int) -> float:
            return least_error_private(probability, epsilon, delta, copies)

        return self._cost(guess, max_count, least_error)

    def to_json(self) -> dict[str, Any]:
        """Return the headline estimates."""
        return {
            "n_samples": self.n_samples,
            "n_distinct": self.n_distinct,
            "n_singletons": self.fingerprint(1),
            "unseen_mass": self.unseen_mass.to_json(),
            "singleton_mass": self.singleton_mass.to_json(),
            "tau": {str(count): self.tau(count).to_json() for count in (1, 2, 3) if self.fingerprint(count)},
        }

    def _cost(self, guess: LabelGuess, max_count: int, least_error: LeastError) -> Estimate:
        return cost(self.fingerprint, self.level, guess, max_count, least_error)


@checked
def estimate_tail(counts: FrequencyCounts, level: float = 0.95) -> TailEstimate:
    """Estimate the weight of the tail behind these counts, and its cost.

    Parameters
    ----------
    counts : FrequencyCounts
        How many examples each subpopulation has.
    level : float
        Of every interval, in (0, 1).

    Returns
    -------
    TailEstimate
        Of the realized quantities of this sample: what *these* unseen and rarely seen subpopulations weigh in the
        population that the sample was drawn from, not what they weigh on average over samples.

    Raises
    ------
    InputError
        If ``level`` is not in (0, 1).

    Examples
    --------
    >>> species = FrequencyCounts.from_counts([30, 12, 5] + 12 * [2] + 29 * [1])
    >>> print(estimate_tail(species).unseen_mass)
    0.29 [0.164, 0.474]
    """
    if not 0 < number_law("level", level) < 1:
        raise InputError("level", "lie strictly between 0 and 1", level)
    return TailEstimate(fingerprint=counts.fingerprint, level=level)
