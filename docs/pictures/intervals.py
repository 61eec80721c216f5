"""The most memorized examples of a small study, with intervals, beside what hundreds of other models say."""

import numpy as np
from matplotlib.figure import Figure

from longtail.dataset import load_dataset
from longtail.scores import MemorizationScores, memorization, ridge_outcomes
from longtail.trials import SubsetDesign


def draw(figure: Figure) -> None:
    """Ridge regression on 400 digits, whose refits are exact: 100 trials against 600 others."""
    axes = figure.subplots()
    few, truth = _scores(100, seed=0), _scores(600, seed=1)
    top = np.argsort(-truth.value)[:30]
    rank = np.arange(1, 31)
    reach = [few.value[top] - few.low[top], few.high[top] - few.value[top]]
    axes.errorbar(rank, few.value[top], yerr=reach, fmt="o", markersize=4, capsize=2, label="100 trials, 95 %")
    axes.plot(rank, truth.value[top], "x", color="C1", label="600 other trials")
    axes.set(xlabel="the thirty most memorized examples", ylabel="memorization")
    axes.legend()


def _scores(n_trials: int, seed: int) -> MemorizationScores:
    digits = load_dataset("digits")
    design = SubsetDesign(n_trials=n_trials, fraction=0.7, seed=seed)
    inclusion = np.stack([design.inclusion(400, trial) for trial in range(n_trials)])
    return memorization(ridge_outcomes(digits.X[:400], digits.y[:400], inclusion, alpha=1.0))
