"""A long tail: frequency against rank, and the band in which a subpopulation is seen about once."""

from matplotlib.figure import Figure

from longtail.frequencies.rank_curve import rank_curve
from longtail.theory import Zipf

SIZE = (4.4, 3.1)
N_SAMPLES = 50_000


def draw(figure: Figure) -> None:
    """The list of a Zipf prior, both axes logarithmic."""
    axes = figure.subplots()
    ranks, frequencies = rank_curve(Zipf(50_000))
    axes.axhspan(1 / (3 * N_SAMPLES), 2 / N_SAMPLES, color="C1", alpha=0.2, linewidth=0)
    axes.text(1.2, 1 / N_SAMPLES, "seen about once", color="C1", va="center")
    axes.plot(ranks, frequencies)
    axes.set(xscale="log", yscale="log", xlabel="rank of the subpopulation", ylabel="frequency")
    axes.grid(visible=False)
