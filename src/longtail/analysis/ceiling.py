r"""The ceiling that the guarantee of a run's models puts on attacks on that run.

A guarantee is about one example that is added or removed. Where each example is in by a coin of its own, that is just
how training sets with it and without it differ. In a balanced design they have the same size, so another example is
there in its place: two steps apart, and the ceiling :math:`T` becomes :math:`T(T(\alpha))` (group privacy,
[DongRothSu2022]_).

Where rows of a unit are in or out together, training sets with one of them and without it differ in all rows of its
unit, and in a balanced design in those of another unit besides. The ceiling is that of as many steps as the largest
units have rows, so that it holds for every row and for every unit; where a person has many rows it may allow anything,
since a guarantee for one row is none for forty.
"""

from dataclasses import dataclass, replace
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
        How many examples training sets with one and without it differ in: 1, or 2 in a balanced design; the rows of
        as many units where rows stay together.
    """

    text: str
    event: PrivacyEvent
    steps_apart: int

    def of_units(self, unit_of_row: NDArray[np.int64]) -> "Ceiling":
        """Return the ceiling where rows of a unit are in or out together.

        Parameters
        ----------
        unit_of_row : (n,) int array
            Codes of units.
        """
        sizes = np.sort(np.bincount(unit_of_row))[::-1]
        steps = int(sizes[: self.steps_apart].sum())
        if steps == self.steps_apart:
            return self
        return replace(
            self,
            text=f"{self.text} for one row, {steps} of which differ where a unit of {sizes[0]} rows is in or out",
            steps_apart=steps,
        )

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
