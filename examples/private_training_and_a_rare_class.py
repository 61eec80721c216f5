"""DP-SGD and a rare class: who pays for a guarantee of privacy when there are few of them.

    python examples/private_training_and_a_rare_class.py [--out FOLDER] [--trials 40] [--keep 20]

All but ``--keep`` of the training eights are taken away. Networks with and without DP-SGD are trained on the same
random subsets, and judged on the same test digits. Needs the extra ``privacy``.
"""

import argparse
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from longtail.dataset import Dataset, load_dataset
from longtail.limits import DPSGD
from longtail.scores.subgroup_cost import GroupCost, subgroup_costs
from longtail.trials import CompiledMLP, SubsetDesign, run_trials

RARE = 8
EPSILON = 3.0
BRIGHTEST = 16.0


def with_few_eights(keep: int) -> Dataset:
    """The digits, with the first ``keep`` eights of the training set and all others."""
    digits = load_dataset("digits")
    eights = np.flatnonzero(digits.y == RARE)
    kept = np.setdiff1d(np.arange(digits.n_train), eights[keep:])
    return Dataset.from_arrays(digits.X[kept], digits.y[kept], digits.X_test, digits.y_test, name=f"{keep} eights")


def main(out: Path, trials: int, keep: int) -> str:
    """Draw accuracy by class, with privacy and without."""
    data, design = with_few_eights(keep), SubsetDesign(n_trials=trials, fraction=0.7, seed=0)
    usual = CompiledMLP()
    private = DPSGD(inner=usual, epsilon=EPSILON, low=0.0, high=BRIGHTEST)
    without, with_privacy = (run_trials(learner, data, design).test_correct for learner in (usual, private))
    of_class = {str(label): data.y_test == label for label in range(data.n_classes)}
    costs = subgroup_costs(without, with_privacy, of_class, level=0.95)
    costs = sorted(costs, key=lambda cost: cost.name)

    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    for shift, side, label in ((-0.2, "unlimited", "usual training"), (0.2, "limited", f"DP-SGD, epsilon {EPSILON:g}")):
        _bars(axes, costs, shift, side, label)
    axes.set(
        xlabel=f"digit ({keep} training examples of {RARE}, about 140 of each other)", ylabel="accuracy in percent"
    )
    axes.set_xticks(range(len(costs)), [cost.name for cost in costs])
    axes.legend(loc="lower left")
    figure.savefig(out / "private_training_and_a_rare_class.png", dpi=150)

    rare = costs[RARE].cost
    everybody = subgroup_costs(without, with_privacy, {"all": np.ones(data.n_test, dtype=bool)}, level=0.95)[0].cost
    return (
        f"DP-SGD at epsilon {EPSILON:g} costs all test digits together {everybody.value:.1%} [{everybody.low:.1%}, "
        f"{everybody.high:.1%}] of accuracy, and the eights, of which training saw at most {keep}, {rare.value:.1%} "
        f"[{rare.low:.1%}, {rare.high:.1%}]."
    )


def _bars(axes: Axes, costs: list[GroupCost], shift: float, side: str, label: str) -> None:
    estimates = [getattr(cost, side) for cost in costs]
    heights = np.array([100 * estimate.value for estimate in estimates])
    ends = np.array([[100 * estimate.low, 100 * estimate.high] for estimate in estimates])
    spread = np.abs(ends - heights[:, None]).T
    axes.bar(np.arange(len(costs)) + shift, heights, 0.4, yerr=spread, label=label, capsize=2)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "figures")
    parser.add_argument("--trials", type=int, default=40)
    parser.add_argument("--keep", type=int, default=20)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    print(main(arguments.out, arguments.trials, arguments.keep))
