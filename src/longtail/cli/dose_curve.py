"""Words on the curve of doses: whether one copy was enough, by what was measured of the next dose."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from longtail.experiments.dose import Dose, DoseStudy

__all__ = ["curve_in_words"]


def curve_in_words(found: "DoseStudy", said: str, measured: "Callable[[Dose], str]") -> str:
    """Return what memorization is, and whether its fall from the least dose to the next one is that of one copy.

    Parameters
    ----------
    found : DoseStudy
    said : str
        Sentences on what is memorized, which come first.
    measured : callable
        Writes what was measured of a dose, and what was expected.
    """
    if len(found.doses) < 2 or math.isnan(found.doses[1].memorization.value):
        return said
    least, next_ = found.doses[0], found.doses[1]
    ratio = next_.expected / least.expected if least.expected else 0.0
    told = f"{said} {measured(next_)}"
    if next_.memorization.low > ratio * least.memorization.high:
        return f"{told}: surely more, so models need several copies."
    if next_.memorization.high < ratio * least.memorization.low:
        return f"{told}: surely less."
    return f"{told}: that one copy is enough is not contradicted."
