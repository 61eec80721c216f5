"""Who is in which trial: one round of the balanced design."""

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from longtail.trials import SubsetDesign

SIZE = (5.4, 2.9)


def draw(figure: Figure) -> None:
    """Twenty trials by forty examples; a filled cell is an example that the trial trains on."""
    axes = figure.subplots()
    design = SubsetDesign(n_trials=20, fraction=0.7, seed=0)
    inclusion = np.stack([design.inclusion(40, trial) for trial in range(20)])
    cells = np.zeros((20, 40, 4))
    cells[inclusion] = to_rgba("C0")
    cells[~inclusion] = to_rgba("C1", 0.25)
    axes.imshow(cells, interpolation="nearest", aspect="auto")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set(xlabel="example: in 14 of 20", ylabel="trial: 28 of 40")
