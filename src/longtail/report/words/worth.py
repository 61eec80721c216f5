"""What memorized examples are worth, in a sentence or two; in percentage points of test accuracy."""

from dataclasses import replace

from longtail.estimate import Estimate
from longtail.findings.learner_tail import LearnerTailFindings, RemovalFindings
from longtail.report.words.percent import in_hundredths

__all__ = ["label_noise_found", "learner_tail_sentences", "necessity_sentence", "points"]


def points(estimate: Estimate, sign: int = 1) -> str:
    """Write an estimate of a share in percentage points, without the unit.

    Examples
    --------
    >>> points(Estimate(value=0.0191, low=0.0118, high=0.0251, level=0.95, method=""))
    '1.9 [1.2, 2.5]'
    """
    low, high = sorted((sign * estimate.low, sign * estimate.high))
    return in_hundredths(replace(estimate, value=sign * estimate.value, low=low, high=high))


def necessity_sentence(found: RemovalFindings) -> str:
    """Say whether this learning requires memorization, and by how much."""
    if found.verdict == "nothing memorized":
        return "No example is memorized, so nothing is lost or gained by memorization here."
    memorized = found.sets[0]
    what = f"the {memorized.n_removed:,} memorized examples"
    loses = f"without {what} models lose {points(memorized.loss)} points of test accuracy"
    if found.beyond is not None:
        loses += f", {points(found.beyond)} more than without {_matched(found)} others"
    if found.verdict == "necessary":
        return f"Long tail: memorization is necessary here. {loses[0].upper()}{loses[1:]}."
    if found.verdict == "unsettled":
        return f"Unsettled: {loses}. {_needed(found)}{_rare(found)}"
    gained = points(memorized.loss, -1)
    return f"Mostly label noise: memorization hurts here. Without {what} models gain {gained} points.{_rare(found)}"


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
        return "Too few others are left, or none look rare, so that nothing can be compared with it."
    witnesses = f"{found.n_test:,} test examples are too few to settle it"
    if found.n_test_needed is None:
        return f"{witnesses}."
    return f"{witnesses}; about {_rounded_up(found.n_test_needed):,} would, if the difference is as found."


def label_noise_found(found: RemovalFindings) -> bool:
    """Return whether models are surely better without the memorized examples, or without those that look mislabeled."""
    return any(each.loss.high < 0 for each in found.sets if each.name in ("memorized", "looks mislabeled"))


def learner_tail_sentences(found: LearnerTailFindings) -> list[str]:
    """Say what single examples decide, and what more data would do."""
    error, worth = found.errors[1], found.singleton_worth
    wrong = f"{100 * error.value:.1f} [{100 * error.low:.1f}, {100 * error.high:.1f}] %"
    said = [
        f"Models trained on {found.sizes[1]:,.0f} examples are wrong on {wrong} of new data. "
        f"What single training examples decide is worth {points(worth)} points."
    ]
    left = found.error_left
    if left.value == left.value:
        said.append(
            f"Twice the data would leave {100 * left.value:.0f} % [{100 * left.low:.0f}, {100 * left.high:.0f}] of the "
            f"error, if it goes on falling so{_check(found)}."
        )
    else:
        said.append(f"How fast more data would lower the error is not said: {found.exponent.warning}.")
    return said


def _check(found: LearnerTailFindings) -> str:
    if found.predicted is None or found.found is None or found.checked_at is None:
        return ""
    predicted, there = 100 * found.predicted.value, 100 * found.found
    return f" (error at a fraction of {found.checked_at:g}: predicted {predicted:.1f} %, found {there:.1f} %)"


def _rounded_up(number: int) -> int:
    """Round up to two digits.

    Examples
    --------
    >>> _rounded_up(1858)
    1900
    """
    unit = int(10 ** max(len(str(number)) - 2, 0))
    return -(-number // unit) * unit
