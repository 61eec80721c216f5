"""The smallest memorization that a number of trials can tell from none, for one example and among many."""

import numpy as np
from matplotlib.figure import Figure

from longtail.scores.convergence import smallest_visible_memorization, visible_memorization


def draw(figure: Figure) -> None:
    """At fraction 0.7: three of ten trials are without an example."""
    axes = figure.subplots()
    trials = np.unique(np.geomspace(40, 4_000, 24).round(-1)).astype(int)
    split = [(round(0.7 * n), n - round(0.7 * n)) for n in trials]
    axes.plot(trials, [smallest_visible_memorization(*sides) for sides in split], label="one example, fixed beforehand")
    for n_examples in (1_000, 60_000):
        visible = [visible_memorization(*sides, 0.05 / n_examples) for sides in split]
        axes.plot(trials, visible, label=f"any of {n_examples:,} examples")
    axes.set(xscale="log", xlabel="trials", ylabel="memorization that shows", ylim=(0, 1))
    axes.set_xticks([40, 100, 400, 1_000, 4_000], ["40", "100", "400", "1,000", "4,000"])
    axes.minorticks_off()
    axes.legend()
