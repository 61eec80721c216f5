"""Excess error of keeping few labels: the best choice, and two random ones."""

import numpy as np
from matplotlib.figure import Figure

from longtail.theory import LongTailModel, Zipf, capacity_cost


def draw(figure: Figure) -> None:
    """Zipf frequencies, as many points as examples."""
    axes = figure.subplots()
    model = LongTailModel(prior=Zipf(1_000), n_samples=1_000, n_classes=10)
    seen = 1_000 - model.expected_number_seen(0)
    shares = np.linspace(0.15, 1.0, 8)
    costs = [capacity_cost(model, share * seen) for share in shares]
    for name, label, style in (
        ("random_labels", "any labels", ":"),
        ("random_examples", "labels of some examples", "--"),
        ("best", "what was seen most", "-"),
    ):
        axes.plot(100 * shares, [100 * getattr(cost, name) for cost in costs], style, label=label)
    axes.set(xlabel="% of the labels seen that are kept", ylabel="points of error", ylim=(0, None))
    axes.legend(title="kept:")
