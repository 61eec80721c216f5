"""Attacks on DP-SGD at epsilon 3 beside the ceiling that its exact privacy loss puts on every attack.

    python benchmarks/membership_private.py

Fashion-MNIST, 5,000 examples, 128 networks, each on an independent half; the same data as the overfitted network of
``membership_attacks.py``.
"""

import numpy as np

from longtail.analysis.ceiling import Ceiling
from longtail.dataset import load_dataset
from longtail.learners.mlp.compiled_mlp import CompiledMLP
from longtail.limits.dp_sgd import DPSGD
from longtail.membership import lira, roc
from longtail.privacy_accounting import ApproximatePrivacy
from longtail.trials import SubsetDesign, TrialSet, run_trials

RATES = np.array([0.001, 0.01])


def main() -> None:
    dataset = load_dataset("fashion-mnist").sample(5_000)
    learner = DPSGD(inner=CompiledMLP(), epsilon=3.0, delta=1e-5, low=0.0, high=255.0)
    design = SubsetDesign(n_trials=128, fraction=0.5, seed=0, kind="independent")
    guarantee = Ceiling.of_run(TrialSet.of(dataset, learner, design).identity)
    assert guarantee is not None
    outcomes = run_trials(learner, dataset, design, jobs=2)
    inside = outcomes.inclusion
    print(f"right on {outcomes.correct[inside].mean():.2%} of included examples, on", end=" ")
    print(f"{outcomes.correct[~inside].mean():.2%} of those left out")
    print(f"{'':40} {'TPR at 0.1 %':>24} {'TPR at 1 %':>24}")
    for name, ceiling in {
        "ceiling of (3, 1e-5)": ApproximatePrivacy(epsilon=3.0, delta=1e-5).attack_ceiling(RATES),
        "ceiling of the exact privacy loss": guarantee.ceiling(RATES),
    }.items():
        print(f"{name:40} {ceiling[0]:24.2%} {ceiling[1]:24.2%}")
    for scores in (lira(outcomes), lira(outcomes, variance="pooled")):
        curve = roc(scores)
        low, high = curve.tpr_at_0_1_percent.scaled(100), curve.tpr_at_1_percent.scaled(100)
        print(f"{curve.attack:40} {low!s:>23}% {high!s:>23}%")


if __name__ == "__main__":
    main()
