"""Where classes overlap: the nearest neighbor's error with all examples, without the memorized, without the border."""

import numpy as np
from matplotlib.figure import Figure


def draw(figure: Figure) -> None:
    """The error at a place, against the share of its examples that has the commoner label."""
    axes = figure.subplots()
    share = np.linspace(0.5, 1, 101)

    def error(kept):
        ones, zeros = share * kept(share), (1 - share) * kept(1 - share)
        purer = ones / (ones + zeros)
        return 100 * (share * (1 - purer) + (1 - share) * purer)

    axes.plot(share, 200 * share * (1 - share), label="all examples")
    axes.plot(share, error(lambda at: at**2), "--", label="without the memorized")
    axes.plot(share, error(lambda at: 1 - 0.9 * np.exp(-(((at - 0.6) / 0.1) ** 2))), ":", label="without the border")
    axes.set(xlabel="share of the commoner label", ylabel="% wrong")
    axes.legend()
