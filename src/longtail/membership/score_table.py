"""Scores counted into a small table: by group of trials, group of examples, membership, and score.

All that a curve and its interval need is how many members and non-members score above each of some hundred thresholds,
in each of a few groups of trials and of examples; leaving a group out is then a subtraction. Thresholds are scores of
non-members, dense on a logarithmic axis of false positives at both ends, so that low rates are exact and not
interpolated.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.array_types import Bits, Whole
from longtail.errors import InputError, Said
from longtail.membership.places import Thresholds, of_ranks

__all__ = ["ScoreTable", "score_table"]

_MOST_GROUPS = 20
_PER_DECADE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreTable:
    """Counts of scores.

    Parameters
    ----------
    counts : (trial groups, example groups, 2, thresholds + 1) int array
        Non-members first, then members; entry k counts scores above exactly k of the thresholds.
    n_trials, n_examples : int
        How many have a score.
    """

    counts: Whole
    n_trials: int
    n_examples: int

    @property
    def n_members(self) -> int:
        """Number of pairs of a target and an example in it."""
        return int(self.counts[:, :, 1].sum())

    @property
    def n_others(self) -> int:
        """Number of pairs of a target and an example not in it."""
        return int(self.counts[:, :, 0].sum())


def score_table(
    score: NDArray[np.floating], inclusion: Bits, rates: tuple[float, ...], unit: Whole | None = None
) -> ScoreTable:
    """Count the scores of all pairs. NaN are left out.

    Parameters
    ----------
    score, inclusion : (trials, n) arrays
        Scores, and who is a member.
    rates : tuple of float
        False-positive rates at which a threshold must lie.
    unit : (n,) int array, optional
        Examples of one unit go into one group, as they are no independent draws.

    Raises
    ------
    InputError
        If there are no members with a score, or no others.
    """
    known = ~np.isnan(score)
    n_members, n_others = int((known & inclusion).sum()), int((known & ~inclusion).sum())
    if not n_members or not n_others:
        raise InputError("membership", "hold members and others that have a score", Said(f"{n_members} and {n_others}"))
    examples = np.flatnonzero(known.any(axis=0))
    thresholds = _thresholds(score[known & ~inclusion], rates)
    n_bins = len(thresholds) + 1
    draw = np.arange(len(examples)) if unit is None else np.unique(unit[examples], return_inverse=True)[1]
    n_trial_groups, n_example_groups = min(len(score), _MOST_GROUPS), min(int(draw.max()) + 1, _MOST_GROUPS)
    group = np.zeros(score.shape[1], np.int64)  # Examples without a score are not counted, whatever their group.
    group[examples] = draw % n_example_groups
    counts = np.zeros((n_trial_groups, n_example_groups, 2, n_bins), np.int64)
    places = Thresholds.of(thresholds)
    for trial, (row, member) in enumerate(zip(score, inclusion, strict=True)):
        places.tally(row, member, group, counts[trial % n_trial_groups])
    return ScoreTable(counts=counts, n_trials=len(score), n_examples=len(examples))


def _thresholds(others: NDArray[np.floating], rates: tuple[float, ...]) -> NDArray[np.floating]:
    """Choose scores of non-members that leave about a geometric series of them above, and at most rate * n above for
    each rate.

    The (k + 1)-th largest has at most k above it. For each rate there is also a threshold just below that score, above
    which all lie that are equal to it.
    """
    n = len(others)
    low = np.geomspace(1 / n, 0.5, max(2, int(_PER_DECADE * np.log10(n)))) if n > 2 else np.array([0.5])
    above = np.floor(n * np.concatenate([[0.0], low, 1 - low, rates]) + 1e-9).astype(int)
    found = of_ranks(others, n - 1 - np.clip(above, 0, n - 1))
    below = np.nextafter(found[len(found) - len(rates) :], found.dtype.type(-np.inf))
    chosen: NDArray[np.floating] = np.unique(np.concatenate([found, below]))
    return chosen
