r"""Intervals of a curve's numbers: Student's on the logit scale, and both ends of a tie.

Where scores of members and others are equal at a false-positive rate, no deterministic threshold has it. The number is
that of a threshold drawn at random from the two beside the tie, and its interval holds both.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit, logit

from longtail.array_types import Reals
from longtail.estimate import Estimate
from longtail.percent import share
from longtail.sampling_laws import student_half_width
from longtail.scores.proportions import wilson_interval

__all__ = ["Tie", "estimate_of", "tie_at"]

_METHOD = "two-way clustered jackknife over targets and examples, logit scale"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """The scores that are equal to the one at which a false-positive rate is reached, most often a single one.

    ``without`` and ``with_all`` are the true-positive rates of thresholds just above and just below it, at
    ``false_without`` and ``false_with`` false positives; ``between`` that of the threshold that is drawn at random from
    the two so that the rate is met. Where no member shares the score, all three are the same.
    """

    without: float
    between: float
    with_all: float
    false_without: float
    false_with: float

    def within(self, found: Estimate) -> Estimate:
        """Return an estimate of ``between`` whose interval holds both ends of the tie, which decide what it is."""
        if self.without == self.with_all:
            return found
        said = (
            f"scores tie from {share(self.false_without)} to {share(self.false_with)} false positives: the rate is "
            "that of a threshold drawn at random, and the interval holds both ends of the tie"
        )
        return replace(
            found,
            low=min(found.low, self.without),
            high=max(found.high, self.with_all),
            warning="; ".join(text for text in (found.warning, said) if text),
        )


def tie_at(rate: float, false: Reals, true: Reals) -> Tie:
    """Find the tie in which a false-positive rate lies. The table has a threshold at either end of it."""
    x, y = np.concatenate([[0.0], false]), np.concatenate([[0.0], true])
    last = int(np.searchsorted(x, rate + 1e-12, side="right")) - 1
    following = min(last + 1, len(x) - 1)
    return Tie(
        without=float(y[last]),
        between=float(np.interp(rate + 1e-12, x, y)),
        with_all=float(y[following]),
        false_without=float(x[last]),
        false_with=float(x[following]),
    )


def estimate_of(value: float, error: float, freedom: int, n_examples: int, level: float, warning: str = "") -> Estimate:
    """Return Student's interval on the logit scale, or Wilson's where there is no spread to learn from."""
    if 0 < value < 1 and error > 0:
        half = float(student_half_width(level, freedom)) * error / (value * (1 - value))
        low, high = (float(expit(logit(value) + sign * half)) for sign in (-1, 1))
        return Estimate(value=value, low=low, high=high, level=level, method=_METHOD, warning=warning)
    low, high = (float(end) for end in wilson_interval(value * n_examples, n_examples, level))
    return Estimate(
        value=value,
        low=min(low, value),
        high=max(high, value),
        level=level,
        method="Wilson interval, as many draws as examples: no spread to learn from",
        warning=warning,
    )
