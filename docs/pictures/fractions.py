"""Exact memorization by the fraction that models are trained on."""

import numpy as np
from matplotlib.figure import Figure

from longtail.dataset import load_dataset
from longtail.scores import exact_knn_memorization


def draw(figure: Figure) -> None:
    """Nearest neighbors on digits: the most memorized hundred, from the most on."""
    axes = figure.subplots()
    digits = load_dataset("digits")
    for fraction, style in ((0.5, "-"), (0.7, "--"), (0.999, ":")):
        value = exact_knn_memorization(digits.X, digits.y, n_neighbors=1, fraction=fraction).value
        axes.plot(np.arange(1, 101), np.sort(value)[::-1][:100], style, label=f"trained on {100 * fraction:g} %")
    axes.set(xlabel="examples, from the most memorized on", ylabel="memorization", ylim=(0, 1.02))
    axes.legend()
