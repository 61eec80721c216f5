"""Coverage of memorization's intervals where performance is a squared error, against many more trials.

    python benchmarks/regression_coverage.py [--rows 20000] [--trials 60] [--more 600]

``--rows 0`` leaves the large table out.

Of a learner, ``more`` trials say what memorization is; the others, in blocks of ``trials``, say how often intervals
hold it. What more trials do not know either is allowed for: an interval is widened by the root of 1 + trials / more.
"""

import argparse

import numpy as np
from sklearn.datasets import load_diabetes, make_friedman1
from sklearn.linear_model import Ridge
from sklearn.neighbors import KNeighborsRegressor
from sklearn.tree import DecisionTreeRegressor

from longtail.cli.printing import print_table
from longtail.dataset import Dataset
from longtail.learners import BoostedRegressor
from longtail.scores import memorization
from longtail.trials import SubsetDesign, run_trials

BLOCKS = 5


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--trials", type=int, default=60)
    parser.add_argument("--more", type=int, default=600)
    asked = parser.parse_args()
    diabetes = load_diabetes()
    small = Dataset.from_arrays(diabetes.data, diabetes.target, task="regression", name="diabetes")
    worlds: list[tuple[Dataset, str, object]] = [
        (small, "ridge", Ridge(0.1)),
        (small, "boosting", BoostedRegressor()),
        (small, "tree", DecisionTreeRegressor(min_samples_leaf=3)),
        (small, "nearest neighbor", KNeighborsRegressor(1)),
    ]
    if asked.rows:
        X, y = make_friedman1(asked.rows, noise=1.0, random_state=0)
        large = Dataset.from_arrays(X, y, task="regression", name=f"friedman1, {asked.rows:,} rows")
        worlds.append((large, "boosting", BoostedRegressor(n_trees=30)))
        worlds.append((large, "tree", DecisionTreeRegressor(min_samples_leaf=3)))
    rows = []
    for data, name, learner in worlds:
        more = asked.more if data is small else asked.more // 3
        covered, mean, significant = coverage(data, learner, asked.trials, more)
        rows.append((data.name, name, f"{covered:.1%}", f"{mean:.3f}", f"{significant:,} of {data.n_train:,}"))
    title = f"95 % intervals of {asked.trials} trials"
    print_table(title, ("data", "learner", "coverage", "mean memorization", "significant"), rows)


def coverage(data: Dataset, learner: object, trials: int, more: int) -> tuple[float, float, int]:
    blocks = BLOCKS if data.n_train < 5_000 else 2
    design = SubsetDesign(n_trials=more + blocks * trials, seed=0)
    outcomes = run_trials(learner, data, design, jobs=1)
    truth = memorization(outcomes.restricted_to(slice(blocks * trials, None)))
    held = []
    for block in range(blocks):
        scores = memorization(outcomes.restricted_to(slice(block * trials, (block + 1) * trials)))
        wider = np.sqrt(1 + trials / more)
        low = scores.value - wider * (scores.value - scores.low)
        high = scores.value + wider * (scores.high - scores.value)
        held.append((low <= truth.value) & (truth.value <= high))
    return float(np.mean(held)), float(np.nanmean(truth.value)), int((truth.q_value <= 0.05).sum())


if __name__ == "__main__":
    main()
