"""Ten long-tailed and short-tailed worlds, from which samples are drawn together with the truth about them.

Except for the Pitman–Yor process, frequencies are N independent draws from a list or a law, normalized, as the theory
has it; then n examples are drawn. ``realized`` holds the mass of what was seen 0, 1, 2 times in that sample.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

__all__ = ["PRIORS", "Sample", "draw"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    counts: NDArray[np.int64]  # of the subpopulations seen
    realized: NDArray[np.float64]  # mass of those seen 0, 1, 2, 3 times


Law = Callable[[int, np.random.Generator], NDArray[np.float64]]


def _from_list(entries: Callable[[int], NDArray[np.float64]]) -> Law:
    return lambda N, stream: stream.choice(entries(N), N)


def _zipf(exponent: float) -> Law:
    return _from_list(lambda N: np.arange(1.0, N + 1) ** -exponent)


def _two_point(N: int) -> NDArray[np.float64]:
    """One in a hundred is a head, a thousand times as frequent as an outlier."""
    heads = max(1, N // 100)
    return np.r_[np.full(heads, 1000.0), np.ones(N - heads)]


LAWS: dict[str, Law] = {
    "Zipf 0.8": _zipf(0.8),
    "Zipf 1": _zipf(1.0),
    "Zipf 1.5": _zipf(1.5),
    "Zipf 2": _zipf(2.0),
    "geometric": _from_list(lambda N: np.geomspace(1.0, 1e-4, N)),
    "two-point": _from_list(_two_point),
    "lognormal": lambda N, stream: stream.lognormal(0.0, 1.0, N),
    "uniform": _from_list(np.ones),
    "Dirichlet": lambda N, stream: stream.gamma(0.5, 1.0, N),
}
PRIORS = (*LAWS, "Pitman–Yor")


def draw(name: str, N: int, n: int, stream: np.random.Generator) -> Sample:
    """One data set of n examples; the Pitman–Yor process has discount 1/2 and strength N / 10."""
    if name == "Pitman–Yor":
        return _pitman_yor(0.5, N / 10, n, stream)
    frequencies = LAWS[name](N, stream)
    frequencies /= frequencies.sum()
    seen = stream.multinomial(n, frequencies)
    realized = np.array([frequencies[seen == count].sum() for count in range(4)])
    return Sample(counts=seen[seen > 0], realized=realized)


def _pitman_yor(discount: float, strength: float, n: int, stream: np.random.Generator) -> Sample:
    """The sample by the urn; then the frequencies from their posterior, which is Dirichlet, exactly."""
    counts = _urn(discount, strength, n, stream)
    gammas = stream.gamma(np.r_[counts - discount, strength + discount * len(counts)])
    frequencies = gammas / gammas.sum()
    realized = [frequencies[-1], *(frequencies[:-1][counts == count].sum() for count in (1, 2, 3))]
    return Sample(counts=counts, realized=np.array(realized))


@numba.njit(cache=True)
def _urn(discount: float, strength: float, n: int, stream: np.random.Generator) -> NDArray[np.int64]:
    table_of, counts, tables = np.empty(n, np.int64), np.zeros(n, np.int64), 0
    for i in range(n):
        if stream.random() * (strength + i) < strength + discount * tables:
            table_of[i], tables = tables, tables + 1
        else:  # a table in proportion to its count less the discount: a customer's, kept with probability 1 - d/c
            table = table_of[int(stream.random() * i)]
            while stream.random() * counts[table] < discount:
                table = table_of[int(stream.random() * i)]
            table_of[i] = table
        counts[table_of[i]] += 1
    return counts[:tables].copy()
