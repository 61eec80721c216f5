"""How many trials are enough: what shows now, how wide intervals will be, and whether the top stays the top.

An example is *seen* to be memorized if its q-value is at most 5 %. In a study that means a p-value below some
threshold, which Benjamini and Hochberg's procedure finds; before any discovery it is 5 % over the number of examples.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtri

from longtail.arguments import checked
from longtail.errors import InputError
from longtail.outcomes import ACCURACY, Outcomes
from longtail.randomness import generator
from longtail.sampling_laws import normal_sf
from longtail.scores.means import difference_of_means
from longtail.scores.memorization import MemorizationScores, memorization
from longtail.scores.proportions import difference_of_proportions
from longtail.scores.significance import fisher_p_value

__all__ = [
    "Outlook",
    "expected_width",
    "outlook",
    "smallest_visible_memorization",
    "top_stability",
    "visible_memorization",
]

_Q_LEVEL = 0.05
_POWER = 0.8
# More trials are worth a sentence if they reduce the smallest visible memorization by this factor.
_WORTHWHILE = 0.7
_TRIALS_PER_ROUND = 20


@checked
def smallest_visible_memorization(n_in: int, n_out: int, level: float = 0.95) -> float:
    """The smallest memorization whose interval leaves out 0, for an example that every model with it gets right.

    Parameters
    ----------
    n_in, n_out : int
        Trials with the example, and without it.
    level : float
        Of the two-sided interval of one example. Looking at many examples at once needs more, see
        :func:`visible_memorization`.

    Returns
    -------
    float
        In (0, 1]; NaN if even a memorization of 1 would not show.

    Examples
    --------
    >>> round(smallest_visible_memorization(280, 120), 3)
    0.033
    """
    right_out = np.arange(n_out, -1, -1)
    difference = difference_of_proportions(n_in, n_in, right_out, n_out, level)
    visible = np.flatnonzero(difference.low > 0)
    return float(difference.value[visible[0]]) if len(visible) else float("nan")


@checked
def visible_memorization(n_in: int, n_out: int, p_threshold: float, power: float = _POWER) -> float:
    """The memorization that is found with probability ``power``, for an example that every model with it gets right.

    Of its models without, a binomial number is right; it is found if Fisher's p-value is at most the threshold.

    Parameters
    ----------
    n_in, n_out : int
        Trials with the example, and without it.
    p_threshold : float
        0.05 / n for n examples before anything was found (Bonferroni); a study's own threshold is larger.
    power : float
        In (0, 1).

    Returns
    -------
    float
        In (0, 1]; NaN if even a memorization of 1 would not be found.

    Examples
    --------
    >>> round(visible_memorization(280, 120, 0.05 / 1437), 3)
    0.093
    """
    right_out = np.arange(n_out + 1)
    found = np.flatnonzero(fisher_p_value(n_in, n_in, right_out, n_out) <= p_threshold)
    if not len(found):
        return float("nan")
    most = int(found[-1])
    return 1.0 if most == n_out else float(betaincinv(n_out - most, most + 1, power))


@checked
def expected_width(scores: MemorizationScores, n_trials: int) -> NDArray[np.float64]:
    """Each example's expected interval width in a study of the same fraction with another number of trials.

    Counts are those at hand, scaled, so rates are taken for the truth; NaN where undetermined.

    Raises
    ------
    InputError
        If ``n_trials`` is below 1.
    """
    if n_trials < 1:
        raise InputError("n_trials", "be at least 1", n_trials)
    if scores.moments is not None:
        factor = n_trials / np.maximum(scores.n_in + scores.n_out, 1)
        inside, outside = (side.scaled(factor) for side in scores.moments)
        found = difference_of_means(inside, outside, scores.kind, scores.level)
        return np.asarray(found.high - found.low)
    counts: list[Any] = []
    for right, n in ((scores.correct_in, scores.n_in), (scores.correct_out, scores.n_out)):
        held = scores.n_in + scores.n_out
        scaled = np.rint(n * n_trials / held)
        counts += [np.rint(right / np.maximum(n, 1) * scaled), scaled]
    interval = difference_of_proportions(counts[0], counts[1], counts[2], counts[3], scores.level)
    return np.asarray(interval.high - interval.low)


@checked
def top_stability(
    outcomes: Outcomes, n_examples: int, n_trials: Sequence[int] | None = None, splits: int = 5, seed: int = 0
) -> dict[int, float]:
    """Return the share of the top examples on which two independent studies would agree, by their number of trials.

    Parameters
    ----------
    outcomes : Outcomes
        Its trials are dealt into disjoint pairs of studies.
    n_examples : int
        How many the top has.
    n_trials : sequence of int, optional
        Sizes to look at, at most half of the trials; a half, a quarter and an eighth where it is not given.
    splits : int
        How many random deals to average over.
    seed : int
        Of the deals.

    Returns
    -------
    dict
        Number of trials -> mean share of agreement, in rising order.
    """
    half = outcomes.n_trials // 2
    sizes = sorted({half // 4, half // 2, half} - {0}) if n_trials is None else sorted(n_trials)
    if not sizes or sizes[0] < 1 or sizes[-1] > half:
        raise InputError("n_trials", f"lie between 1 and half of the {outcomes.n_trials} trials", sizes)
    agreement = {}
    for size in sizes:
        shares = []
        for split in range(splits):
            order = generator(seed, "deal", split).permutation(outcomes.n_trials)
            tops = [_top(outcomes, order[start : start + size], n_examples) for start in (0, size)]
            shares.append(len(tops[0] & tops[1]) / n_examples)
        agreement[size] = float(np.mean(shares))
    return agreement


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """Smallest memorization that the trials at hand show, and that more trials would show.

    Parameters
    ----------
    n_trials : int
        At hand.
    visible : float
        Memorization that is found four times in five; NaN if none would be.
    more_trials : int or None
        How many more would bring it to ``then_visible``; None if up to nine times as many would not help.
    then_visible : float
        See there.
    mean_width : float
        Of the intervals now.
    unit : str
        Of all of these, with a blank before it; empty for a difference of proportions.
    """

    n_trials: int
    visible: float
    more_trials: int | None
    then_visible: float
    mean_width: float
    unit: str = ""

    def __str__(self) -> str:
        seen = f"you can see memorization above {self.visible:.2g}{self.unit}"
        if np.isnan(self.visible):
            seen = "no memorization can be told from chance"
        more = f"; {self.more_trials} more would bring {self.then_visible:.2g}" if self.more_trials is not None else ""
        return f"With {self.n_trials} trials {seen}{more}."


@checked
def outlook(scores: MemorizationScores) -> Outlook:
    """Return the outlook of a study, for an example with the median number of trials in and out.

    Parameters
    ----------
    scores : MemorizationScores
        Its q-values give the threshold that a p-value must meet, which is kept for other numbers of trials.
    """
    determined = ~np.isnan(scores.q_value)
    if scores.moments is not None:
        return _outlook_of_numbers(scores, determined)
    counts = (scores.correct_in, scores.n_in, scores.correct_out, scores.n_out)
    p = fisher_p_value(*counts)[determined]
    found = p[scores.q_value[determined] <= _Q_LEVEL]
    threshold = max(_Q_LEVEL / max(len(p), 1), float(found.max(initial=0.0)))
    n_in, n_out = float(np.median(scores.n_in)), float(np.median(scores.n_out))
    held = round(n_in + n_out)

    def visible_with(n_trials: int) -> float:
        share = n_trials / held
        return visible_memorization(round(n_in * share), round(n_out * share), threshold)

    now = visible_with(held)
    goal = 1.0 if np.isnan(now) else _WORTHWHILE * now
    steps = np.unique(np.geomspace(1, max(9 * held // _TRIALS_PER_ROUND, 1), 60).astype(int)) * _TRIALS_PER_ROUND
    enough = next((int(step) for step in steps if visible_with(held + int(step)) <= goal), None)
    return Outlook(
        n_trials=held,
        visible=now,
        more_trials=enough,
        then_visible=float("nan") if enough is None else visible_with(held + enough),
        mean_width=float(np.nanmean(scores.high - scores.low)) if determined.any() else float("nan"),
    )


def _outlook_of_numbers(scores: MemorizationScores, determined: NDArray[np.bool_]) -> Outlook:
    """Return the outlook of an example with the median standard error, by the normal law."""
    assert scores.moments is not None
    inside, outside = scores.moments
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt(inside.variance / inside.n + outside.variance / outside.n)
        p = normal_sf(scores.value / error)[determined]
    found = p[scores.q_value[determined] <= _Q_LEVEL]
    threshold = max(_Q_LEVEL / max(len(p), 1), float(found.max(initial=0.0)))
    needed = float(-ndtri(min(threshold, 0.5)) + ndtri(_POWER))
    held = round(float(np.median(scores.n_in + scores.n_out)))
    typical = float(np.median(error[determined])) if determined.any() else float("nan")
    now = needed * typical
    enough = -(-round(held * (1 / _WORTHWHILE**2 - 1)) // _TRIALS_PER_ROUND) * _TRIALS_PER_ROUND
    known = np.isfinite(now)
    return Outlook(
        n_trials=held,
        visible=now,
        more_trials=int(enough) if known else None,
        then_visible=now * float(np.sqrt(held / (held + enough))) if known else float("nan"),
        mean_width=float(np.nanmean(scores.high - scores.low)) if determined.any() else float("nan"),
        unit="" if scores.kind == ACCURACY else f" {scores.kind.unit}",
    )


def _top(outcomes: Outcomes, trials: NDArray[np.int64], n_examples: int) -> set[int]:
    value = memorization(outcomes.restricted_to(trials)).value
    return set(np.argsort(-value, kind="stable")[:n_examples].tolist())
