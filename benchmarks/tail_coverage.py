"""Do the 95 % intervals of the realized unseen and singleton mass hold, and are they as narrow as they can be?

    python benchmarks/tail_coverage.py [--data-sets 1000] [--out docs/tables/tail_coverage.md]

Ten priors, N = n and N = n / 10, n = 50 … 50,000. Coverage is over the data sets in which the count that the interval
rests on is not zero (tau_1 is the singleton mass over a known number, so it is covered exactly as often). "Width" is
the mean width over that of the narrowest interval of the form estimate + constants that covers 95 % of these very data
sets, which nobody could know without the prior.
"""

import argparse
from pathlib import Path

import numpy as np

from longtail.randomness import generator
from longtail.tail import Fingerprint, predicted_mass
from ten_priors import PRIORS, draw

SIZES = (50, 500, 5_000, 50_000)


def coverage(name: str, N: int, n: int, data_sets: int, count: int) -> tuple[float, float, int]:
    """Coverage, relative width, and the number of data sets that they are over."""
    stream = generator(0, "coverage", name, N, n)
    hits, widths, errors = [], [], []
    for _ in range(data_sets):
        sample = draw(name, N, n, stream)
        fingerprint = Fingerprint.of(sample.counts)
        if fingerprint(count + 1) == 0 or (count and fingerprint(count) == 0):
            continue
        estimate, truth = predicted_mass(fingerprint, {count: 1.0}, 0.95), sample.realized[count]
        hits.append(estimate.low <= truth <= estimate.high)
        widths.append(estimate.high - estimate.low)
        errors.append(truth - estimate.value)
    if len(hits) < 20:
        return float("nan"), float("nan"), len(hits)
    return float(np.mean(hits)), float(np.mean(widths) / narrowest(np.array(errors))), len(hits)


def narrowest(errors: np.ndarray, level: float = 0.95) -> float:
    """The width of the shortest window that holds a share ``level`` of the errors."""
    ordered = np.sort(errors)
    inside = int(np.ceil(level * len(ordered)))
    return float((ordered[inside - 1 :] - ordered[: len(ordered) - inside + 1]).min())


def table(data_sets: int) -> str:
    heads = [f"n = {n:,}" for n in SIZES]
    lines = [f"| mass | prior | N | {' | '.join(heads)} |", "|---|---|---|" + "---|" * len(SIZES)]
    for count, mass in ((0, "unseen"), (1, "singleton, tau_1")):
        for name in PRIORS:
            for ratio, said in ((1, "n"), (10, "n / 10")):
                cells = []
                for n in SIZES:
                    covered, width, used = coverage(name, max(5, n // ratio), n, data_sets, count)
                    cells.append("too few" if np.isnan(covered) else f"{covered:.3f} ({width:.2f}, {used})")
                lines.append(f"| {mass} | {name} | {said} | {' | '.join(cells)} |")
                print(lines[-1], flush=True)
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-sets", type=int, default=1000)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    text = table(arguments.data_sets)
    if arguments.out:
        arguments.out.write_text("coverage (mean width / narrowest, data sets)\n\n" + text + "\n")
