"""Linear models on many subsets: all at once against scikit-learn, one after the other, to the same optimum.

    python benchmarks/trials_linear.py

64 subsets of 70 %, trained and evaluated on all examples, with one thread. scikit-learn fits the first few of them; its
time is the median of those. The ratio is to its fits at its own tolerance of 1e-4, with as many iterations as that
takes. The first batch includes what the next ones share, the fit of all examples and its curvature. "Off" is how far
the objective is above that of a reference, scikit-learn in double precision with a tolerance of 1e-8, and "labels" how
many predictions differ from the reference's; both per model, mean.
"""

import sys
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from longtail.cli.printing import out, print_table
from longtail.dataset import load_dataset
from longtail.errors import LongtailError
from longtail.trials import BatchedLogistic, SubsetDesign

N_SUBSETS, N_SEQUENTIAL, N_REFERENCES = 64, 3, 2
Scores = NDArray[np.floating[Any]]


@dataclass(frozen=True, kw_only=True)
class Case:
    title: str
    X: NDArray[np.float32]
    y: NDArray[np.int64]
    C: float

    def subsets(self) -> list[NDArray[np.int64]]:
        design = SubsetDesign(n_trials=N_SUBSETS)
        return [np.flatnonzero(design.inclusion(len(self.X), trial)) for trial in range(N_SUBSETS)]

    def fitted(self, members: NDArray[np.int64], dtype: type = np.float32, **settings: Any) -> tuple[Scores, Any]:
        pipeline = make_pipeline(StandardScaler(), LogisticRegression(C=self.C, **settings))
        X = self.X.astype(dtype)
        pipeline.fit(X[members], self.y[members])
        return pipeline.decision_function(X), pipeline[-1]


def sequential(case: Case, subsets: Sequence[NDArray[np.int64]], **settings: Any) -> tuple[float, list[Scores]]:
    times, scores = [], []
    for members in subsets[:N_SEQUENTIAL]:
        start = time.process_time()
        scores.append(case.fitted(members, **settings)[0])
        times.append(time.process_time() - start)
    return median(times), scores


def batched(case: Case, subsets: Sequence[NDArray[np.int64]]) -> tuple[float, list[Scores]]:
    learner = BatchedLogistic(C=case.C)
    start = time.process_time()
    answers = learner.fit_predict_many(
        case.X, case.y, subsets, case.X, n_classes=int(case.y.max()) + 1, seeds=range(len(subsets))
    )
    return (time.process_time() - start) / len(subsets), [answer.logits for answer in answers]


def objective(case: Case, members: NDArray[np.int64], scores: Scores) -> float:
    """Of scores alone: the penalty is that of the weights that make them, by least squares on standardized features."""
    X = StandardScaler().fit(case.X[members].astype(float)).transform(case.X.astype(float))
    centered = scores - scores.mean(axis=1, keepdims=True)
    weights = np.linalg.lstsq(np.column_stack([X, np.ones(len(X))]), centered, rcond=1e-10)[0][:-1]
    losses = logsumexp(scores, axis=1) - scores[np.arange(len(scores)), case.y]
    return float(losses[members].sum() + (weights**2).sum() / (2 * case.C))


def measured(case: Case) -> list[tuple[str, ...]]:
    subsets = case.subsets()
    tight: list[Scores] = [
        case.fitted(members, np.float64, tol=1e-8, max_iter=20_000)[0] for members in subsets[:N_REFERENCES]
    ]
    arms: dict[str, Callable[[], tuple[float, list[Scores]]]] = {
        "scikit-learn, max_iter 100": lambda: sequential(case, subsets),
        "scikit-learn": lambda: sequential(case, subsets, max_iter=10_000),
        "scikit-learn, tol 1e-5": lambda: sequential(case, subsets, max_iter=10_000, tol=1e-5),
        f"batch of {N_SUBSETS}": lambda: batched(case, subsets),
        f"next {N_SUBSETS}": lambda: batched(case, subsets),
    }
    results = {name: run() for name, run in arms.items()}
    usual = results["scikit-learn"][0]
    least = [objective(case, members, scores) for members, scores in zip(subsets, tight, strict=False)]
    rows = []
    for name, (seconds, scores) in results.items():
        pairs = list(zip(subsets, scores, tight, least, strict=False))
        off = np.mean([objective(case, members, found) - best for members, found, _, best in pairs])
        labels = np.mean([(found.argmax(axis=1) != good.argmax(axis=1)).sum() for _, found, good, _ in pairs])
        rows.append(
            (f"{case.title}: {name}", f"{seconds * 1e3:.4g} ms", f"{usual / seconds:.3g}x", f"{off:.2g}", f"{labels:g}")
        )
    return rows


def main() -> None:
    warnings.simplefilter("ignore", ConvergenceWarning)
    digits = load_dataset("digits")
    cases = [Case(title="digits", X=digits.X, y=digits.y, C=1.0)]
    try:
        fashion = load_dataset("fashion-mnist")
        cases.append(Case(title="Fashion", X=fashion.X[:10_000], y=fashion.y[:10_000], C=0.01))
    except LongtailError as missing:
        out.print(str(missing))
    BatchedLogistic().fit_predict(digits.X[:50], digits.y[:50], digits.X[:1], n_classes=10, seed=0)  # compiles
    rows = [row for case in cases for row in measured(case)]
    print_table(
        "Logistic regression on 64 subsets: digits at C = 1, the first 10,000 of Fashion-MNIST at C = .01",
        ("way", "time a model", "ratio", "off, nats", "labels"),
        rows,
    )


if __name__ == "__main__":
    with threadpool_limits(limits=1):
        sys.exit(main())
