"""What twice the sample shows beside what half of it predicted: coverage and width of the 95 % intervals.

python benchmarks/tail_extrapolation.py [--data-sets 100] [--out docs/tables/tail_extrapolation.md]
"""

import argparse
from pathlib import Path

import numpy as np

from longtail.randomness import generator
from longtail.tail import FrequencyCounts, estimate_prior, larger_sample
from ten_priors import LAWS

QUANTITIES = ("new_subpopulations", "unseen_mass", "singleton_mass")


def covered(name: str, n: int, data_sets: int) -> list[tuple[float, float, float]]:
    """Of each quantity: coverage, root mean square error and mean half width, relative to the mean truth."""
    hits, errors, widths, truths = [], [], [], []
    for k in range(data_sets):
        stream = generator(0, "extrapolation", name, n, k)
        frequencies = LAWS[name](n, stream)
        frequencies /= frequencies.sum()
        first = stream.multinomial(n, frequencies)
        both = first + stream.multinomial(n, frequencies)
        truth = [((first == 0) & (both > 0)).sum(), frequencies[both == 0].sum(), frequencies[both == 1].sum()]
        larger = larger_sample(estimate_prior(FrequencyCounts.from_counts(first)))
        estimates = [getattr(larger, quantity) for quantity in QUANTITIES]
        hits.append([e.low <= t <= e.high for e, t in zip(estimates, truth, strict=True)])
        errors.append([e.value - t for e, t in zip(estimates, truth, strict=True)])
        widths.append([(e.high - e.low) / 2 for e in estimates])
        truths.append(truth)
    scale = np.mean(truths, axis=0)
    error, width = np.sqrt(np.mean(np.square(errors), axis=0)) / scale, np.mean(widths, axis=0) / scale
    return list(zip(np.mean(hits, axis=0), error, width, strict=True))


def table(data_sets: int) -> str:
    lines = [f"| prior | n | {' | '.join(q.replace('_', ' ') for q in QUANTITIES)} |", "|---|---|---|---|---|"]
    for name in LAWS:
        for n in (500, 5_000):
            cells = [f"{hit:.2f} ({error:.0%}, ±{width:.0%})" for hit, error, width in covered(name, n, data_sets)]
            lines.append(f"| {name} | {n:,} | {' | '.join(cells)} |")
            print(lines[-1], flush=True)
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-sets", type=int, default=100)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    text = table(arguments.data_sets)
    if arguments.out:
        arguments.out.write_text("coverage (error, half width of the interval)\n\n" + text + "\n")
