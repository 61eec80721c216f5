"""What an attack makes of a table of trials: a score for each example in each target, and whom it refuses.

An example can be attacked if at least eight models were trained on it and at least eight were not, and their
confidences are numbers that are not all the same; for the attack with shrunken moments three models are enough. Others
are refused, counted, and left out of every curve.
"""

import math
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.array_types import Bits
from longtail.errors import InputError, Said
from longtail.membership.signals import statistics
from longtail.outcomes import Outcomes

__all__ = ["AttackScores", "Candidates", "candidates", "within_range"]

LEAST_MODELS = 8
_MOST_CONFIDENT = 45 * math.log(10)
"""Logit of a probability one part in 10^45 from 1, where the reference implementation of LiRA cuts it too."""
_LARGEST_LOSS = 1e15
"""Single precision holds its square."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttackScores:
    """Scores of every example in every trial that was attacked. A higher score means a likelier member.

    Parameters
    ----------
    attack : str
        Its name.
    score : (trials, n) float32 array
        NaN for examples that were refused.
    inclusion : (trials, n) bool array
        The truth.
    refused : dict
        How many examples were refused, by reason.
    note : str
        What to know about these scores, if anything.
    unit : (n,) int array or None
        The unit of each example, where rows stay together: they are no independent draws, and intervals know it.
    """

    attack: str
    score: NDArray[np.float32]
    inclusion: Bits
    refused: dict[str, int]
    note: str = ""
    unit: NDArray[np.int64] | None = None

    def of_examples(self, chosen: Bits) -> "AttackScores":
        """Return the scores of the chosen examples alone."""
        unit = None if self.unit is None else self.unit[chosen]
        return replace(self, score=self.score[:, chosen], inclusion=self.inclusion[:, chosen], unit=unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Confidences that an attack may use, and the examples that they belong to.

    Parameters
    ----------
    confidence : (trials, n) float array
        Logits of the true label's probability, cut at 1 - 10^-45.
    attackable : (n,) bool array
        Which examples can be attacked.
    refused : dict
        How many others, by reason.
    rounding_variance : float
        Variance of the rounding when a typical confidence is stored, a twelfth of its squared spacing.
    """

    confidence: NDArray[np.floating]
    attackable: Bits
    refused: dict[str, int]
    rounding_variance: float


def within_range(confidence: NDArray[Any], *, of_losses: bool = False) -> NDArray[Any]:
    """Cut confidences where a probability is 10^-45 from 0 or 1.

    Those of losses are cut where the loss is next to nothing alone: a probability that is stored as 0 says not how far
    it is from the truth, a loss of a thousand does. Halves of which none is beyond are returned as they are: their bits
    without the sign rise with the size, and those of NaN are the largest.
    """
    if confidence.dtype == np.float16:
        most = np.float16(_MOST_CONFIDENT).view(np.uint16)
        if not any(((row.view(np.uint16) & 0x7FFF) > most).any() for row in np.ascontiguousarray(confidence)):
            return confidence
    cut: NDArray[Any] = np.clip(confidence, -_LARGEST_LOSS if of_losses else -_MOST_CONFIDENT, _MOST_CONFIDENT)
    return cut


def candidates(outcomes: Outcomes, attack: str, least: int = LEAST_MODELS) -> Candidates:
    """Find the examples that can be attacked, with at least so many models on each side.

    Raises
    ------
    InputError
        If no example can be attacked. The error names the attack.
    """
    held = statistics(outcomes)
    if held is None:
        remedy = "The learner gives no calibrated probabilities."
        raise InputError("confidence", f"be stored with the trials for {attack}", Said("none"), remedy)
    confidence = within_range(held, of_losses=outcomes.of_numbers)
    n_in = outcomes.inclusion.sum(axis=0)
    laws = {
        "confidence is NaN": np.isnan(confidence).any(axis=0),
        f"fewer than {least} models in": n_in < least,
        f"fewer than {least} models out": outcomes.n_trials - n_in < least,
        "confidence is constant": (confidence == confidence[0]).all(axis=0),
    }
    reasons = np.select(list(laws.values()), list(laws), default="")
    refused = dict(Counter(reasons[reasons != ""].tolist()))
    if (reasons != "").all():
        each = f"{least} models in, {least} out and a confidence that varies"
        said = "; ".join(f"{reason} for {n} of {len(reasons)} examples" for reason, n in refused.items())
        raise InputError(
            "outcomes",
            f"have examples with {each} for {attack}",
            Said(said),
            "More trials give each example more models.",
        )
    attackable = reasons == ""
    typical = float(np.median(np.abs(confidence[0, attackable])).clip(min=1.0))
    spacing = float(np.finfo(confidence.dtype).eps) * typical
    return Candidates(confidence=confidence, attackable=attackable, refused=refused, rounding_variance=spacing**2 / 12)
