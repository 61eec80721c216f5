"""Networks whose fitted examples wait, beside networks that visit every example in every epoch.

    python benchmarks/trials_waiting.py           # digits, breast cancer and 5,000 of Fashion-MNIST
    python benchmarks/trials_waiting.py whole     # one network of each on all of Fashion-MNIST, and of wide-mlp
    python benchmarks/trials_waiting.py wide      # the same networks on 5,000 of it, sixty each

Both are trained by turns on the same subsets with other seeds. CPU time a model, evaluation included; accuracy on the
included, the left out and the test examples; and how memorization agrees with that of ordinary runs of other seeds and
subsets: the first column for ordinary runs, the second for those that wait. Needs Fashion-MNIST (``apt-get install
dataset-fashion-mnist``).
"""

import sys
import time
from typing import Any

import numpy as np
from sklearn.datasets import load_breast_cancer

from longtail.cli.printing import print_table
from longtail.dataset import Dataset, load_dataset
from longtail.outcomes import Outcomes
from longtail.scores import memorization
from longtail.trials import CompiledMLP, SubsetDesign, run_trials

COLUMNS = ("data, trials", "rule", "CPU a model", "included", "left out", "test", "agreement")
RULES = {"every epoch": {"longest_wait": 0}, "fitted examples wait": {}}
WIDE = {"hidden": 128, "batch_size": 64}
ONE_ROUND = {"one round, a floor of the rate": {"epochs": 30, "longest_wait": 16, "rate_floor": 0.2}}


def main() -> None:
    if sys.argv[1:] == ["whole"]:
        rows = compared("Fashion-MNIST", load_dataset("fashion-mnist"), 1, WIDE, RULES | ONE_ROUND)
        return print_table("One network on 42,000 examples", COLUMNS, rows)
    if sys.argv[1:] == ["wide"]:
        data = load_dataset("fashion-mnist").sample(5_000)
        rows = compared("Fashion-MNIST, 5,000", data, 60, WIDE, RULES | ONE_ROUND)
        return print_table("128 units, batches of 64", COLUMNS, rows)
    rows = compared("digits", load_dataset("digits"), 1_000, {})
    X, y = load_breast_cancer(return_X_y=True)
    rows += compared("breast cancer", Dataset.from_arrays(X[:400], y[:400], X[400:], y[400:]), 1_000, {})
    rows += compared("Fashion-MNIST, 5,000", load_dataset("fashion-mnist").sample(5_000), 24, {})
    print_table("Agreement: correlation of memorization with that of other ordinary runs", COLUMNS, rows)
    return None


def compared(
    title: str, data: Dataset, n_trials: int, settings: dict[str, Any], rules: dict[str, dict[str, Any]] = RULES
) -> list[tuple[str, ...]]:
    beside, _ = trained(data, n_trials, {**settings, "longest_wait": 0}, seed=1)
    rows = []
    for rule, of_rule in rules.items():
        outcomes, seconds = trained(data, n_trials, settings | of_rule, seed=0)
        left_out = ~outcomes.inclusion
        shares = (outcomes.correct[outcomes.inclusion], outcomes.correct[left_out], outcomes.test_correct)
        agreement = np.corrcoef(memorization(outcomes).value, memorization(beside).value)[0, 1] if n_trials > 1 else 0
        rows.append(
            (
                f"{title}, {n_trials:,}",
                rule,
                f"{seconds / n_trials * 1000:,.1f} ms",
                *(f"{np.mean(share):.2%}" for share in shares),
                f"{agreement:.4f}" if n_trials > 1 else "",
            )
        )
    return rows


def trained(data: Dataset, n_trials: int, settings: dict[str, Any], seed: int) -> tuple[Outcomes, float]:
    CompiledMLP(max_epochs=10).fit_predict(data.X[:50], data.y[:50], data.X[:9], n_classes=data.n_classes, seed=0)
    start = time.process_time()
    design = SubsetDesign(n_trials=max(n_trials, SubsetDesign(n_trials=20).least_trials), seed=seed)
    outcomes = run_trials(CompiledMLP(**settings), data, design, trials=range(n_trials), jobs=1)
    return outcomes, time.process_time() - start


if __name__ == "__main__":
    main()
