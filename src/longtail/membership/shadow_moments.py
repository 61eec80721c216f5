r"""What the shadow models of a target say of each example: count, mean and spread of its confidence, in and out.

Every trial is a target in its turn and all others are its shadows. The moments without one value :math:`x` follow from
the moments of all :math:`n`,

.. math:: m' = m - \frac{x - m}{n - 1}, \qquad Q' = Q - \frac{n}{n-1} (x - m)^2,

with :math:`Q` the sum of squared deviations [Welford1962]_: one pass over the table serves all targets.

**Matched company.** Leaving out the target alone betrays it where every example is in equally many trials: a member is
judged by one IN model fewer than a non-member, so its IN moments are noisier and its score is lower, although nothing
leaks. The bias falls like one over the number of models and is worth correcting below some 64 of them. So the target
leaves together with a partner of the opposite side, the next such trial in cyclic order. Then members and non-members
are judged by equally many models on both sides, and where nothing leaks their scores have the same law.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from longtail.array_types import Bits, Floats, Reals
from longtail.compilation import compiled_without_checks

__all__ = ["Moments", "Target", "targets"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """Moments of each example's confidence, over the shadow models on one side.

    Parameters
    ----------
    n : (n,) float array
        How many shadow models.
    mean, squares : (n,) float arrays
        Mean, and sum of squared deviations from it.
    """

    n: Reals
    mean: Reals
    squares: Reals

    @classmethod
    def of(cls, confidence: NDArray[np.floating], chosen: Bits) -> "Moments":
        """Compute moments of the ``chosen`` entries in each column of a ``(trials, n)`` table, in two passes a row at a
        time.
        """
        n = chosen.sum(axis=0).astype(float)
        total, squares = np.zeros(len(n)), np.zeros(len(n))
        for row, mine in zip(confidence, chosen, strict=True):
            _add(_exact(row), np.array(mine), total)
        mean = total / np.maximum(n, 1)
        for row, mine in zip(confidence, chosen, strict=True):
            _add_squares(_exact(row), np.array(mine), mean, squares)
        return cls(n=n, mean=mean, squares=squares)

    def without(self, value: Reals, where: Bits | bool = True) -> "Moments":
        """Return the moments after one value is taken out of each column ``where`` it is in."""
        taken = np.full(len(self.n), where)
        n, mean, squares = _without(self.n, self.mean, self.squares, np.array(value, np.float64), taken)
        return Moments(n=n, mean=mean, squares=squares)

    def variance(self) -> Reals:
        """The unbiased variance of each example."""
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio: Reals = self.squares / (self.n - 1)
        return ratio

    def pooled_variance(self, examples: Bits) -> float:
        """One variance for all ``examples``: their squared deviations over their degrees of freedom.

        Deviations are from each example's own mean; how much examples differ from one another is no noise.
        """
        return float(self.squares[examples].sum() / (self.n[examples] - 1).sum())


class Target(NamedTuple):
    """One trial as a target: its number, its confidences, and its shadow models' moments in and out."""

    trial: int
    confidence: Reals
    inside: Moments
    outside: Moments


def targets(confidence: NDArray[np.floating], inclusion: Bits, matched: bool = True) -> Iterator[Target]:
    """Yield every trial as a target, from the last to the first, with all others as its shadows.

    Parameters
    ----------
    confidence : (trials, n) float array
        Finite.
    inclusion : (trials, n) bool array
        With each example in and out at least twice, or its moments are NaN.
    matched : bool
        Leave out a partner of the opposite side too; see the module.
    """
    inside, outside = Moments.of(confidence, inclusion), Moments.of(confidence, ~inclusion)
    next_in, next_out = _first(confidence, inclusion), _first(confidence, ~inclusion)
    for trial in reversed(range(len(confidence))):
        own, member = confidence[trial].astype(np.float64), inclusion[trial]
        if matched:
            partner = np.where(member, next_out, next_in)
            pair = inside.without(np.where(member, own, partner)), outside.without(np.where(member, partner, own))
        else:
            pair = inside.without(own, member), outside.without(own, ~member)
        yield Target(trial, own, *pair)
        next_in, next_out = np.where(member, own, next_in), np.where(member, next_out, own)


def _exact(row: NDArray[np.floating]) -> Floats:
    """Return a copy of a row in a type that kernels read, which holds the very numbers: kernels read no halves."""
    return row.astype(np.float32 if row.dtype.itemsize < 4 else row.dtype)


@compiled_without_checks
def _add(row: Floats, chosen: Bits, total: Reals) -> None:
    for place in range(len(row)):
        if chosen[place]:
            total[place] += row[place]


@compiled_without_checks
def _add_squares(row: Floats, chosen: Bits, mean: Reals, squares: Reals) -> None:
    for place in range(len(row)):
        if chosen[place]:
            apart = row[place] - mean[place]
            squares[place] += apart * apart


@compiled_without_checks
def _without(n: Reals, mean: Reals, squares: Reals, value: Reals, where: Bits) -> tuple[Reals, Reals, Reals]:
    """Return the moments without the values. A column without its last value is NaN."""
    less, middle, left = np.empty(len(n)), np.empty(len(n)), np.empty(len(n))
    for place in range(len(n)):
        step = value[place] - mean[place] if where[place] else 0.0
        less[place] = n[place] - (1.0 if where[place] else 0.0)
        middle[place] = mean[place] - step / less[place]
        kept = squares[place] - step * step * n[place] / less[place]
        left[place] = 0.0 if kept < 0.0 else kept
    return less, middle, left


def _first(confidence: NDArray[Any], chosen: Bits) -> Reals:
    """Return the first chosen entry of each column, which comes after the last one in cyclic order."""
    first: Reals = confidence[chosen.argmax(axis=0), np.arange(confidence.shape[1])].astype(np.float64)
    return first
