"""Places of numbers among ordered ones, as ``numpy.searchsorted`` gives them, in a third of its time or less.

An attack asks for the places of millions of scores in no order at all, and a search by halves guesses the wrong half
every other time. Here the leading bits of a number, or the cell of an even grid that it is in, leave few others to be
looked at, and those are compared as they are, so that places are exact.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.array_types import Bits, Reals, Whole
from longtail.compilation import compiled, part

__all__ = ["Thresholds", "between", "lines_at", "of_ranks", "shares_at_or_below"]

_HALF = 2**15
_CELLS = 2**14


class Thresholds(NamedTuple):
    """Rising thresholds, and where to look for a number: how many have smaller leading bits than each pattern of these.

    Parameters
    ----------
    ordered : (k,) float array
        Of single or double precision.
    n_below : (2 ** 16 + 1,) int array
        Patterns are in the order of the numbers that have them.
    """

    ordered: NDArray[Any]
    n_below: Whole

    @classmethod
    def of(cls, ordered: NDArray[Any]) -> "Thresholds":
        """Prepare thresholds, which are rising."""
        positive = ordered + ordered.dtype.type(0)  # Of the two zeros, the one whose bits are not below the other's.
        patterns = _patterns(positive)
        return cls(ordered=positive, n_below=np.searchsorted(patterns, np.arange(-_HALF, _HALF + 1)))

    def tally(self, scores: NDArray[Any], members: Bits, group: Whole, counts: NDArray[np.int64]) -> None:
        """Count each score in ``counts``, by its group, whether it is a member's, and how many thresholds are below it.

        Parameters
        ----------
        scores, members : (n,) arrays
            The former of the thresholds' type. NaN are left out.
        group : (n,) int array
            Of each example.
        counts : (groups, 2, k + 1) int array
            Added to.
        """
        _count(self.ordered, self.n_below, np.array(scores), _patterns(scores), np.array(members), group, counts)


def _patterns(numbers: NDArray[Any]) -> NDArray[np.int16]:
    """Return the leading sixteen bits of numbers, as whole numbers in the same order."""
    size = 8 * numbers.dtype.itemsize
    bits = np.ascontiguousarray(numbers).view(f"i{numbers.dtype.itemsize}") >> (size - 16)
    leading = bits.astype(np.int16)
    return leading ^ ((leading >> 15) & np.int16(_HALF - 1))  # Of negative numbers, the larger bits are the smaller.


@compiled
def _count(
    ordered: NDArray[Any],
    n_below: Whole,
    scores: NDArray[Any],
    patterns: NDArray[np.int16],
    members: Bits,
    group: Whole,
    counts: NDArray[np.int64],
) -> None:
    for example in range(len(scores)):
        score = scores[example]
        if np.isnan(score):
            continue
        pattern = np.int64(patterns[example]) + _HALF
        place, end = n_below[pattern], n_below[pattern + 1]
        while place < end and ordered[place] < score:
            place += 1
        counts[group[example], np.int64(members[example]), place] += 1


@compiled
def shares_at_or_below(ordered: Reals, numbers: Reals) -> Reals:
    """Return for each number the share of the ordered ones that are at or below it.

    NaN is above all of them.

    Parameters
    ----------
    ordered : (k,) float array
        Rising and finite, at least one.
    numbers : (n,) float array
    """
    size = len(ordered)
    lowest, highest = ordered[0], ordered[size - 1]
    width = highest - lowest
    scale = (size - 1) / width if width > 0 else 0.0
    if not np.isfinite(scale):
        scale = 0.0
    starts = np.zeros(size + 1, np.int64)
    for place in range(size):
        starts[min(int((ordered[place] - lowest) * scale), size - 1) + 1] += 1
    for cell in range(size):
        starts[cell + 1] += starts[cell]
    shares = np.empty(len(numbers))
    for asked in range(len(numbers)):
        number = numbers[asked]
        if number < lowest:
            shares[asked] = 0.0
        elif number < highest:
            cell = min(int((number - lowest) * scale), size - 1)
            start, end = starts[cell], starts[cell + 1]
            while start < end:
                middle = (start + end) >> 1
                if ordered[middle] <= number:
                    start = middle + 1
                else:
                    end = middle
            shares[asked] = start / size
        else:
            shares[asked] = 1.0
    return shares


@checked
def of_ranks(numbers: NDArray[Any], ranks: Whole) -> NDArray[Any]:
    """Return the numbers of some ranks: ``numpy.sort(numbers)[ranks]``, with only those near them sorted.

    Parameters
    ----------
    numbers : (n,) float array
        Finite, at least one.
    ranks : (k,) int array
        From 0, in any order.

    Examples
    --------
    >>> of_ranks(np.array([3.0, 1.0, 2.0]), np.array([0, 2, 2])).tolist()
    [1.0, 3.0, 3.0]
    """
    lowest, highest = float(numbers.min()), float(numbers.max())
    scale = _CELLS / (highest - lowest) if highest > lowest else 0.0
    if not 0 < scale < np.inf or len(numbers) < _CELLS:
        return np.asarray(np.sort(numbers)[ranks])
    ends = _ends_of_cells(numbers, lowest, scale)
    cells, place = np.unique(np.searchsorted(ends, ranks, side="right"), return_inverse=True)
    sizes = np.diff(ends, prepend=0)[cells]
    kept = np.empty(int(sizes.sum()), numbers.dtype)
    first = np.cumsum(sizes) - sizes
    _collect(numbers, lowest, scale, cells, first.copy(), kept)
    for start, size in zip(first.tolist(), sizes.tolist(), strict=True):
        kept[start : start + size].sort()
    return np.asarray(kept[first[place] + ranks - (ends[cells] - sizes)[place]])


@part
def _cell(number: float, lowest: float, scale: float) -> int:
    return min(int((number - lowest) * scale), _CELLS - 1)


@compiled
def _ends_of_cells(numbers: NDArray[Any], lowest: float, scale: float) -> Whole:
    """Count the numbers that are in each cell of an even grid or in one before it."""
    ends = np.zeros(_CELLS, np.int64)
    for number in numbers:
        ends[_cell(np.float64(number), lowest, scale)] += 1
    return np.cumsum(ends)


@compiled
def _collect(numbers: NDArray[Any], lowest: float, scale: float, cells: Whole, free: Whole, kept: NDArray[Any]) -> None:
    """Put the numbers of some cells together, from the first free place of each."""
    wanted = np.full(_CELLS, -1)
    for place in range(len(cells)):
        wanted[cells[place]] = place
    for number in numbers:
        place = wanted[_cell(np.float64(number), lowest, scale)]
        if place >= 0:
            kept[free[place]] = number
            free[place] += 1


@compiled
def between(corners: Reals, numbers: Reals) -> NDArray[np.int8]:
    """Return for each number the last corner at or below it, and -1 where there is none, or where it is no number.

    Parameters
    ----------
    corners : (k,) float array
        Rising, at most 127.
    numbers : (n,) float array
    """
    places = np.full(len(numbers), -1, np.int8)
    for corner in corners:
        for asked in range(len(numbers)):
            places[asked] += corner <= numbers[asked]
    return places


@compiled
def lines_at(corners: Reals, heights: Reals, numbers: Reals, places: NDArray[np.int8]) -> Reals:
    """Return the heights at the numbers, between corners by straight lines and level beyond: ``numpy.interp``.

    Parameters
    ----------
    corners, heights : (k,) float arrays
        The former rising.
    numbers : (n,) float array
    places : (n,) int8 array
        Of :func:`between`.
    """
    last = len(corners) - 1
    slopes = np.zeros(last + 1)
    for place in range(last):
        run = corners[place + 1] - corners[place]
        slopes[place] = (heights[place + 1] - heights[place]) / run if run > 0 else 0.0
    found = np.empty(len(numbers))
    for asked in range(len(numbers)):
        place, number = places[asked], numbers[asked]
        if place < 0:
            found[asked] = heights[0]
        elif place == last or number == corners[place]:
            found[asked] = heights[place]
        else:
            found[asked] = slopes[place] * (number - corners[place]) + heights[place]
    return found
