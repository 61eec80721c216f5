"""One class made rare: accuracy on it with and without differential privacy, Fashion-MNIST.

    python benchmarks/limits_rarity.py [SEEDS] [RESULTS]

A class keeps 50, 100, 500 or 1,000 of its 6,000 training examples, the others all. The same network with and without
DP-SGD at epsilon = 6, delta = 1e-5; its accuracy on the class's 1,000 test examples, over seeds (of the examples that
stay, too) and test examples, with 95 % intervals. Published for MNIST, with another network: 77 to 97 % without, 0 to
84 % at epsilon = 6.

RESULTS is a folder, ``limits-rarity`` unless given: one file a model, so that a run that was cut goes on.
"""

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from longtail.dataset import Dataset, load_dataset
from longtail.limits import DPSGD
from longtail.randomness import generator
from longtail.scores.subgroup_cost import group_accuracy
from longtail.trials import CompiledMLP, Learner

KEPT = (50, 100, 500, 1000)
CLASSES = ("Shirt", "Ankle\N{NO-BREAK SPACE}boot")
LEARNERS: dict[str, Learner] = {
    "without": CompiledMLP(epochs=20, max_epochs=20, batch_size=64),
    "epsilon = 6": DPSGD(inner=CompiledMLP(), epsilon=6.0, delta=1e-5, high=255.0, sampling_rate=0.1, epochs=30),
}


def right_on_rare(learner: Learner, data: Dataset, label: int, kept: int, seed: int) -> NDArray[np.bool_]:
    """Whether one model is right on each test example of the class that was cut to ``kept``."""
    members = np.flatnonzero(data.y == label)
    gone = generator(seed, "rare", label).permutation(members)[kept:]
    rows = np.setdiff1d(np.arange(data.n_train), gone)
    asked = data.X_test[data.y_test == label]
    return learner.fit_predict(data.X[rows], data.y[rows], asked, n_classes=data.n_classes, seed=seed).labels == label


def kept_on_disk(file: Path, learner: Learner, data: Dataset, label: int, kept: int, seed: int) -> NDArray[np.bool_]:
    """The same, from ``file`` where it is there."""
    if not file.exists():
        unfinished = file.with_suffix(".part.npy")
        np.save(unfinished, right_on_rare(learner, data, label, kept, seed))
        unfinished.rename(file)
    right: NDArray[np.bool_] = np.load(file)
    return right


def main(n_seeds: int, results: Path) -> None:
    results.mkdir(parents=True, exist_ok=True)
    data = load_dataset("fashion-mnist")
    print(f"{'class':12s} {'kept':>5s}", *(f"{name:>24s}" for name in LEARNERS))
    for name in CLASSES:
        label = data.class_names.index(name)
        for kept in KEPT:
            cells = []
            for which, learner in enumerate(LEARNERS.values()):
                right = np.array(
                    [
                        kept_on_disk(results / f"{label}-{kept}-{which}-{seed}.npy", learner, data, label, kept, seed)
                        for seed in range(n_seeds)
                    ]
                )
                found = group_accuracy(right, 0.95)
                cells.append(f"{found.value:.1%} [{found.low:.1%}, {found.high:.1%}]")
            print(f"{name:12s} {kept:5d} {cells[0]:>24s} {cells[1]:>24s}", flush=True)


if __name__ == "__main__":
    with threadpool_limits(1):
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 5, Path(sys.argv[2] if len(sys.argv) > 2 else "limits-rarity"))
