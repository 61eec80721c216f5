"""The error after more examples, from two sizes: a constant exponent, and the fastest fall that kinds allow."""

import numpy as np
from matplotlib.figure import Figure


def draw(figure: Figure) -> None:
    """Zipf frequencies with exponent 0.6 of 3,000 kinds, ten classes; errors are exact."""
    axes = figure.subplots()
    D = np.arange(1, 3_001) ** -0.6
    D /= D.sum()
    sizes = np.arange(400, 1_201, 20)
    error = np.array([90 * (D * (1 - D) ** m).sum() for m in sizes])
    first, second = (90 * float((D * (1 - D) ** m).sum()) for m in (600, 840))
    later = sizes[sizes >= 840]
    constant = second * (second / first) ** (np.log(later / 840) / np.log(840 / 600))
    fastest = second * (second / first) ** ((later - 840) / (840 - 600))
    axes.plot(sizes, error, label="error")
    axes.plot([600, 840], [first, second], "o", color="C0")
    axes.fill_between(later, fastest, constant, color="C1", alpha=0.4, label="predicted from two sizes")
    axes.set(xlabel="training examples", ylabel="% wrong on new data")
    axes.legend()
