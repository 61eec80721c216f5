"""Words on the curve of doses: whether one copy was enough, by what was measured of the next dose, and on siblings."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from longtail.percent import share

if TYPE_CHECKING:
    from longtail.estimate import Estimate
    from longtail.experiments.dose import Dose, DoseStudy

__all__ = ["curve_in_words", "siblings_in_words"]


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


def siblings_in_words(found: "DoseStudy", others: str, gained: "Callable[[Estimate], str]") -> str:
    """Return what siblings are, and what models gain on them that were trained on a copy at the least dose.

    Parameters
    ----------
    found : DoseStudy
    others : str
        Among which other ones the sibling of an example is the nearest: ``" of its class"``, or nothing.
    gained : callable
        Ends a sentence on the gain, after "With one copy in the data, ".
    """
    least = found.doses[0]
    copies = "one copy" if least.copies == 1 else f"{least.copies} copies"
    said = (
        f"Siblings: each example's nearest other one{others}, kept out of the training set; a copy is the nearest "
        f"training example of {share(found.nearest)} of them."
    )
    if math.isnan(least.sibling_gain.value):
        return said
    return f"{said} With {copies} in the data, {gained(least.sibling_gain)}."
