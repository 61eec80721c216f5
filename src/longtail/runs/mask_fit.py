"""Whether masks and outcomes belong together: models do better on what they were trained on.

Rows that were shuffled, trial numbers that start at 1 and masks that were inverted make no error of shape. Each changes
one thing: by how much a model does better on included examples than on those left out.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.errors import InputError, Said
from longtail.outcomes import ACCURACY, Performance
from longtail.percent import share
from longtail.trials.record import TrialRecord

__all__ = ["MaskFit", "gain_inside"]

_FEWEST_TRIALS = 8
_NORMAL_MAD = 1.4826
"""What makes a standard deviation of a median absolute deviation, where values are normal."""
_SURE, _PLAIN = 6.0, 3.0
"""Standard errors: for a refusal, and for not being warned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskFit:
    """Differences of performance, included less left out, trial by trial, so that more is better.

    Parameters
    ----------
    own : (trials,) array of float
        Under each trial's own mask.
    previous : (trials,) array of float
        Under the mask of the number before, as if numbers began at 1.
    kind : Performance
        What was measured.
    """

    own: NDArray[np.float64]
    previous: NDArray[np.float64]
    kind: Performance = ACCURACY

    @property
    def strange(self) -> list[int]:
        """Places of single trials whose difference is below zero, where that of the others is far above it."""
        if len(self.own) < _FEWEST_TRIALS:
            return []
        usual = float(np.median(self.own))
        spread = max(_NORMAL_MAD * float(np.median(abs(self.own - usual))), usual / 10)
        below = (self.own < -usual / 2) & (usual - self.own > _SURE * spread)
        return np.flatnonzero(below).tolist() if usual > 0 else []

    def require(self, argument: str) -> None:
        """Refuse inverted masks, and numbers from 1, where nothing else explains the accuracy.

        Raises
        ------
        InputError
            With the test that found it.
        """
        if len(self.own) < _FEWEST_TRIALS:
            return
        right = self.kind == ACCURACY
        law = "be right on included examples more often than on those left out"
        law = law if right else f"do better on included examples than on those left out, by {self.kind.title}"
        if _errors(self.own) < -_SURE:
            less = (
                f"{share(-self.own.mean())} less often"
                if right
                else f"worse by {-self.own.mean():.3g} {self.kind.unit}"
            )
            said = Said(f"{less}, in {len(self.own)} trials")
            raise InputError(argument, law, said, "The masks look inverted: true stands for trained on.")
        if _errors(self.own) < _PLAIN and _errors(self.previous) > _SURE:
            mine, theirs = (share(x.mean()) if right else f"{x.mean():.3g}" for x in (self.own, self.previous))
            said = Said(f"{mine} {'more often' if right else 'better'}; by the mask of the number before, {theirs}")
            raise InputError(argument, law, said, "Number trials from 0.")

    @property
    def warning(self) -> str:
        """Warning about what is strange though possible, in a sentence. Empty if nothing is strange."""
        if len(self.own) < _FEWEST_TRIALS or _errors(self.own) >= _PLAIN:
            return ""
        right = self.kind == ACCURACY
        said = "right more often" if right else f"better by {self.kind.title}"
        difference = share(self.own.mean()) if right else f"{self.own.mean():.3g}"
        return (
            f"Included examples are not {said} than those left out (difference {difference}, "
            f"{_errors(self.own):.1f} standard errors over {len(self.own)} trials): either nothing is memorized, or "
            "rows, masks or trial numbers are not those of the run."
        )


def gain_inside(record: TrialRecord, inclusion: NDArray[np.bool_]) -> float:
    """Return how much better a trial's model does on the training examples of a mask than on the others.

    It is of its first performance where that is a number, of being right otherwise.
    """
    n_train = len(inclusion)
    values = record.kinds[0].sign * record.performance[0].astype(np.float64) if record.kinds else record.correct
    return float(values[:n_train][inclusion].mean() - values[:n_train][~inclusion].mean())


def _errors(differences: NDArray[np.float64]) -> float:
    """Return the mean in standard errors."""
    spread = float(differences.std(ddof=1)) / len(differences) ** 0.5
    mean = float(differences.mean())
    return mean / spread if spread > 0 else np.inf * np.sign(mean) if mean else 0.0
