"""The mass of subpopulations by how often they were seen."""

from matplotlib.figure import Figure

from longtail.theory import LongTailModel, Zipf

SIZE = (4.4, 3.1)


def draw(figure: Figure) -> None:
    """Bars for counts from none to five, of a Zipf prior."""
    axes = figure.subplots()
    model = LongTailModel(prior=Zipf(50_000), n_samples=50_000)
    seen = [model.unseen_mass, *(model.mass_seen(count) for count in range(1, 6))]
    bars = axes.bar(range(6), [100 * mass for mass in seen], color=["C1", "C1", *["C0"] * 4])
    axes.bar_label(bars, fmt="%.1f", padding=2)
    axes.set(xlabel="times seen in the sample", ylabel="% of new examples")
    axes.grid(visible=False, axis="x")
