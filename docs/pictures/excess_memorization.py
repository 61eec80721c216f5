"""Bits of its examples that a learner keeps to recognize a Gaussian cluster, by their number."""

import numpy as np
from matplotlib.figure import Figure

from longtail.theory import excess_memorization


def draw(figure: Figure) -> None:
    """Three dimensions, similar examples as the root of each asks; at least, and by noisy means."""
    axes = figure.subplots()
    numbers = np.unique(np.geomspace(1, 300, 25).astype(int))
    for place, d in enumerate((100, 1_000, 10_000)):
        found = [excess_memorization(0.1, n_examples=int(n), dimension=d, similarity=3.5 / d**0.5) for n in numbers]
        axes.plot(numbers, [bits.needed for bits in found], f"C{place}-", label=f"{d:,}")
        axes.plot(numbers, [bits.attained for bits in found], f"C{place}--")
    axes.set(xscale="log", yscale="log", xlabel="examples of the cluster", ylabel="bits of excess memorization")
    axes.legend(title="dimension")
