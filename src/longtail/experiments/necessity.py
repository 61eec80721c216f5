r"""Does this learning require memorization? A verdict from paired removal.

*Necessary*: without all memorized examples surely something is lost, and surely more than without the matched ones.
*Harmful*: without all memorized examples, surely something is gained: most of them are label noise. *Mixed*: so it is,
and yet those that look rare are surely worth more than as many matched ones. Otherwise *unsettled*, with the number of
test examples that would settle a difference as large as the one found.

Why all of them, and not those that look rare: where classes overlap and nothing is rare, to remove what models without
it get wrong is Wilson's editing [Wilson1972]_. With a share :math:`\eta > 1/2` of the examples at x labeled 1, and
chances :math:`\kappa(\eta) \ge \kappa(1 - \eta)` that an example with label 1, or 0, is kept, labels are afterwards 1
with a share

.. math:: \eta' = \frac{\eta\,\kappa(\eta)}{\eta\,\kappa(\eta) + (1 - \eta)\,\kappa(1 - \eta)} \ge \eta,

and the error at x of the nearest neighbor, :math:`\eta (1 - \eta') + (1 - \eta) \eta'`, does not rise. So without a
tail the memorized are worth nothing in all. A part of them that was chosen for models not being sure of another label
has no such law: it holds the right labels at the border more often than the wrong ones, and is worth something without
any tail. Derivation: ``docs/derivations/learner-tail.md``.
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
    memorized : Estimate
        Test accuracy lost without all memorized examples; negative where it is gained.
    beyond, rare : Estimate or None
        Test accuracy lost without all memorized examples, and without those that look rare, beyond what the matched
        ones cost, which are as many as look rare; None where none look rare, or there are not enough others.
    n_test : int
        Test examples that witnessed.
    n_test_needed : int or None
        About how many would settle it, if it is as found; None where it is settled, or nothing was found.
    """

    verdict: Verdict
    memorized: Estimate
    beyond: Estimate | None
    rare: Estimate | None
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
    beyond, rare = (
        removal.difference(name, MATCHED) if {name, MATCHED} <= set(removal.arms) else None
        for name in (MEMORIZED, RARE)
    )
    memorized = removal.arms[MEMORIZED].loss
    verdict = _verdict(memorized, beyond, rare)
    open_question = memorized if beyond is None or memorized.value < 0 else beyond
    alone = beyond is None and memorized.low > 0  # more test examples would not help: there is nothing to compare with
    needed = _needed(open_question, removal.n_test) if verdict == "unsettled" and not alone else None
    return Necessity(
        verdict=verdict, memorized=memorized, beyond=beyond, rare=rare, n_test=removal.n_test, n_test_needed=needed
    )


def _verdict(memorized: Estimate, beyond: Estimate | None, rare: Estimate | None) -> Verdict:
    if memorized.high < 0:
        return "mixed" if rare is not None and rare.low > 0 else "harmful"
    return "necessary" if beyond is not None and min(beyond.low, memorized.low) > 0 else "unsettled"


def _needed(amount: Estimate, n_test: int) -> int | None:
    """Widths fall with the root of the number of witnesses."""
    if amount.value == 0:
        return None
    half = (amount.high - amount.low) / 2
    return math.ceil(n_test * (half / abs(amount.value)) ** 2)
