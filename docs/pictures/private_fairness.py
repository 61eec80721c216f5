"""The border of error and discrepancy under label privacy, for three levels."""

from matplotlib.figure import Figure

from longtail.theory import Population, Subgroup, Zipf, fairness_trade_off


def draw(figure: Figure) -> None:
    """A minority of a fifth; no private learner lies below its line."""
    axes = figure.subplots()
    groups = [Subgroup(name=n, prior=Zipf(5_000), share=s, n_classes=10) for n, s in (("many", 0.8), ("few", 0.2))]
    population = Population(subgroups=groups, n_samples=50_000)
    for place, epsilon in enumerate((0.5, 2.0, 4.0)):
        found = fairness_trade_off(population, lambda model, e=epsilon: model.cost_of_label_privacy(e))
        ends = [found.discrepancy + 0.03, found.discrepancy, 0.0]
        axes.plot(
            [100 * end for end in ends],
            [100 * found.least_error(end) for end in ends],
            f"C{place}",
            label=f"ε = {epsilon}",
        )
        axes.plot(100 * found.discrepancy, 100 * found.error, f"C{place}o")
    axes.set(
        xlabel="points by which the minority is worse off", ylabel="% error of all", xlim=(0, None), ylim=(0, None)
    )
    axes.legend()
