"""Excess of a linear regression by its training error."""

import numpy as np
from matplotlib.figure import Figure

from longtail.theory import best_training_error, interpolation_cost


def draw(figure: Figure) -> None:
    """Twice as many features as examples, three levels of noise; each line begins at the best estimator."""
    axes = figure.subplots()
    for noise in (0.05, 0.2, 0.5):
        least = best_training_error(ratio=2.0, noise=noise)
        training = np.linspace(least, 0.6, 30)
        excess = [interpolation_cost(float(t), ratio=2.0, noise=noise).excess for t in training]
        (line,) = axes.plot(training, excess, label=f"{noise}")
        axes.plot(least, 0, "o", color=line.get_color())
        axes.axvline(noise, color=line.get_color(), linestyle=":", linewidth=1)
    axes.set(xlabel="mean squared error in training", ylabel="excess on new examples", xlim=(0, 0.62), ylim=(0, None))
    axes.legend(title="variance of the noise")
