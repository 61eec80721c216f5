"""What one misfit costs, by how often its subpopulation was seen, under three priors."""

from matplotlib.figure import Figure

from longtail.theory import Geometric, LongTailModel, Uniform, Zipf


def draw(figure: Figure) -> None:
    """The scaled tau_l for l from 1 to 8."""
    axes = figure.subplots()
    counts, n = range(1, 9), 10_000
    priors = {"Zipf": Zipf(n), "geometric 0.999": Geometric(n, 0.999), "uniform": Uniform(n)}
    for (name, prior), style in zip(priors.items(), ("o-", "s--", "^:"), strict=True):
        model = LongTailModel(prior=prior, n_samples=n)
        axes.plot(counts, [n * model.tau(count) for count in counts], style, label=name)
    axes.set(xlabel="times seen", ylabel="n τ: what a misfit costs")
    axes.legend()
