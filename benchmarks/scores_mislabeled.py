"""Label noise: are flipped examples at the top, and are they told from rare ones?

    python benchmarks/scores_mislabeled.py

Digits with 5 % of the labels flipped: how many of the flipped are within the top 7 % by memorization. The planted data
of ``tests/scores/test_mislabeled_or_rare.py``: area under the curve of each kind of evidence among memorized ones.
"""

import sys
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from longtail.cli.printing import print_table
from longtail.dataset import Dataset, load_dataset
from longtail.scores import memorization, mislabeled_or_rare
from longtail.trials import CompiledMLP, SubsetDesign, run_trials

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "scores"))
from test_mislabeled_or_rare import planted


def main() -> None:
    print_table(
        "Flipped labels of digits in the top 7 %", ("trials", "plain", "efficient"), map(flipped, (20, 50, 100))
    )
    columns = ("data", "score", "contradiction", "assurance", "harm", "flipped / rare")
    print_table("Mislabeled or rare, area under the curve", columns, map(separated, range(5)))


def flipped(n_trials: int) -> tuple[str, str, str]:
    digits = load_dataset("digits")
    rng = np.random.default_rng(0)
    chosen = rng.choice(digits.n_train, round(0.05 * digits.n_train), replace=False)
    y = digits.y.copy()
    y[chosen] = (y[chosen] + rng.integers(1, 10, len(chosen))) % 10
    noisy = Dataset.from_arrays(digits.X, y, digits.X_test, digits.y_test)
    outcomes = run_trials(CompiledMLP(), noisy, SubsetDesign(n_trials=n_trials), jobs=2)
    shares = []
    for estimator in ("difference", "efficient"):
        value = memorization(outcomes, estimator=estimator).value
        top = np.argsort(-value, kind="stable")[: round(0.07 * digits.n_train)]
        shares.append(f"{np.isin(chosen, top).mean():.1%}")
    return str(n_trials), *shares


def separated(seed: int) -> tuple[str, ...]:
    data, flipped, group, _ = planted(seed)
    outcomes = run_trials(CompiledMLP(hidden=32), data, SubsetDesign(n_trials=120), jobs=2)
    asked = np.flatnonzero((flipped | (group >= 12)) & (memorization(outcomes).value >= 0.25))
    found = mislabeled_or_rare(outcomes, data.X, data.y, data.X_test, asked)
    truth = flipped[asked]
    parts = (found.score, found.contradiction, found.assurance, found.harm)
    return (
        f"planted, seed {seed}",
        *(f"{roc_auc_score(truth, x):.3f}" for x in parts),
        f"{truth.sum()} / {(~truth).sum()}",
    )


if __name__ == "__main__":
    main()
