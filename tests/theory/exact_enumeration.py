"""The model by brute force, in fractions: every draw of N entries from the list, up to its order."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import cache
from itertools import combinations_with_replacement
from math import factorial, prod


def power_sum(frequencies: Sequence[int | Fraction], j: int, k: int) -> Fraction:
    """E sum_x D(x)^j (1 - D(x))^k over all len(frequencies)^N draws that are not all zero."""
    return expected_sum(frequencies, lambda alpha: alpha**j * (1 - alpha) ** k)


def expected_sum(frequencies: Sequence[int | Fraction], function: Callable[[Fraction], Fraction]) -> Fraction:
    """E sum_x function(D(x))."""
    total, draws = Fraction(0), 0
    for ways, distribution in _distributions(tuple(frequencies)):
        draws += ways
        total += ways * sum(repeats * function(alpha) for alpha, repeats in distribution)
    return total / draws


@cache
def _distributions(frequencies: tuple[int | Fraction, ...]) -> list[tuple[int, list[tuple[Fraction, int]]]]:
    return list(_enumerated(frequencies))


def _enumerated(frequencies: tuple[int | Fraction, ...]) -> Iterator[tuple[int, list[tuple[Fraction, int]]]]:
    n = len(frequencies)
    for positions in combinations_with_replacement(range(n), n):
        ways = factorial(n) // prod(factorial(repeats) for repeats in Counter(positions).values())
        draw = Counter(Fraction(frequencies[position]) for position in positions)
        normalizer = sum(value * repeats for value, repeats in draw.items())
        if normalizer:
            yield ways, [(value / normalizer, repeats) for value, repeats in draw.items()]
