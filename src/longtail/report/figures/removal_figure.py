"""Test accuracy against the number of training examples removed, for ``longtail remove --plot``."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from longtail.estimate import Estimate
from longtail.report.figures.drawing_file import save_drawing

__all__ = ["draw_removal", "save_removal"]


def draw_removal(axes: Axes, *, n_removed: Sequence[int], accuracies: Mapping[str, Sequence[Estimate]]) -> None:
    """A curve for each choice of what is removed, with its intervals."""
    for label, estimates in accuracies.items():
        value = np.array([estimate.value for estimate in estimates])
        arms = np.array([[e.value - e.low for e in estimates], [e.high - e.value for e in estimates]])
        axes.errorbar(n_removed, value, arms, fmt="o-", capsize=3, label=label)
    axes.set(xlabel="training examples removed", ylabel="test accuracy")
    axes.legend(frameon=False)


def save_removal(path: Path, *, n_removed: Sequence[int], accuracies: Mapping[str, Sequence[Estimate]]) -> None:
    """The same as a file."""
    save_drawing(partial(draw_removal, n_removed=n_removed, accuracies=accuracies), path, width=5, height=4)
