"""Boosted trees of squared error beside scikit-learn's histogram boosting at the same settings: R² and CPU time.

    python benchmarks/boosted_regressor.py

Three quarters of each table are trained on, one quarter is predicted; one thread, compiled beforehand.
"""

import time
from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_diabetes, make_friedman1
from sklearn.ensemble import HistGradientBoostingRegressor

from longtail.cli.printing import print_table
from longtail.learners import BoostedRegressor
from longtail.machine import one_thread


def main() -> None:
    rows = []
    with one_thread():
        for name, (X, y) in tables().items():
            n = 3 * len(y) // 4
            plain = HistGradientBoostingRegressor(early_stopping=False)
            ours, mine = timed(partial(predicted, X, y, n))
            theirs, its = timed(lambda X=X, y=y, n=n, plain=plain: plain.fit(X[:n], y[:n]).predict(X[n:]))
            quality = [f"{1 - ((found - y[n:]) ** 2).mean() / y[n:].var():.4f}" for found in (ours, theirs)]
            rows.append((name, f"{len(y):,}", *quality, f"{1000 * mine:.0f} ms", f"{its / mine:.1f}"))
    columns = ("table", "rows", "R², ours", "R², scikit-learn's", "CPU, ours", "scikit-learn's, times")
    print_table("100 trees of 31 leaves", columns, rows)


def predicted(X: NDArray[np.float32], y: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    return BoostedRegressor().fit_predict(X[:n], y[:n], X[n:], n_classes=0, seed=0).values


def tables() -> dict[str, tuple[NDArray[np.float32], NDArray[np.float64]]]:
    diabetes = load_diabetes()
    X, y = make_friedman1(20_000, noise=1.0, random_state=0)
    fewer, z = make_friedman1(6_000, noise=1.0, random_state=1)
    noise = np.random.default_rng(0).standard_cauchy(6_000)
    fewer = fewer.astype(np.float32)
    return {
        "diabetes": (diabetes.data.astype(np.float32), diabetes.target),
        "Friedman's function": (X.astype(np.float32), y),
        "its exponential": (fewer, np.exp(z / 3)),
        "with Cauchy noise": (fewer, z + noise),
        "a thousandth of it above a million": (fewer, 1e-3 * z + 1e6),
    }


def timed(train: Callable[[], NDArray[np.float64]]) -> tuple[NDArray[np.float64], float]:
    train()
    start = time.process_time()
    return train(), time.process_time() - start


if __name__ == "__main__":
    main()
