r"""The ceiling that the guarantee of a run's models puts on attacks on that run.

A guarantee is about one example that is added or removed. Where each example is in by a coin of its own, that is just
how training sets with it and without it differ. In a balanced design they have the same size, so another example is
there in its place: two steps apart, and the ceiling :math:`T` becomes :math:`T(T(\alpha))` (group privacy,
[DongRothSu2022]_).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.limits.dp_sgd import DPSGD
from longtail.privacy_accounting import ApproximatePrivacy, PrivacyEvent, PrivateTraining
from longtail.privacy_noise import noise_multiplier_for

__all__ = ["Ceiling"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """Ceiling that an attack on a run cannot exceed.

    Parameters
    ----------
    text : str
        In words.
    event : PrivacyEvent
        What was done to the examples.
    steps_apart : int
        How many examples training sets with one and without it differ in: 1, or 2 in a balanced design.
    """

    text: str
    event: PrivacyEvent
    steps_apart: int

    def ceiling(self, false_positive_rate: ArrayLike) -> NDArray[np.float64]:
        """Return the largest true-positive rate of any attack."""
        rate = np.asarray(false_positive_rate, float)
        for _ in range(self.steps_apart):
            rate = self.event.attack_ceiling(rate)
        return rate

    @classmethod
    def given(cls, epsilon: float, delta: float, design: str) -> "Ceiling":
        """Return the ceiling of a guarantee that the user names.

        Parameters
        ----------
        epsilon, delta : float
            The guarantee.
        design : str
            Of the subsets.
        """
        return cls._of(
            ApproximatePrivacy(epsilon=epsilon, delta=delta), f"epsilon = {epsilon:g}, delta = {delta:g}", design
        )

    @classmethod
    def of_run(cls, identity: dict[str, Any]) -> "Ceiling | None":
        """Return the ceiling of the learner of a run. None if it guarantees nothing."""
        learner, design = identity["learner"], identity["design"]["kind"]
        settings = learner["settings"]
        if learner["name"] != DPSGD.name or settings["control"] != "private":
            return None
        epsilon, delta, rate = (float(settings[name]) for name in ("epsilon", "delta", "sampling_rate"))
        steps = max(1, round(settings["epochs"] / rate))
        noise = noise_multiplier_for(epsilon, rate, steps, delta)
        training = PrivateTraining(noise_multiplier=noise, sampling_probability=rate, steps=steps)
        return cls._of(training, f"DP-SGD, epsilon = {epsilon:g} at delta = {delta:g}", design)

    @classmethod
    def _of(cls, event: PrivacyEvent, text: str, design: str) -> "Ceiling":
        if design == "independent":
            return cls(text=text, event=event, steps_apart=1)
        return cls(text=f"{text}; subsets of equal size differ in two examples", event=event, steps_apart=2)
