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
from longtail.compilation import compiled_without_checks, part_without_checks

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
    def in_and_out(cls, confidence: NDArray[np.floating], inclusion: Bits) -> tuple["Moments", "Moments"]:
        """Compute moments of the entries of each column of a ``(trials, n)`` table that are in, and of those that are
        out, in two passes a row at a time.
        """
        n_in = inclusion.sum(axis=0).astype(float)
        n = np.array([n_in, len(inclusion) - n_in])
        totals, squares = np.zeros(n.shape), np.zeros(n.shape)
        for row, member in zip(confidence, inclusion, strict=True):
            _add(_exact(row), np.array(member), totals)
        means = totals / np.maximum(n, 1)
        for row, member in zip(confidence, inclusion, strict=True):
            _add_squares(_exact(row), np.array(member), means, squares)
        inside, outside = (cls(n=n[side], mean=means[side], squares=squares[side]) for side in (0, 1))
        return inside, outside

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
    inside, outside = Moments.in_and_out(confidence, inclusion)
    next_in, next_out = _first(confidence, inclusion), _first(confidence, ~inclusion)
    all_of = (inside.n, inside.mean, inside.squares, outside.n, outside.mean, outside.squares)
    for trial in reversed(range(len(confidence))):
        own = confidence[trial].astype(np.float64)
        found = _without_target(own, np.array(inclusion[trial]), next_in, next_out, matched, *all_of)
        pair = (Moments(n=found[k], mean=found[k + 1], squares=found[k + 2]) for k in (0, 3))
        yield Target(trial, own, *pair)


def _exact(row: NDArray[np.floating]) -> Floats:
    """Return a copy of a row in a type that kernels read, which holds the very numbers: kernels read no halves."""
    return row.astype(np.float32 if row.dtype.itemsize < 4 else row.dtype)


@compiled_without_checks
def _add(row: Floats, member: Bits, totals: Reals) -> None:
    """Add a row to the totals in, the first of the two, and out."""
    for place in range(len(row)):
        if member[place]:
            totals[0, place] += row[place]
        else:
            totals[1, place] += row[place]


@compiled_without_checks
def _add_squares(row: Floats, member: Bits, means: Reals, squares: Reals) -> None:
    for place in range(len(row)):
        side = 0 if member[place] else 1
        apart = row[place] - means[side, place]
        squares[side, place] += apart * apart


@part_without_checks
def _one_less(n: float, mean: float, squares: float, value: float, there: bool) -> tuple[float, float, float]:
    """Return three moments without one value, if it is there. They are NaN without the last one."""
    step = value - mean if there else 0.0
    less = n - (1.0 if there else 0.0)
    kept = squares - step * step * n / less
    return less, mean - step / less, 0.0 if kept < 0.0 else kept


@compiled_without_checks
def _without_target(
    own: Reals,
    member: Bits,
    next_in: Reals,
    next_out: Reals,
    matched: bool,
    n_in: Reals,
    mean_in: Reals,
    squares_in: Reals,
    n_out: Reals,
    mean_out: Reals,
    squares_out: Reals,
) -> NDArray[np.float64]:
    """Return the moments in and out without a target's values, and without its partners' if it is ``matched``.

    The target is then the next partner of the trial before it.

    Returns
    -------
    (6, n) array
        Number, mean and squares in, and the same out.
    """
    found = np.empty((6, len(own)))
    for place in range(len(own)):
        value = own[place]
        of_in, of_out = (value, next_out[place]) if member[place] else (next_in[place], value)
        less = _one_less(n_in[place], mean_in[place], squares_in[place], of_in, matched or member[place])
        found[0, place], found[1, place], found[2, place] = less
        less = _one_less(n_out[place], mean_out[place], squares_out[place], of_out, matched or not member[place])
        found[3, place], found[4, place], found[5, place] = less
        if member[place]:
            next_in[place] = value
        else:
            next_out[place] = value
    return found


def _first(confidence: NDArray[Any], chosen: Bits) -> Reals:
    """Return the first chosen entry of each column, which comes after the last one in cyclic order."""
    first: Reals = confidence[chosen.argmax(axis=0), np.arange(confidence.shape[1])].astype(np.float64)
    return first
