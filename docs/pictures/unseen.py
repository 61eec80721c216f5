"""The unseen mass of a sample, predicted from the sample alone, beside the truth that a simulation knows."""

import numpy as np
from matplotlib.figure import Figure

from longtail.tail import FrequencyCounts, estimate_tail


def draw(figure: Figure) -> None:
    """Zipf frequencies of 5,000 subpopulations; one sample of each size."""
    axes = figure.subplots()
    rng = np.random.default_rng(0)
    frequencies = 1 / np.arange(1, 5_001)
    frequencies /= frequencies.sum()
    sizes = np.unique(np.geomspace(50, 20_000, 13).astype(int))
    truths, masses = [], []
    for n in sizes:
        counts = rng.multinomial(n, frequencies)
        truths.append(100 * frequencies[counts == 0].sum())
        masses.append(estimate_tail(FrequencyCounts.from_counts(counts[counts > 0])).unseen_mass)
    value = np.array([100 * mass.value for mass in masses])
    low, high = ([100 * getattr(mass, end) for mass in masses] for end in ("low", "high"))
    axes.errorbar(sizes, value, yerr=[value - low, high - value], fmt="o", capsize=3, label="predicted, 95 %")
    axes.plot(sizes, truths, "x", color="C1", markersize=8, label="what it was")
    axes.set(xscale="log", xlabel="examples", ylabel="% unseen", ylim=(0, 100))
    axes.legend()
