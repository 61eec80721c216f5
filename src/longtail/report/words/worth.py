"""What memorized examples are worth, in a sentence or two; in percentage points of test accuracy."""

import math
from dataclasses import replace

from longtail.estimate import Estimate
from longtail.findings.learner_tail import LearnerTailFindings, RemovalFindings
from longtail.percent import in_hundredths, percent

__all__ = ["label_noise_found", "learner_tail_sentences", "more_data", "necessity_sentence", "points"]


def points(estimate: Estimate, sign: int = 1) -> str:
    """Write an estimate of a share in percentage points, without the unit.

    Examples
    --------
    >>> points(Estimate(value=0.0191, low=0.0118, high=0.0251, level=0.95, method=""))
    '1.9 [1.2, 2.5]'
    """
    low, high = sorted((sign * estimate.low, sign * estimate.high))
    return in_hundredths(replace(estimate, value=sign * estimate.value, low=low, high=high))


def necessity_sentence(found: RemovalFindings, *, of_units: bool = False) -> str:
    """Say whether this learning requires memorization, and by how much.

    Where rows stay together, ``of_units``, those leave that are tied to a memorized one, too.
    """
    if found.verdict == "nothing memorized":
        return "No example is memorized, so nothing is lost or gained by memorization here."
    memorized = found.sets[0]
    whom = "examples of units with a memorized one" if of_units else "examples that other models memorize"
    what = f"without the {memorized.n_removed:,} {whom}"
    loses = f"{what}, models lose {points(memorized.loss)} points of test accuracy"
    if found.verdict == "necessary":
        assert found.beyond is not None
        return (
            f"Long tail: memorization is necessary here, by {points(found.beyond)} points: {loses}, so much more than "
            f"without {_matched(found)} others."
        )
    if found.verdict == "unsettled":
        more = "" if found.beyond is None else f", {points(found.beyond)} more than without {_matched(found)} others"
        return f"Unsettled: {loses}{more}; {_needed(found)}.{_rare(found)}"
    return (
        f"Mostly label noise: memorization hurts here, by {points(memorized.loss, -1)} points of test accuracy that "
        f"models gain {what}.{_rare(found)}"
    )


def _matched(found: RemovalFindings) -> str:
    return next(f"{each.n_removed:,}" for each in found.sets if each.name == "matched")


def _rare(found: RemovalFindings) -> str:
    if found.rare is None or found.rare.low <= 0:
        return ""
    return (
        f" Those that look rare are worth {points(found.rare)} points more than as many others: rare kinds, or "
        "examples at the border of classes."
    )


def _needed(found: RemovalFindings) -> str:
    if found.beyond is None and found.sets[0].loss.low > 0:
        return "too few others are left, or none look rare, so that nothing can be compared with it"
    if found.n_test_needed is None:
        return f"{found.n_test:,} test examples are too few to settle it"
    return (
        f"{found.n_test:,} test examples are too few, about {_rounded_up(found.n_test_needed):,} would settle it if it "
        "is as found"
    )


def label_noise_found(found: RemovalFindings) -> bool:
    """Return whether models are surely better without the memorized examples, or without those that look mislabeled."""
    return any(each.loss.high < 0 for each in found.sets if each.name in ("memorized", "looks mislabeled"))


def learner_tail_sentences(found: LearnerTailFindings) -> list[str]:
    """Say what single examples decide, and what more data would do."""
    said = [
        f"Models trained on {found.sizes[1]:,.0f} examples are wrong on {percent(found.errors[1])} of new data.",
        f"What single training examples decide is worth {points(found.singleton_worth)} points of accuracy.",
    ]
    if left := more_data(found):
        said.append(f"Twice the data would leave {left}.")
    else:
        said.append(f"How fast more data would lower the error is not said: {found.exponent.warning}.")
    return said


def more_data(found: LearnerTailFindings) -> str:
    """Say what share of the error twice the data would leave, and what came of a prediction so made, or nothing."""
    if math.isnan(found.error_left.value):
        return ""
    left = f"{percent(found.error_left)} of the error"
    if found.predicted is None or found.found is None or found.checked_at is None:
        return left
    size, predicted, there = (100 * each for each in (found.checked_at, found.predicted.value, found.found))
    return f"{left} (at {size:.0f} % of the rows: {predicted:.1f} % predicted, {there:.1f} % found)"


def _rounded_up(number: int) -> int:
    """Round up to two digits.

    Examples
    --------
    >>> _rounded_up(1858)
    1900
    """
    unit = int(10 ** max(len(str(number)) - 2, 0))
    return -(-number // unit) * unit
