"""Whether masks and outcomes belong together: models are right more often on what they were trained on.

Rows that were shuffled, trial numbers that start at 1 and masks that were inverted make no error of shape. Each changes
one thing: by how much a model is right more often on included examples than on those left out.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.errors import InputError, Said

__all__ = ["MaskFit"]

_FEWEST_TRIALS = 8
_SURE, _PLAIN = 6.0, 3.0
"""Standard errors: for a refusal, and for not being warned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskFit:
    """Differences of accuracy, included less left out, trial by trial.

    Parameters
    ----------
    own : (trials,) array of float
        Under each trial's own mask.
    previous : (trials,) array of float
        Under the mask of the number before, as if numbers began at 1.
    """

    own: NDArray[np.float64]
    previous: NDArray[np.float64]

    def require(self, argument: str) -> None:
        """Refuse inverted masks, and numbers from 1, where nothing else explains the accuracy.

        Raises
        ------
        InputError
            With the test that found it.
        """
        if len(self.own) < _FEWEST_TRIALS:
            return
        law = "be right on included examples more often than on those left out"
        if _errors(self.own) < -_SURE:
            said = Said(f"{-self.own.mean():.1%} less often, in {len(self.own)} trials")
            raise InputError(argument, law, said, "The masks look inverted: true stands for trained on.")
        if _errors(self.own) < _PLAIN and _errors(self.previous) > _SURE:
            said = Said(
                f"{self.own.mean():.1%} more often; by the mask of the number before, {self.previous.mean():.1%}"
            )
            raise InputError(argument, law, said, "Number trials from 0.")

    @property
    def warning(self) -> str:
        """Warning about what is strange though possible, in a sentence. Empty if nothing is strange."""
        if len(self.own) < _FEWEST_TRIALS or _errors(self.own) >= _PLAIN:
            return ""
        return (
            f"Included examples are not right more often than those left out (difference {self.own.mean():.2%}, "
            f"{_errors(self.own):.1f} standard errors over {len(self.own)} trials): either nothing is memorized, or "
            "rows, masks or trial numbers are not those of the run."
        )


def _errors(differences: NDArray[np.float64]) -> float:
    """Return the mean in standard errors."""
    spread = float(differences.std(ddof=1)) / len(differences) ** 0.5
    mean = float(differences.mean())
    return mean / spread if spread > 0 else np.inf * np.sign(mean) if mean else 0.0
