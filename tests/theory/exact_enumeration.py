"""The model by brute force, in fractions: every draw of N entries from the list."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import product


def power_sum(frequencies: Sequence[int | Fraction], j: int, k: int) -> Fraction:
    """E sum_x D(x)^j (1 - D(x))^k over all len(frequencies)^N draws that are not all zero."""
    total, draws = Fraction(0), 0
    for draw in product([Fraction(f) for f in frequencies], repeat=len(frequencies)):
        normalizer = sum(draw)
        if normalizer:
            draws += 1
            total += sum((p / normalizer) ** j * (1 - p / normalizer) ** k for p in draw)
    return total / draws
