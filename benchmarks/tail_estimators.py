"""Good–Turing and the nonparametric maximum-likelihood prior, paired on the same data sets.

    python benchmarks/tail_estimators.py [--data-sets 60] [--out docs/tables/tail_estimators.md]

The error of tau_1 and tau_2 against their realized values, root mean square over the data sets where they exist, and
the ratio of the two; below 1 the fitted prior is better. Coverage is of the fitted prior's 95 % intervals.
"""

import argparse
from pathlib import Path

import numpy as np

from longtail.randomness import generator
from longtail.tail import FrequencyCounts, estimate_prior, estimate_tail
from ten_priors import PRIORS, draw

SIZES = (500, 5_000, 50_000)


def compared(name: str, N: int, n: int, data_sets: int, count: int) -> tuple[float, float, float]:
    """Errors relative to the mean realized value by Good–Turing and by the fitted prior, and the latter's coverage."""
    stream = generator(0, "estimators", name, N, n)
    good_turing, fitted, truths, covered = [], [], [], []
    for _ in range(data_sets):
        sample = draw(name, N, n, stream)
        counts = FrequencyCounts.from_counts(sample.counts)
        number = counts.fingerprint(count)
        if number == 0:
            continue
        truth = sample.realized[count] / number
        by_prior = estimate_prior(counts).tau(count)
        truths.append(truth)
        good_turing.append(estimate_tail(counts).tau(count).value - truth)
        fitted.append(by_prior.value - truth)
        covered.append(by_prior.low <= truth <= by_prior.high)
    if len(truths) < 20:
        return (float("nan"),) * 3
    scale = float(np.mean(truths))
    root = [float(np.sqrt(np.mean(np.square(errors)))) / scale for errors in (good_turing, fitted)]
    return root[0], root[1], float(np.mean(covered))


def table(data_sets: int) -> str:
    heads = [f"tau_{count}, n = {n:,}" for n in SIZES for count in (1, 2)]
    lines = [f"| prior | N | {' | '.join(heads)} |", "|---|---|" + "---|" * len(heads)]
    for name in PRIORS:
        for ratio, said in ((1, "n"), (10, "n / 10")):
            cells = []
            for n in SIZES:
                for count in (1, 2):
                    plain, fitted, covered = compared(name, n // ratio, n, data_sets, count)
                    if np.isnan(plain):
                        cells.append("too few")
                        continue
                    cells.append(f"{plain:.3f} {fitted:.3f} = {fitted / plain:.2f} ({covered:.2f})")
            lines.append(f"| {name} | {said} | {' | '.join(cells)} |")
            print(lines[-1], flush=True)
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-sets", type=int, default=60)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    text = table(arguments.data_sets)
    if arguments.out:
        arguments.out.write_text("error of Good–Turing, of the fitted prior = ratio (coverage)\n\n" + text + "\n")
