"""Exact coverage and width of 95 % intervals for a difference of proportions, over a grid of counts and rates.

    python benchmarks/scores_coverage.py

Coverage is a sum of binomial probabilities, not a simulation. The trial bootstrap (percentile, of each side's trials)
has a law that can be summed, too: its quantiles are those of a difference of two binomial proportions.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from longtail.cli.printing import print_table
from longtail.scores.proportions import (
    DifferenceOfProportions,
    agresti_caffo_difference,
    difference_of_proportions,
    jeffreys_difference,
    newcombe_difference,
)

RATES = np.r_[0, 0.001, 0.003, 0.01, 0.02, 0.03, 0.05:0.951:0.05, 0.97, 0.98, 0.99, 0.997, 0.999, 1]
COUNTS = [(5, 5), (6, 6), (14, 6), (10, 10), (35, 15), (36, 4), (70, 30), (90, 10), (50, 50), (140, 60), (280, 120)]
BOOTSTRAPPED = {(5, 5), (6, 6), (14, 6), (10, 10), (35, 15)}


def main() -> None:
    rules = {
        "Newcombe": newcombe_difference,
        "Agresti-Caffo": agresti_caffo_difference,
        "Jeffreys": jeffreys_difference,
        "trial bootstrap": bootstrap_difference,
        "envelope (ours)": difference_of_proportions,
    }
    rows = []
    for counts in COUNTS:
        for name, rule in rules.items():
            if rule is not bootstrap_difference or counts in BOOTSTRAPPED:
                rows.append((name, f"{counts[0]} / {counts[1]}", *summary(rule, counts)))
    columns = ("interval", "in / out", "least", "grid below 93 %", "mean*", "widest")
    print_table("95 % intervals; * where n p (1 - p) >= 5; widest: times Newcombe's width", columns, rows)


def summary(rule, counts: tuple[int, int]) -> tuple[str, str, str, str]:
    n1, n2 = counts
    k1, k2 = np.meshgrid(np.arange(n1 + 1), np.arange(n2 + 1), indexing="ij")
    interval, reference = rule(k1, n1, k2, n2, 0.95), newcombe_difference(k1, n1, k2, n2, 0.95)
    chance_1 = binom.pmf(np.arange(n1 + 1), n1, RATES[:, None])
    chance_2 = binom.pmf(np.arange(n2 + 1), n2, RATES[:, None])
    coverage = np.array([[_covered(interval, p - q, a, b) for q, b in zip(RATES, chance_2, strict=True)]
                         for p, a in zip(RATES, chance_1, strict=True)])  # fmt: skip
    width = chance_1 @ (interval.high - interval.low) @ chance_2.T
    widest = (width / (chance_1 @ (reference.high - reference.low) @ chance_2.T)).max()
    spread = RATES * (1 - RATES)
    enough = (n1 * spread >= 5)[:, None] & (n2 * spread >= 5)
    mean = f"{coverage[enough].mean():.1%}" if enough.any() else "-"
    return f"{coverage.min():.1%}", f"{(coverage < 0.93).mean():.1%}", mean, f"{widest:.2f}"


def _covered(interval: DifferenceOfProportions, truth: float, chance_1: NDArray, chance_2: NDArray) -> float:
    return chance_1 @ ((interval.low <= truth + 1e-12) & (truth - 1e-12 <= interval.high)) @ chance_2


def bootstrap_difference(k1, n1: int, k2, n2: int, level: float) -> DifferenceOfProportions:
    low, high = np.empty(k1.shape), np.empty(k1.shape)
    steps = np.subtract.outer(np.arange(n1 + 1) / n1, np.arange(n2 + 1) / n2).ravel()
    order = np.argsort(steps, kind="stable")
    for place in np.ndindex(k1.shape):
        chance = np.outer(
            binom.pmf(np.arange(n1 + 1), n1, k1[place] / n1), binom.pmf(np.arange(n2 + 1), n2, k2[place] / n2)
        ).ravel()[order]
        total = np.minimum(np.cumsum(chance), 1)
        ends = np.searchsorted(total, [(1 - level) / 2, (1 + level) / 2])
        low[place], high[place] = steps[order][np.minimum(ends, len(order) - 1)]
    return DifferenceOfProportions(k1 / n1 - k2 / n2, low, high)


if __name__ == "__main__":
    main()
