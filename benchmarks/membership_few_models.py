"""The attack with shrunken moments beside LiRA and RMIA at 8, 16 and 32 models, paired: the same models, one by one.

    OMP_NUM_THREADS=1 python benchmarks/membership_few_models.py [digits] [fashion-mnist] [--store FOLDER]

Digits: 320 networks; Fashion-MNIST: 5,000 examples, 192 networks; each trained on half of the examples, by fair coins.
They are dealt into sets of K that share no network; in a set each is attacked by the others, and an example counts with
three models on each side. LiRA and RMIA are given all that the other attack is given, although they refuse examples
with fewer than eight models on a side. Rates are means over sets. Intervals of 95 % are paired: sets and examples are
drawn again together, 200 times, the same for all attacks. Networks are kept in the folder, if one is given.
"""

import argparse
from pathlib import Path

import numpy as np

from longtail.dataset import load_dataset
from longtail.learners.mlp.compiled_mlp import CompiledMLP
from longtail.membership import attack_scores, lira, rmia, shrunken_lira
from longtail.outcomes import Outcomes
from longtail.trials import SubsetDesign, run_trials

DATA = {"digits": (None, 320), "fashion-mnist": (5_000, 192)}
SIZES = (8, 16, 32)
ATTACKS = {
    "LiRA, shrunken": shrunken_lira,
    "LiRA, pooled variance": lambda table: lira(table, variance="pooled"),
    "LiRA": lira,
    "RMIA": rmia,
}
RATES = (0.001, 0.01, 0.1)
REPLICATES = 200


def trained(name, store):
    size, n_trials = DATA[name]
    dataset = load_dataset(name) if size is None else load_dataset(name).sample(size)
    design = SubsetDesign(kind="independent", n_trials=n_trials, fraction=0.5, seed=0)
    return run_trials(CompiledMLP(), dataset, design, store and store / name, jobs=1)


class Attacked:
    """One attack on one set: scores in falling order, whose they are, and where ties end."""

    def __init__(self, made, rows):
        scored = ~np.isnan(made.score)
        score = made.score[scored]
        order = np.argsort(-score)
        self.example = np.broadcast_to(rows, scored.shape)[scored][order]
        self.member = made.inclusion[scored][order]
        self.ends = np.append(np.flatnonzero(np.diff(score[order])), len(order) - 1)

    def numbers(self, weight):
        """True positives at each rate, and the area, with so much weight on each example."""
        own = weight[self.example]
        true, false = (np.cumsum(own * side)[self.ends] for side in (self.member, ~self.member))
        true, false = (np.append(0.0, side) / side[-1] for side in (true, false))
        return [*np.interp(RATES, false, true), np.trapezoid(true, false)]


def attacked(outcomes, n_models):
    """All attacks on every set of so many models."""
    for first in range(0, outcomes.n_trials - n_models + 1, n_models):
        few = outcomes.restricted_to(np.arange(first, first + n_models))
        n_in = few.inclusion.sum(axis=0)
        kept = (n_in >= 3) & (n_models - n_in >= 3)
        table = Outcomes.from_arrays(
            few.inclusion[:, kept],
            few.correct[:, kept],
            confidence=few.confidence[:, kept],
            test_correct=few.test_correct,
            test_confidence=few.test_confidence,
        )
        yield [Attacked(attack(table), np.flatnonzero(kept)) for attack in ATTACKS.values()]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", default=list(DATA))
    parser.add_argument("--store", type=Path)
    asked = parser.parse_args()
    attack_scores.candidates.__defaults__ = (3,)  # LiRA and RMIA refuse fewer than eight models on a side
    for name in asked.names:
        outcomes = trained(name, asked.store)
        for n_models in SIZES:
            sets, rng = list(attacked(outcomes, n_models)), np.random.default_rng(n_models)
            plain = np.ones(outcomes.n_train)
            value = np.mean([[each.numbers(plain) for each in row] for row in sets], axis=0)
            again = []
            for _ in range(REPLICATES):
                weight = np.bincount(rng.integers(0, len(plain), len(plain)), minlength=len(plain))
                times = np.bincount(rng.integers(0, len(sets), len(sets)), minlength=len(sets))
                drawn = [(n, row) for n, row in zip(times, sets, strict=True) if n]
                again.append(sum(n * np.array([each.numbers(weight) for each in row]) for n, row in drawn) / len(sets))
            report(name, n_models, len(sets), value, np.array(again))


def report(name, n_models, n_sets, value, again):
    print(f"\n{name}, {n_models} models, {n_sets} sets: true positives at 0.1, 1 and 10 % false positives, area (%)")
    for k, attack in enumerate(ATTACKS):
        told = " ".join(f"{100 * x:7.2f}" for x in value[k])
        if k:
            low, high = np.quantile(again[:, 0, 0] / again[:, k, 0], (0.025, 0.975))
            told += f"   ratio at 0.1 % {value[0, 0] / value[k, 0]:5.2f} [{low:.2f}, {high:.2f}]   more by"
            for j in (1, 2, 3):
                low, high = 100 * np.quantile(again[:, 0, j] - again[:, k, j], (0.025, 0.975))
                told += f"  {100 * (value[0, j] - value[k, j]):.2f} [{low:.2f}, {high:.2f}]"
        print(f"  {attack:22} {told}", flush=True)


if __name__ == "__main__":
    main()
