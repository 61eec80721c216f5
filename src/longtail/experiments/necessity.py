"""Does this learning require memorization? A verdict from paired removal.

*Necessary*: without the memorized examples that look rare, surely more is lost than without as many matched others.
*Harmful*: without all memorized examples, surely something is gained: most of them are label noise. *Mixed*: both.
Otherwise *unsettled*, with the number of test examples that would settle a difference as large as the one found.
"""

import math
from dataclasses import dataclass
from typing import Literal

from longtail.estimate import Estimate
from longtail.experiments.memorized_sets import MATCHED, MEMORIZED, RARE
from longtail.experiments.paired_removal import PairedRemoval

__all__ = ["Necessity", "necessity"]

Verdict = Literal["necessary", "harmful", "mixed", "unsettled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Necessity:
    """The verdict.

    Parameters
    ----------
    verdict : {"necessary", "harmful", "mixed", "unsettled"}
    rare : Estimate or None
        Test accuracy lost without the memorized examples that look rare, beyond what as many matched ones cost; None
        where none look rare, or there are not enough others to match them.
    memorized : Estimate
        Test accuracy lost without all memorized examples; negative where it is gained.
    n_test : int
        Test examples that witnessed.
    n_test_needed : int or None
        About how many would settle it, if it is as found; None where it is settled, or nothing was found.
    """

    verdict: Verdict
    rare: Estimate | None
    memorized: Estimate
    n_test: int
    n_test_needed: int | None


def necessity(removal: PairedRemoval) -> Necessity | None:
    """Judge arms that were made of :func:`~longtail.experiments.memorized_sets.memorized_sets`.

    Returns
    -------
    Necessity or None
        None where nothing is memorized.
    """
    if MEMORIZED not in removal.arms:
        return None
    rare = removal.difference(RARE, MATCHED) if {RARE, MATCHED} <= set(removal.arms) else None
    memorized = removal.arms[MEMORIZED].loss
    verdict = _verdict(rare is not None and rare.low > 0, memorized.high < 0)
    open_question = memorized if rare is None else rare
    needed = _needed(open_question, removal.n_test) if verdict == "unsettled" else None
    return Necessity(verdict=verdict, rare=rare, memorized=memorized, n_test=removal.n_test, n_test_needed=needed)


def _verdict(tail: bool, noise: bool) -> Verdict:
    if tail:
        return "mixed" if noise else "necessary"
    return "harmful" if noise else "unsettled"


def _needed(amount: Estimate, n_test: int) -> int | None:
    """Widths fall with the root of the number of witnesses."""
    if amount.value == 0:
        return None
    half = (amount.high - amount.low) / 2
    return math.ceil(n_test * (half / abs(amount.value)) ** 2)
