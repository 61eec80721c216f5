"""The same limit, two subgroups: the longer tail pays more."""

import numpy as np
from matplotlib.figure import Figure

from longtail.theory import LongTailModel, Zipf


def draw(figure: Figure) -> None:
    """Forced cost of a memorization limit, for two groups of the same number of kinds and different sizes."""
    axes = figure.subplots()
    gammas = np.linspace(0, 1, 41)
    for (name, n), style in zip(
        {"50,000 examples": 50_000, "10,000 examples": 10_000}.items(), ("-", "--"), strict=True
    ):
        group = LongTailModel(prior=Zipf(5_000), n_samples=n, n_classes=10)
        axes.plot(gammas, [100 * group.cost_of_memorization_limit(g) for g in gammas], style, label=name)
    axes.set(xlabel="no memorization above", ylabel="points of error, at least", ylim=(0, None), xlim=(0, 1))
    axes.legend(title="5,000 kinds, and")
