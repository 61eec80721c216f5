r"""What may be said of examples that were chosen because their scores are high.

An interval that covers 95 % of the time for an example fixed beforehand covers less often for the highest of 60,000.
Two repairs, with :math:`\alpha = 1 - \text{level}`, n determined examples and k chosen ones:

* **simultaneous**: each interval at :math:`1 - \alpha / n`. With probability at least the level *all* chosen intervals
  cover, whatever the rule of choice and however examples depend on one another (Bonferroni). At such levels only an
  exact interval can be trusted, so both proportions get Clopper and Pearson's [ClopperPearson1934]_.
* **false coverage rate**: each interval at :math:`1 - \alpha k / n`; the expected *share* of chosen intervals that miss
  is at most :math:`\alpha` for independent (or positively dependent) scores [BenjaminiYekutieli2005]_.

A threshold on scores lets some examples through that are not memorized at all. How many is known exactly under the
null: given how often an example's models were right in all, the number right among those that had it is hypergeometric,
so

.. math:: E[\text{not memorized, yet at or above } t] \le \sum_i \Pr[\widehat{\mathrm{mem}}_i \ge t \mid k_i].
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.array_types import Reals
from longtail.errors import InputError
from longtail.estimate import require_level
from longtail.sampling_laws import hypergeometric_tail, student_sf
from longtail.scores.count_tables import on_distinct_tables
from longtail.scores.means import difference_of_means
from longtail.scores.memorization import MemorizationScores
from longtail.scores.proportions import clopper_pearson_difference

__all__ = ["MostMemorized", "ThresholdReport", "above_threshold", "most_memorized"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MostMemorized:
    """The most memorized examples, highest first, with intervals that allow for having been chosen.

    Parameters
    ----------
    train : (k,) int array
        Positions of the examples.
    value, low, high : (k,) float arrays
        The scores' values, and the adjusted intervals of the 0/1 difference.
    level : float
        Level of the guarantee.
    guarantee : {"simultaneous", "false coverage rate"}
        Kind of guarantee, as the module defines it.
    """

    train: NDArray[np.int64]
    value: Reals
    low: Reals
    high: Reals
    level: float
    guarantee: str


@checked
def most_memorized(
    scores: MemorizationScores,
    n_examples: int,
    level: float = 0.95,
    guarantee: Literal["simultaneous", "false coverage rate"] = "simultaneous",
) -> MostMemorized:
    """Return the examples with the highest scores, equal scores in order of position.

    Parameters
    ----------
    scores : MemorizationScores
        Of 0/1 correctness; ranked by their value, whichever estimator gave it.
    n_examples : int
        How many to choose; fewer if fewer are determined.
    level : float
        In (0, 1).
    guarantee : str
        Kind of guarantee, as the module defines it.

    Raises
    ------
    InputError
        If ``n_examples`` is below 1, ``level`` is outside (0, 1) or there is no such guarantee.

    Examples
    --------
    >>> from longtail.outcomes import Outcomes
    >>> from longtail.scores import memorization
    >>> inclusion = np.arange(40)[:, None] % 2 == [0, 1]
    >>> scores = memorization(Outcomes.from_arrays(inclusion, inclusion | [False, True]))
    >>> top = most_memorized(scores, 1)
    >>> top.train.tolist(), top.value.tolist(), top.low.round(2).tolist()
    ([0], [1.0], [0.55])
    """
    _check(n_examples, level, guarantee)
    determined = ~np.isnan(scores.value)
    chosen = np.argsort(-scores.value, kind="stable")[: min(n_examples, int(determined.sum()))]
    n_ways = 1 if guarantee == "simultaneous" else len(chosen)
    each = 1 - (1 - level) * n_ways / max(int(determined.sum()), 1)
    if scores.moments is not None:
        inside, outside = (side[chosen] for side in scores.moments)
        of_numbers = difference_of_means(inside, outside, scores.kind, each)
        low, high = of_numbers.low, of_numbers.high
    else:
        interval = clopper_pearson_difference(
            scores.correct_in[chosen], scores.n_in[chosen], scores.correct_out[chosen], scores.n_out[chosen], each
        )
        low, high = interval.low, interval.high
    return MostMemorized(
        train=chosen,
        value=scores.value[chosen],
        low=low,
        high=high,
        level=level,
        guarantee=guarantee,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdReport:
    """Examples at or above a threshold on memorization.

    Parameters
    ----------
    threshold : float
        On the plain difference.
    n_above : int
        Examples at or above it.
    expected_false : float
        At most so many are expected there although they are not memorized at all.
    share_false : float
        ``expected_false / n_above``, at most 1; NaN where nothing is above.
    """

    threshold: float
    n_above: int
    expected_false: float
    share_false: float


@checked
def above_threshold(scores: MemorizationScores, threshold: float = 0.25) -> ThresholdReport:
    """Count the examples at or above a threshold, and estimate the share of them that may be there by chance.

    Parameters
    ----------
    scores : MemorizationScores
        Its counts are used: the plain difference is what is compared, whichever estimator gave ``value``.
    threshold : float
        In (0, 1].

    Raises
    ------
    InputError
        If ``threshold`` is outside (0, 1].
    """
    if not 0 < threshold <= scores.kind.span:
        raise InputError("threshold", f"lie in (0, {scores.kind.span:g}]", threshold)
    if scores.moments is not None:
        return _numbers_above(scores, threshold)
    counts = (scores.correct_in, scores.n_in, scores.correct_out, scores.n_out)

    def by_chance(k1: Any, n1: Any, k2: Any, n2: Any) -> tuple[Reals, Reals]:
        """Return the chance under the null, and whether the example is there."""
        total = k1 + k2
        least = np.ceil(
            (threshold + total / np.maximum(n2, 1)) / (1 / np.maximum(n1, 1) + 1 / np.maximum(n2, 1)) - 1e-9
        )
        determined = (n1 > 0) & (n2 > 0)
        chance = hypergeometric_tail(least.astype(np.int64), n1, total, n2)
        return np.where(determined, chance, 0.0), (determined & (k1 >= least)).astype(float)

    chance, above = on_distinct_tables(by_chance, *counts)
    n_above, expected = int(above.sum()), float(chance.sum())
    share = min(expected / n_above, 1.0) if n_above else float("nan")
    return ThresholdReport(threshold=threshold, n_above=n_above, expected_false=expected, share_false=share)


def _numbers_above(scores: MemorizationScores, threshold: float) -> ThresholdReport:
    """Count the examples at or above a threshold, and how many Student's law would put there if none was memorized."""
    assert scores.moments is not None
    inside, outside = scores.moments
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt(inside.variance / inside.n + outside.variance / outside.n)
        freedom = np.maximum(np.minimum(inside.n, outside.n) - 1, 1)
        chance = student_sf(threshold / error, freedom)
    n_above, expected = int((scores.value >= threshold).sum()), float(np.nansum(chance))
    share = min(expected / n_above, 1.0) if n_above else float("nan")
    return ThresholdReport(threshold=threshold, n_above=n_above, expected_false=expected, share_false=share)


def _check(n_examples: int, level: float, guarantee: str) -> None:
    if n_examples < 1:
        raise InputError("n_examples", "be at least 1", n_examples)
    require_level(level)
    if guarantee not in ("simultaneous", "false coverage rate"):
        raise InputError("guarantee", 'be "simultaneous" or "false coverage rate"', guarantee)
