"""Remedies on Fashion-MNIST with bags kept at 1 %: who is found, with paired intervals over models and test examples.

python benchmarks/remedies.py            five networks of each, some five minutes of one processor
"""

import numpy as np

from longtail.dataset import load_dataset
from longtail.dataset.answer_rows import answer_rows
from longtail.dataset.predictions import Predictions
from longtail.experiments.compare_predictions import compare_predictions
from longtail.limits import DPSGD, AdaptiveDPSGD, Balanced, GroupDPSGD
from longtail.trials import CompiledMLP

N, RARE, MODELS = 8000, 80, 5
PAIRS = [
    ("plain", "balanced loss"),
    ("adaptive", "bounded"),
    ("fixed", "bounded"),
    ("fixed", "adaptive"),
    ("fixed", "by class"),
]


def main() -> None:
    """Train five of each on the same subsets, and compare them in pairs."""
    data, rows = load_dataset("fashion-mnist"), answer_rows("fashion-mnist")
    bags = data.y == data.class_names.index("Bag")
    rng = np.random.default_rng(0)
    few, rest = (rng.permutation(np.flatnonzero(mask)) for mask in (bags, ~bags))
    few, rest = few[: RARE * 10 // 7], rest[: N * 10 // 7]
    network = CompiledMLP(hidden=64, epochs=8, max_epochs=8)
    high = float(data.X.max())
    private = {"inner": network, "epsilon": 3, "high": high, "epochs": 20, "public_size": N}
    learners = {
        "plain": network,
        "balanced loss": Balanced(inner=network, how="loss"),
        "fixed": DPSGD(**private),
        "adaptive": AdaptiveDPSGD(**private, least_norm=0.0),
        "bounded": AdaptiveDPSGD(**private),
        "by class": GroupDPSGD(**private),  # outside a study each class is a group
    }
    learners = {
        name: learner for name, learner in learners.items() if name in {each for pair in PAIRS for each in pair}
    }
    answers: dict[str, list[np.ndarray]] = {name: [] for name in learners}
    for trial in range(MODELS):
        draws = np.random.default_rng(100 + trial)
        subset = np.r_[draws.permutation(rest)[: N - RARE], draws.permutation(few)[:RARE]]
        for name, learner in learners.items():
            found = learner.fit_predict(data.X[subset], data.y[subset], data.X_test, n_classes=10, seed=trial)
            answers[name].append(found.labels)
    for pair in PAIRS:
        first, second = (Predictions(answers=np.array(answers[name])) for name in pair)
        for part in compare_predictions(first, second, rows).parts:
            if part.kind in ("whole", "mean recall") or part.name in ("Bag", "Shirt"):
                print(f"{pair[0]} to {pair[1]}, {part.name}: {part.first} to {part.second}, {part.difference}")


if __name__ == "__main__":
    main()
