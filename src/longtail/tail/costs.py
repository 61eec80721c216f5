r"""The cost of misfitting what was seen rarely: its realized mass times the least probability of misfitting it.

.. math:: \sum_{\ell = 1}^{L} w_\ell(g)\, M_\ell,

where :math:`g` is the probability that a label is guessed without its examples and :math:`w_\ell` falls in :math:`g`.
When :math:`g` is an estimate too, the mass is taken at level :math:`1 - (1 - \text{level}) / 2` and the interval joins
the worst ends of both; what it covers is what Bonferroni's inequality leaves.

What is assumed beyond the mass: among what was seen equally often, how well a label is guessed does not go with its
frequency ([Feldman2020]_, Theorem 2.3 needs as much).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from longtail.arguments import checked
from longtail.errors import InputError, Said
from longtail.estimate import Estimate
from longtail.frequencies.checks import n_classes_law, number_law, whole_law
from longtail.tail.fingerprint import Fingerprint
from longtail.tail.realized_mass import predicted_mass

__all__ = ["LabelGuess", "LeastError", "cost"]

LeastError = Callable[[float, int], float]
"""(guess probability, copies) -> the least probability of misfitting; falls in the first."""


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class LabelGuess:
    """Probability of guessing a label right without its examples, measured or supposed.

    Parameters
    ----------
    value, low, high : float
        Probabilities; the three are one when it is known or supposed.
    level : float, optional
        Of ``[low, high]``; ``None`` when it is known or supposed.
    hypothetical : bool
        Whether it was only supposed that labels are uniform over the classes.
    """

    value: float
    low: float
    high: float
    level: float | None = None
    hypothetical: bool = False

    @classmethod
    def of(cls, guess_probability: float | Estimate | None, n_classes: int | None) -> "LabelGuess":
        """Make a guess from exactly one of the two, as the cost methods take them."""
        if (guess_probability is None) == (n_classes is None):
            said = Said("neither" if n_classes is None else "both")
            remedy = "n_classes gives the hypothetical cost, as if labels were unguessable."
            raise InputError("guess_probability", "be given, or n_classes, not both", said, remedy)
        if n_classes is not None:
            uniform = 1 / n_classes_law(n_classes)
            return cls(value=uniform, low=uniform, high=uniform, hypothetical=True)
        if isinstance(guess_probability, Estimate):
            value, low, high = guess_probability.value, guess_probability.low, guess_probability.high
            level: float | None = guess_probability.level
        else:
            value = low = high = number_law("guess_probability", guess_probability or 0.0)
            level = None
        if not 0 <= low <= value <= high <= 1:
            raise InputError("guess_probability", "lie between 0 and 1, inside its interval", guess_probability)
        return cls(value=value, low=low, high=high, level=level)


def cost(
    fingerprint: Fingerprint, level: float, guess: LabelGuess, max_count: int, least_error: LeastError
) -> Estimate:
    """The least error added in this very sample by a learner that misfits with at least ``least_error``.

    Parameters
    ----------
    fingerprint : Fingerprint
        Of the sample.
    level : float
        Of the interval when ``guess`` is exact or has level ``1 - (1 - level) / 2``; else what is left is stated.
    guess : LabelGuess
        How often a label is guessed right without its examples.
    max_count : int
        What was seen up to so often is counted.
    least_error : callable
        Falls in its first argument.
    """
    most = whole_law("max_count", max_count)

    def priced(probability: float, mass_level: float) -> Estimate:
        weights = {copies: least_error(probability, copies) for copies in range(1, most + 1)}
        return predicted_mass(fingerprint, weights, mass_level)

    method = "Good–Turing mass × least misfit"
    method += "; hypothetical: if labels were unguessable" if guess.hypothetical else ", guess independent of frequency"
    if guess.level is None:
        return replace(priced(guess.value, level), method=method)
    mass_level = 1 - (1 - level) / 2
    joint_level = mass_level + guess.level - 1
    if joint_level <= 0:
        raise InputError("guess_probability", f"have a level above {1 - mass_level:.3g}", guess.level)
    cheap, middle, costly = (priced(end, mass_level) for end in (guess.high, guess.value, guess.low))
    return replace(middle, low=cheap.low, high=costly.high, level=joint_level, method=method)
