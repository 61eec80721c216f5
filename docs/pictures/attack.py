"""An attack's curve where one example in ten is memorized, and where nothing is."""

import numpy as np
from matplotlib.figure import Figure

from longtail.membership import lira, roc
from longtail.outcomes import Outcomes
from longtail.trials import SubsetDesign


def draw(figure: Figure) -> None:
    """Normal confidences of 64 models; a tenth of the examples is told apart by three standard deviations."""
    axes = figure.subplots()
    design = SubsetDesign(n_trials=64, fraction=0.5, seed=0)
    inclusion = np.stack([design.inclusion(2_000, trial) for trial in range(64)])
    noise = np.random.default_rng(1).normal(size=inclusion.shape)
    rates = np.geomspace(1e-4, 1, 60)
    for (name, shift), style in zip({"a tenth memorized": 3.0, "nothing leaks": 0.0}.items(), ("-", "--"), strict=True):
        confidence = noise + shift * inclusion * (np.arange(2_000) < 200)
        curve = roc(lira(Outcomes.from_arrays(inclusion, confidence > 0, confidence=confidence), "online"))
        found = np.interp(rates, curve.false_positive_rate, curve.true_positive_rate)
        axes.plot(rates, found, style, label=name)
    axes.plot(rates, rates, ":", color="C2", label="chance")
    axes.set(xscale="log", yscale="log", xlabel="others taken for members", ylabel="members found", ylim=(1e-4, 1.1))
    axes.legend()
