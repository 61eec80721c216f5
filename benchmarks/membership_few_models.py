"""The attack with shrunken moments beside LiRA and RMIA at 8, 16 and 32 models, paired: the same models, one by one.

    python benchmarks/membership_few_models.py [digits|fashion-mnist]

Digits: 320 networks; Fashion-MNIST: 5,000 examples, 192 networks; each trained on half of the examples, by fair coins.
Of these K are drawn, again and again; an example counts in a draw with three models on each side. LiRA and RMIA are
given all that the other attack is given, although they refuse examples with fewer than eight models on a side.
"""

import sys

import numpy as np

from longtail.dataset import load_dataset
from longtail.learners.mlp.compiled_mlp import CompiledMLP
from longtail.membership import attack_scores, lira, rmia, roc, shrunken_lira
from longtail.outcomes import Outcomes
from longtail.trials import SubsetDesign, run_trials

DATA = {"digits": (None, 320, {8: 24, 16: 12, 32: 8}), "fashion-mnist": (5_000, 192, {8: 10, 16: 8, 32: 5})}
ATTACKS = {
    "LiRA, shrunken": shrunken_lira,
    "LiRA, pooled variance": lambda table: lira(table, variance="pooled"),
    "LiRA": lira,
    "RMIA": rmia,
}


def drawn(outcomes, n_models, rng):
    """A few of the models, and the examples that have three of them on each side."""
    few = outcomes.restricted_to(rng.choice(outcomes.n_trials, n_models, replace=False))
    n_in = few.inclusion.sum(axis=0)
    kept = (n_in >= 3) & (n_models - n_in >= 3)
    return Outcomes.from_arrays(
        few.inclusion[:, kept],
        few.correct[:, kept],
        confidence=few.confidence[:, kept],
        test_correct=few.test_correct,
        test_confidence=few.test_confidence,
    )


def main() -> None:
    attack_scores.candidates.__defaults__ = (3,)  # LiRA and RMIA refuse fewer than eight models on a side
    for name in sys.argv[1:] or DATA:
        size, n_trials, draws = DATA[name]
        dataset = load_dataset(name) if size is None else load_dataset(name).sample(size)
        design = SubsetDesign(kind="independent", n_trials=n_trials, fraction=0.5, seed=0)
        outcomes = run_trials(CompiledMLP(), dataset, design)
        for n_models, n_draws in draws.items():
            rng = np.random.default_rng(n_models)
            found = {attack: [] for attack in ATTACKS}
            for _ in range(n_draws):
                table = drawn(outcomes, n_models, rng)
                for attack, made in ATTACKS.items():
                    curve = roc(made(table))
                    numbers = (curve.tpr_at_0_1_percent, curve.tpr_at_1_percent, curve.auc)
                    found[attack].append([each.value for each in numbers])
            tables = {attack: np.array(rows) for attack, rows in found.items()}
            print(
                f"\n{name}, {n_models} models, {n_draws} draws: true positives at 0.1 % and 1 % false positives, area"
            )
            new = tables["LiRA, shrunken"]
            for attack, rows in tables.items():
                low, rate, area = rows.mean(axis=0)
                ratio = new[:, 0].mean() / max(low, 1e-9)
                wins = (new >= rows).all(axis=1).sum()
                told = f"{low:7.2%} {rate:7.2%} {area:6.3f}  ratio at 0.1 % {ratio:6.2f}  not below in {wins}"
                print(f"  {attack:22} {told}", flush=True)


if __name__ == "__main__":
    main()
