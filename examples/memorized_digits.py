"""Memorized digits: the ones that a network gets right only if it has seen them.

python examples/memorized_digits.py [--out FOLDER] [--trials 1000]
"""

import argparse
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from longtail.dataset import load_dataset
from longtail.scores import memorization
from longtail.trials import CompiledMLP, SubsetDesign, run_trials

ROWS, COLUMNS = 3, 8


def main(out: Path, trials: int) -> str:
    """Draw the most memorized ones, with their labels and intervals."""
    digits = load_dataset("digits")
    outcomes = run_trials(CompiledMLP(), digits, SubsetDesign(n_trials=trials, fraction=0.7, seed=0))
    scores = memorization(outcomes, level=0.95)
    most = np.argsort(-scores.value, kind="stable")

    figure = Figure(figsize=(9, 4.6), layout="constrained")
    for axes, i in zip(figure.subplots(ROWS, COLUMNS).flat, most, strict=False):
        axes.imshow(digits.X[i].reshape(8, 8), cmap="gray_r")
        axes.set_title(
            f"“{digits.class_names[digits.y[i]]}”  {scores.value[i]:.2f}\n[{scores.low[i]:.2f}, {scores.high[i]:.2f}]",
            fontsize=7,
        )
        axes.axis("off")
    figure.savefig(out / "memorized_digits.png", dpi=150)

    found, first = int((scores.q_value < 0.05).sum()), most[0]
    return (
        f"{outcomes.n_trials} networks, each trained on 70 % of the digits, memorize {found} of {digits.n_train:,} "
        f"(at 5 % false discoveries); on the most memorized, a “{digits.class_names[digits.y[first]]}”, they are right "
        f"{scores.value[first]:.0%} [{scores.low[first]:.0%}, {scores.high[first]:.0%}] more often if they saw it."
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "figures")
    parser.add_argument("--trials", type=int, default=1000)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    print(main(arguments.out, arguments.trials))
