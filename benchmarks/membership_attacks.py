"""Attacks: how fast, how biased at few models, how strong on an overfitted network, and what removal does to the rest.

    python benchmarks/membership_attacks.py

The table of 60,000 x 256 is made, not trained. Fashion-MNIST: 5,000 examples, 128 networks each trained on half of them
until they fit. Digits: 128 models a side.
"""

import resource
import time

import numpy as np

from longtail.dataset import load_dataset
from longtail.experiments.onion import onion
from longtail.learners.mlp.compiled_mlp import CompiledMLP
from longtail.membership import lira, rmia, roc
from longtail.outcomes import Outcomes
from longtail.trials import SubsetDesign, run_trials


def made_table(n_trials, n, gap, seed=0):
    rng = np.random.default_rng(seed)
    inclusion = np.argsort(rng.random((n_trials, n)), axis=0) < n_trials // 2
    confidence = np.empty((n_trials, n), np.float16)
    for row, inside in zip(confidence, inclusion, strict=True):
        row[:] = rng.normal(size=n) + gap * inside
    return Outcomes.from_arrays(inclusion, confidence > 0, confidence=confidence)


def timed(name, work):
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    print(f"{name:28} {time.perf_counter() - wall:6.1f} s wall {time.process_time() - cpu:6.1f} s CPU")
    return result


def speed() -> None:
    outcomes = made_table(256, 60_000, 1.0)
    print("60,000 examples x 256 models, leave-one-trial-out")
    scores = timed("LiRA, online", lambda: lira(outcomes))
    timed("its curve with intervals", lambda: roc(scores))
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


def bias() -> None:
    print("\nNothing leaks, balanced design, 20,000 examples: true-positive rate at 1 % false positives, and area")
    for n_trials in (20, 32, 64, 128):
        outcomes = made_table(n_trials, 20_000, 0.0, seed=n_trials)
        for name, matched in (("as published", False), ("matched", True)):
            curve = roc(lira(outcomes, matched=matched))
            print(f"{n_trials:4} models, {name:13} {curve.tpr_at_1_percent.value:7.3%} {curve.auc!s:>24}")


def fashion() -> None:
    dataset = load_dataset("fashion-mnist").sample(5_000)
    start = time.perf_counter()
    outcomes = run_trials(CompiledMLP(), dataset, SubsetDesign(n_trials=128, fraction=0.5, seed=0), jobs=2)
    fitted, left_out = outcomes.correct[outcomes.inclusion].mean(), outcomes.correct[~outcomes.inclusion].mean()
    print(f"\nFashion-MNIST, 5,000 examples, 128 models in {time.perf_counter() - start:.0f} s:", end=" ")
    print(f"right on {fitted:.2%} of included examples, {left_out:.2%} of those left out")
    print(f"{'attack':28} {'TPR at 0.1 %':>24} {'TPR at 1 %':>24} {'AUC':>24}")
    for scores in (lira(outcomes), lira(outcomes, variance="pooled"), lira(outcomes, "offline"), rmia(outcomes)):
        curve = roc(scores)
        low, high = curve.tpr_at_0_1_percent, curve.tpr_at_1_percent
        print(f"{curve.attack:28} {low.scaled(100)!s:>23}% {high.scaled(100)!s:>23}% {curve.auc!s:>24}")


def removal() -> None:
    found = onion(load_dataset("digits"), CompiledMLP(), n_trials=128, share=0.05)
    print(f"\nDigits, {found.n_trials} models a side, {found.n_removed} most memorized removed (5 %)")
    print(f"rank correlation of memorization and exposure, across halves: {found.correlation}")
    print(f"exposure of the removed, before: {found.removed_before}")
    for name, layer in (("all that remain", found.remaining), ("next in line", found.next_layer)):
        print(f"{name} ({layer.n_examples}): before {layer.before}")
        for act, arm in (("removed", layer.removal), (f"labels at epsilon {found.epsilon:g}", layer.privatization)):
            print(
                f"  {act}: {arm.after_memorized}, matched {arm.after_matched}; effect {arm.effect}, change {arm.change}"
            )


if __name__ == "__main__":
    speed()
    bias()
    fashion()
    removal()
