"""How the tail depends on how near two examples must be to belong together."""

import numpy as np
from matplotlib.figure import Figure

from longtail.dataset import load_dataset
from longtail.tail import resolution_range


def draw(figure: Figure) -> None:
    """Digits: unseen and singleton mass over the range of radii, with their intervals."""
    axes = figure.subplots()
    digits = load_dataset("digits")
    found = resolution_range(digits.X, digits.y, n_classes=10).resolutions
    radii = [each.radius for each in found]
    for name, style in (("unseen_mass", "o-"), ("singleton_mass", "s--")):
        masses = [getattr(each.tail, name) for each in found]
        value = np.array([100 * mass.value for mass in masses])
        reach = [[v - 100 * mass.low for v, mass in zip(value, masses, strict=True)]]
        reach.append([100 * mass.high - v for v, mass in zip(value, masses, strict=True)])
        axes.errorbar(radii, value, yerr=reach, fmt=style, capsize=3, label=name.replace("_", " "))
    axes.set(xlabel="radius, in the unit of the pixels", ylabel="% of new examples", ylim=(0, None))
    axes.legend()
