"""What two guarantees add to the error, by the law of the paper's running example."""

import numpy as np
from matplotlib.figure import Figure

from longtail.theory import LongTailModel, Zipf


def draw(figure: Figure) -> None:
    """Along epsilon: privacy of labels and of examples."""
    axes = figure.subplots()
    model = LongTailModel(prior=Zipf(50_000), n_samples=50_000, n_classes=10)
    epsilons = np.linspace(0, 8, 81)
    axes.plot(epsilons, [100 * model.cost_of_label_privacy(e) for e in epsilons], label="label privacy")
    axes.plot(epsilons, [100 * model.cost_of_privacy(e, 1e-5) for e in epsilons], "--", label="privacy of examples")
    axes.set(xlabel="epsilon", ylabel="points of error, at least", ylim=(0, None), xlim=(0, 8))
    axes.legend()
