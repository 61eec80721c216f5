"""Your own PyTorch module: what does a small convolutional network memorize? Needs the extra ``neural``.

    python examples/own_module.py [--out FOLDER] [--trials 60]

The module is written as for any training loop; its class is handed over, and every trial makes a fresh one.
"""

import argparse
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from torch import Tensor, nn

from longtail.dataset import load_dataset
from longtail.scores import memorization
from longtail.trials import SubsetDesign, TorchLearner, run_trials


class SmallNetwork(nn.Module):
    """Two convolutions for pictures of eight by eight."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 3, padding=1),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(32 * 4 * 4, 10),
        )

    def forward(self, pictures: Tensor) -> Tensor:
        """Logits."""
        return self.layers(pictures)


def main(out: Path, trials: int, epochs: int = 20) -> str:
    """Draw how many digits are memorized how much."""
    digits = load_dataset("digits")
    learner = TorchLearner(
        module=SmallNetwork, input_shape=(1, 8, 8), standardize="all", epochs=epochs, max_epochs=epochs
    )
    outcomes = run_trials(learner, digits, SubsetDesign(n_trials=trials, fraction=0.7, seed=0), jobs=1)
    scores = memorization(outcomes, level=0.95)

    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    axes.hist(scores.value, bins=np.linspace(-0.1, 1, 45), log=True)
    axes.set(xlabel=f"memorization, from {trials} networks", ylabel="training digits")
    figure.savefig(out / "own_module.png", dpi=150)

    included = outcomes.correct[outcomes.inclusion].mean()
    first = int(np.nanargmax(scores.value))
    return (
        f"A convolutional network of one's own, right on {included:.2%} of the digits that it saw, memorizes "
        f"{int((scores.low > 0).sum())} of {digits.n_train:,} beyond doubt about each (95 %); number {first} most of "
        f"all, {scores.value[first]:.2f} [{scores.low[first]:.2f}, {scores.high[first]:.2f}]."
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "figures")
    parser.add_argument("--trials", type=int, default=60)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    print(main(arguments.out, arguments.trials))
