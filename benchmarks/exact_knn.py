"""Nearest neighbors' memorization on all of Fashion-MNIST: exactly, by presorted lists, and by scikit-learn fits.

    python benchmarks/exact_knn.py

Needs Fashion-MNIST (``apt-get install dataset-fashion-mnist``). The baseline is what the definition asks for: fit
``KNeighborsClassifier`` on each of 2,000 random subsets and predict all 60,000 examples; three subsets are fitted, each
predicts a random sample, and the time is scaled up. Beside it stands the clever simulation: neighbor lists are made
once, and for each subset every example walks down its list until k members are found.
"""

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray
from sklearn.neighbors import KNeighborsClassifier
from threadpoolctl import threadpool_limits

from longtail.cli.printing import out, print_table
from longtail.dataset import load_dataset
from longtail.neighbours import nearest_neighbours
from longtail.scores.exact_knn import exact_knn_memorization, n_ranks_needed

K, FRACTION, N_SUBSETS = 5, 0.7, 2000
N_FITS, N_PREDICTED, N_SIMULATED = 3, 2000, 200


def timed(act: Callable[..., Any], *arguments: Any, **options: Any) -> tuple[float, Any]:
    start = time.process_time()
    answer = act(*arguments, **options)
    return time.process_time() - start, answer


def fit_and_predict(X: NDArray[np.float32], y: NDArray[np.int64], seed: int) -> None:
    draws = np.random.default_rng(seed)
    subset = draws.permutation(len(X))[: round(FRACTION * len(X))]
    predicted = draws.permutation(len(X))[:N_PREDICTED]
    KNeighborsClassifier(K).fit(X[subset], y[subset]).predict(X[predicted])


@njit
def walk_lists(indices: Any, y: Any, included: Any, n_classes: int, k: int) -> Any:
    right = np.zeros(len(y), np.bool_)
    votes = np.zeros(n_classes, np.int64)
    for i in range(len(y)):
        votes[:] = 0
        n_votes = 0
        if included[i]:
            votes[y[i]] += 1
            n_votes = 1
        for j in indices[i]:
            if n_votes == k:
                break
            if included[j]:
                votes[y[j]] += 1
                n_votes += 1
        right[i] = votes.argmax() == y[i]
    return right


def simulate(indices: NDArray[np.int64], y: NDArray[np.int64], n_subsets: int) -> tuple[Any, Any]:
    """How often each example was out, and right when it was."""
    draws = np.random.default_rng(0)
    n_out, n_right_out = np.zeros(len(y)), np.zeros(len(y))
    for _ in range(n_subsets):
        included = np.zeros(len(y), bool)
        included[draws.permutation(len(y))[: round(FRACTION * len(y))]] = True
        right = walk_lists(indices, y, included, int(y.max()) + 1, K)
        n_out += ~included
        n_right_out += right & ~included
    return n_out, n_right_out


def main() -> None:
    data = load_dataset("fashion-mnist")
    X, y = np.ascontiguousarray(data.X, np.float32), data.y
    few = slice(0, 300)  # compiles the kernels, which is not what is measured
    exact_knn_memorization(X[few], y[few], K, FRACTION)
    simulate(nearest_neighbours(X[few], 40)[0], y[few], 1)

    by_fits = np.median([timed(fit_and_predict, X, y, seed)[0] for seed in range(N_FITS)])
    by_fits *= len(X) / N_PREDICTED * N_SUBSETS
    making_lists, lists = timed(nearest_neighbours, X, n_ranks_needed(len(X), K, FRACTION))
    by_formula, exact = timed(exact_knn_memorization, X, y, K, FRACTION, lists=lists)
    by_walks, (n_out, n_right_out) = timed(simulate, lists[0], y, N_SIMULATED)
    by_walks *= N_SUBSETS / N_SIMULATED

    def row(title: str, seconds: float, error: str) -> tuple[str, ...]:
        return title, f"{seconds:,.3g} s", f"{by_fits / seconds:,.4g}x", error

    rows = [
        row(f"{N_SUBSETS} scikit-learn fits, extrapolated", by_fits, "0.02 (SE)"),
        row("2000 walks down presorted lists", making_lists + by_walks, "0.02 (SE)"),
        row("exact, lists included", making_lists + by_formula, "none"),
        row("exact, lists at hand", by_formula, "none"),
    ]
    title = f"Memorization of {len(X):,} examples, k = {K}, subsets of {FRACTION:.0%}"
    print_table(title, ("way", "CPU time", "ratio", "error up to"), rows)
    out.print(f"The lists, {lists[0].shape[1]} neighbors each: {making_lists:.1f} s.")
    is_random = (exact.correct_out > 0.05) & (exact.correct_out < 0.95)
    spread = np.sqrt(exact.correct_out * (1 - exact.correct_out) / n_out)[is_random]
    z = (n_right_out / n_out - exact.correct_out)[is_random] / spread
    out.print(
        f"Simulated frequencies of {len(z):,} examples lie {np.sqrt(np.mean(z**2)):.3f} standard errors (rms) off."
    )


if __name__ == "__main__":
    with threadpool_limits(limits=1):
        sys.exit(main())
