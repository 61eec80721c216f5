"""Whom a regression memorizes: patients, by how far what is predicted lies from the mean.

python examples/regression_and_its_tail.py [--out FOLDER] [--trials 200]

A regression tree of scikit-learn on its diabetes data; each model is trained on a random 70 % of the patients.
"""

import argparse
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from sklearn.datasets import load_diabetes
from sklearn.tree import DecisionTreeRegressor

from longtail.analysis.quality import quality_of
from longtail.dataset import Dataset
from longtail.scores import memorization
from longtail.trials import SubsetDesign, run_trials


def main(out: Path, trials: int) -> str:
    """Draw what each patient's presence takes off the squared error, with its interval."""
    bunch = load_diabetes()
    patients = Dataset.from_arrays(bunch.data, bunch.target, task="regression", name="diabetes")
    tree = DecisionTreeRegressor(min_samples_leaf=5)
    outcomes = run_trials(tree, patients, SubsetDesign(n_trials=trials, fraction=0.7, seed=0), jobs=1)
    scores, quality = memorization(outcomes), quality_of(outcomes, 0.95)
    distance = np.abs(patients.target - patients.target.mean()) / patients.target.std()

    figure = Figure(figsize=(6.4, 4.2), layout="constrained")
    axes = figure.subplots()
    ends = [scores.value - scores.low, scores.high - scores.value]
    axes.errorbar(distance, scores.value, ends, fmt=".", markersize=4, linewidth=0.5, alpha=0.6)
    axes.axhline(0, color="gray", linewidth=0.8)
    axes.set_xlabel("distance of the target from the mean, in standard deviations")
    axes.set_ylabel("memorization, in the target's variance")
    figure.savefig(out / "regression_and_its_tail.png", dpi=150)

    far = distance >= np.quantile(distance, 0.9)
    ends_of = (quality.included, quality.left_out)
    seen, others = (f"{each.value:.2f} [{each.low:.2f}, {each.high:.2f}]" for each in ends_of)
    return (
        f"{outcomes.n_trials} trees reach an R² of {seen} on patients that they have seen and of {others} on others, "
        f"memorize {int((scores.q_value < 0.05).sum())} of {patients.n_train} patients (at 5 % false discoveries), and "
        f"the tenth of them farthest from the mean {scores.value[far].mean() / scores.value[~far].mean():.1f} times as "
        "much as the others."
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "figures")
    parser.add_argument("--trials", type=int, default=200)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    print(main(arguments.out, arguments.trials))
