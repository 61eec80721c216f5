"""How the cost of everything after the trials grows with the data: CPU time, peak memory, and the exponent of growth.

    python benchmarks/growth.py [--rows 10000,30000,100000] [--trials 100] [--stages tail,scores,report] [--wide]

Runs are made by writing outcomes, not by training: each example has its own difficulty and its own memorization; one
test example in twenty is moved by a training example. The data are 20 columns around kinds that are as rare as
Zipf's law says, in ten classes, a quarter as many test rows beside. Every stage is a command in its own process, on
one thread, start-up included; its peak memory is the process's. The exponent is the slope of the time without start-up
(the time at 1,000 rows) between two sizes that follow one another. ``--wide`` adds 10,000 rows by 4,000 trials.
"""

import argparse
import contextlib
import math
import os
import sys
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from longtail.cli.printing import out, print_table
from longtail.dataset import load_dataset
from longtail.runs.masks import write_masks
from longtail.runs.measure import DataSource
from longtail.runs.run_folder import RunFolder
from longtail.trials import SubsetDesign
from longtail.trials.record import TrialRecord

STAGES = {
    "tail": "tail {data}",
    "scores": "scores {run}",
    "scores, efficient": "scores {run} --estimator efficient",
    "coupling": "coupling {run}",
    "membership": "membership {run}",
    "mislabeled": "mislabeled {run} --models 0",
    "report": "report {run}",
}
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
FEW = 1000
WIDE_ROWS, WIDE_TRIALS = 10_000, 4_000
CLASSES, COLUMNS = 10, 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", default="10000,30000,100000")
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--stages", default=",".join(STAGES), help="names before the comma choose all that begin so")
    parser.add_argument("--wide", action="store_true")
    parser.add_argument("--folder", type=Path, default=None, help="keep the runs here; those that are here are used")
    given = parser.parse_args()
    sizes = [FEW, *(int(rows) for rows in given.rows.split(","))]
    wanted = given.stages.split(",")
    stages = {name: command for name, command in STAGES.items() if name.split(",")[0] in wanted}
    with contextlib.ExitStack() as stack:
        folder = given.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        spent: dict[str, list[tuple[float, float]]] = {name: [] for name in stages}
        for rows in sizes:
            data, run = made(folder, rows, given.trials)
            for name, command in stages.items():
                spent[name].append(cost(command.format(data=data, run=run)))
                out.print(f"{rows:,} rows, {name}: {spent[name][-1][0]:.1f} s, {spent[name][-1][1]:,.0f} MB")
            if (run / "report.html").exists():
                out.print(f"{rows:,} rows: a page of {(run / 'report.html').stat().st_size / 1e6:.1f} MB")
        print_table(
            f"CPU seconds, MB and exponent of growth, {given.trials} trials, by rows",
            ("stage", *(f"{rows:,}" for rows in sizes)),
            [row(name, sizes, costs) for name, costs in spent.items()],
        )
        if given.wide:
            _, run = made(folder, WIDE_ROWS, WIDE_TRIALS)
            seconds, megabytes = cost(STAGES["membership"].format(run=run))
            out.print(f"membership, {WIDE_ROWS:,} x {WIDE_TRIALS:,}: {seconds:.1f} s, {megabytes:,.0f} MB")


def row(name: str, sizes: list[int], costs: list[tuple[float, float]]) -> tuple[str, ...]:
    start_up = costs[0][0]
    cells = [f"{costs[0][0]:.1f} s, {costs[0][1]:,.0f} MB"]
    for place in range(1, len(sizes)):
        told = f"{costs[place][0]:.1f} s, {costs[place][1]:,.0f} MB"
        if place > 1:
            added = [max(costs[k][0] - start_up, 1e-3) for k in (place - 1, place)]
            told += f", {math.log(added[1] / added[0]) / math.log(sizes[place] / sizes[place - 1]):.2f}"
        cells.append(told)
    return name, *cells


def cost(command: str) -> tuple[float, float]:
    """CPU seconds and peak memory in MB of ``longtail COMMAND``."""
    arguments = [sys.executable, "-m", "longtail.cli", *command.split()]
    silent = os.open(os.devnull, os.O_WRONLY)
    to_nowhere = [(os.POSIX_SPAWN_DUP2, silent, stream) for stream in (1,)]
    process = os.posix_spawn(sys.executable, arguments, {**os.environ, **ONE_THREAD}, file_actions=to_nowhere)
    os.close(silent)
    _, status, used = os.wait4(process, 0)
    if status:
        raise SystemExit(f"longtail {command} failed")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def made(folder: Path, rows: int, n_trials: int) -> tuple[Path, Path]:
    """A data set of so many training rows and its run, without findings."""
    data, run = folder / f"rows{rows}.npz", folder / f"run{rows}x{n_trials}"
    folder.mkdir(parents=True, exist_ok=True)
    if not data.exists():
        np.savez(data, **arrays(rows, rows // 4))
    if not run.exists():
        source, dataset = DataSource(data=str(data)), load_dataset(str(data))
        design = SubsetDesign(n_trials=n_trials, seed=0)
        write_masks(source, dataset, design, run, "written")
        store = RunFolder(run).trials()
        store.prepare()
        rates = np.random.default_rng(1).beta(1.2, 0.15, rows + rows // 4)
        for trial in range(n_trials):
            store.append(record(trial, design.inclusion(rows, trial, None), rates))
    for name in ("findings.json", "examples.json.gz", "report.html"):
        (run / name).unlink(missing_ok=True)
    return data, run


def arrays(n: int, n_test: int) -> dict[str, NDArray[np.generic]]:
    rng = np.random.default_rng(0)
    kinds = np.minimum(rng.zipf(1.5, n + n_test), 10**6)
    sites = np.empty((n + n_test, COLUMNS), np.float32)
    names, place = np.unique(kinds, return_inverse=True)
    sites = rng.normal(size=(len(names), COLUMNS)).astype(np.float32)[place]
    X = sites + 0.2 * rng.normal(size=sites.shape).astype(np.float32)
    y = rng.integers(0, CLASSES, len(names))[place]
    y[:CLASSES] = np.arange(CLASSES)  # No class is without an example.
    return {"X": X[:n], "y": y[:n], "X_test": X[n:], "y_test": y[n:]}


def record(trial: int, inclusion: NDArray[np.bool_], rates: NDArray[np.float64]) -> TrialRecord:
    rng = np.random.default_rng((2, trial))
    n = len(inclusion)
    right = rng.random(len(rates)) < rates
    right[:n] |= inclusion
    moved = np.arange(n, len(rates), 20)
    right[moved] &= inclusion[moved - n] | (rng.random(len(moved)) < 0.7)
    level = 4 * rates + rng.normal(size=len(rates))
    level[:n] += np.where(inclusion, 2 * (1 - rates[:n]), 0)
    margin = np.where(right, np.abs(level) + 0.01, -np.abs(level) - 0.01).astype(np.float16)
    return TrialRecord(
        trial=trial, inclusion=inclusion, correct=right, margin=margin, confidence=level.astype(np.float16)
    )


if __name__ == "__main__":
    main()
