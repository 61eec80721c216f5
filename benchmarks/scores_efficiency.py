"""How many models the efficient estimator needs, against thousands: error, top 1 %, coverage, and a figure.

    python benchmarks/scores_efficiency.py digits 8000 truth.npz
    python benchmarks/scores_efficiency.py fashion-mnist 5200 truth.npz     (2,000 training images)

The first run trains the models of the truth (minutes) and keeps their outcomes in the file. The truth is the plain
difference over three quarters of them or more; its own sampling variance is taken out of every squared error. Studies
of T trials are disjoint pieces of the rest, so that no model is in a study and in its truth; "independent draws" takes
T trials of that rest at random instead, so that no design balances them. "Covers" counts intervals as they stand.
"Equal models" is the number of trials at which the plain difference errs as much (log-log interpolation over the
measured T).
"""

import sys
import time
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from longtail.cli.printing import out, print_table
from longtail.dataset import Dataset, load_dataset
from longtail.outcomes import Outcomes
from longtail.scores import kernel_ridge_control, memorization
from longtail.trials import CompiledMLP, SubsetDesign, run_trials

SIZES = (20, 50, 100, 200, 400)
REPLICATES = 24
PLAIN, INDEPENDENT = "plain", "plain, independent draws"


def main(name: str, n_models: int, path: Path) -> None:
    data, learner = _data(name)
    if not path.exists():
        found = run_trials(learner, data, SubsetDesign(n_trials=n_models, seed=11), jobs=2)
        np.savez(path, inclusion=found.inclusion, correct=found.correct, margin=found.margin)
    with np.load(path) as held:
        everything = Outcomes.from_arrays(held["inclusion"], held["correct"], held["margin"])
    n_studied = max(SIZES) * max(1, min(REPLICATES, everything.n_trials // (4 * max(SIZES))))
    truth, noise = _truth(_part(everything, np.arange(n_studied, everything.n_trials)))
    everything = _part(everything, np.arange(n_studied))
    errors: dict[str, list[float]] = {}
    rows = []
    for size in SIZES:
        measured: dict[str, list[list[float]]] = {}
        for replicate in range(min(REPLICATES, everything.n_trials // size)):
            study = _part(everything, np.arange(replicate * size, (replicate + 1) * size))
            for method, scores in _estimates(study, data):
                measured.setdefault(method, []).append(_quality(scores, truth, noise))
            drawn = np.random.default_rng(replicate).choice(everything.n_trials, size, replace=False)
            scores = memorization(_part(everything, drawn))
            measured.setdefault(INDEPENDENT, []).append(_quality(scores, truth, noise))
        for method, values in measured.items():
            error, tolerant, strict, coverage, tail_coverage, width = np.mean(values, axis=0)
            errors.setdefault(method, []).append(error)
            texts = (
                f"{np.sqrt(error):.4f}",
                f"{tolerant:.2f} / {strict:.2f}",
                f"{coverage:.1%}",
                f"{tail_coverage:.1%}",
            )
            rows.append((str(size), method, *texts, f"{width:.3f}"))
    columns = ("T", "estimator", "error", "top 1 % within .02 / 0", "covers", "covers > .1", "width")
    print_table(f"{name}: against other models than the studied {everything.n_trials:,}", columns, rows)
    _equal_models(name, errors, path)


def _part(everything: Outcomes, trials: np.ndarray) -> Outcomes:
    return Outcomes.from_arrays(everything.inclusion[trials], everything.correct[trials], everything.margin[trials])


def _data(name: str) -> tuple[Dataset, CompiledMLP]:
    data = load_dataset(name)
    if name == "digits":
        return data, CompiledMLP()
    rng = np.random.default_rng(0)
    train, test = rng.permutation(data.n_train)[:2000], rng.permutation(data.n_test)[:500]
    few = Dataset.from_arrays(data.X[train], data.y[train], data.X_test[test], data.y_test[test])
    return few, CompiledMLP(epochs=20, max_epochs=20, batch_size=64)


def _truth(everything: Outcomes):
    scores = memorization(everything)
    p_in, p_out = scores.correct_in / scores.n_in, scores.correct_out / scores.n_out
    return scores.value, p_in * (1 - p_in) / scores.n_in + p_out * (1 - p_out) / scores.n_out


def _estimates(study: Outcomes, data: Dataset):
    yield PLAIN, memorization(study)
    yield "efficient", memorization(study, estimator="efficient")
    control = kernel_ridge_control(data.X, data.y, study.inclusion)
    yield "efficient + control", memorization(study, estimator="efficient", control=control)


def _quality(scores, truth, noise) -> list[float]:
    n_top = max(1, round(0.01 * len(truth)))
    line = np.sort(truth)[-n_top]
    top = np.argsort(-scores.value, kind="stable")[:n_top]
    covered = (scores.low <= truth) & (truth <= scores.high)
    error = max(float(np.nanmean((scores.value - truth) ** 2) - noise.mean()), 1e-9)
    hits = ((truth[top] >= line - 0.02).mean(), (truth[top] >= line).mean())
    return [error, *hits, covered.mean(), covered[truth > 0.1].mean(), np.nanmean(scores.high - scores.low)]


def _equal_models(name: str, errors: dict[str, list[float]], path: Path) -> None:
    figure = Figure(figsize=(5, 4), layout="constrained")
    axes = figure.subplots()
    for method, values in errors.items():
        axes.loglog(SIZES, _models_of(errors[PLAIN], values), "o-", label=method)
        if method in (PLAIN, INDEPENDENT):
            continue
        for reference in (PLAIN, INDEPENDENT):
            equal = _models_of(errors[reference], values)
            shares = ", ".join(f"T = {size}: {size / other:.0%}" for size, other in zip(SIZES, equal, strict=True))
            out.print(f"{method} needs of the models of {reference}: {shares}.")
    axes.set(xlabel="models", ylabel="plain models of equal error", title=name)
    axes.legend(frameon=False)
    figure.savefig(path.with_suffix(".svg"))
    data = _data(name)[0]
    start = time.process_time()
    kernel_ridge_control(data.X, data.y, np.ones((50, data.n_train), bool))
    out.print(f"The control variate costs {time.process_time() - start:.1f} s of CPU, once.")


def _models_of(reference: list[float], values: list[float]) -> np.ndarray:
    """How many models of the reference err as much; beyond the largest size its last slope goes on."""
    known, asked = np.log(reference)[::-1], np.log(values)
    slope = (known[0] - known[1]) / np.log(SIZES[-1] / SIZES[-2])
    inside = np.exp(np.interp(asked, known, np.log(SIZES)[::-1]))
    return np.where(asked < known[0], SIZES[-1] * np.exp((asked - known[0]) / slope), inside)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
