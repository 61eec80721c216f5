"""The store at the scale of Fashion-MNIST: 70,000 examples, 200 trials measured, 2,000 extrapolated.

    python benchmarks/trial_store.py [--trials 200] [--examples 70000]

Trials are made up (random bits and margins: what a real margin compresses to is no better), so that nothing but the
store is timed. Every row is measured in one run, beside the plain work that it cannot do without: writing the same
bytes with one ``write`` and ``fsync`` a trial.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np

from longtail.cli.printing import out, print_table
from longtail.trials import MEMORY_BUDGET, TrialSet, TrialStore
from longtail.trials.collect import bytes_of_outcomes
from longtail.trials.record import TrialRecord
from longtail.trials.trial_file import encoded

TRAIN_SHARE = 6 / 7
TARGET = 2000
LOOKED_AT = 50


def made_up(trial: int, n_train: int, n_all: int) -> TrialRecord:
    rng = np.random.default_rng(trial)
    return TrialRecord(
        trial=trial,
        inclusion=rng.random(n_train, np.float32) < 0.7,
        correct=rng.random(n_all, np.float32) < 0.9,
        margin=rng.standard_normal(n_all, np.float32).astype(np.float16),
        confidence=rng.standard_normal(n_all, np.float32).astype(np.float16),
    )


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def plain_write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def peak_memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(folder: Path, n_trials: int, n_all: int) -> list[tuple[str, str, str]]:
    n_train = round(TRAIN_SHARE * n_all)
    store = TrialStore(folder / "trials", TrialSet(identity={"data": {"n_train": n_train, "n_test": n_all - n_train}}))
    store.prepare()
    records = (made_up(trial, n_train, n_all) for trial in range(n_trials))
    appends, floors = [], []
    for record in records:
        appends.append(seconds(lambda record=record: store.append(record)))
        content = encoded(record, "0" * 16)
        floors.append(seconds(lambda content=content: plain_write(folder / "plain", content)))
    size = sum(file.stat().st_size for file in store.folder.glob("[0-9]*.npz"))
    factor, tenth = TARGET / n_trials, max(n_trials // 10, 1)
    check, before = seconds(store.damaged), peak_memory()
    read = seconds(store.outcomes)
    table = bytes_of_outcomes(n_trials, n_train, n_all) / 1e6
    grown = (peak_memory() - before) * 1.048576
    turn = seconds(lambda: store.example(0))
    columns = (store.folder / "columns.npy").stat().st_size
    looked = [seconds(lambda i=i: store.example(i)) for i in np.random.default_rng(0).integers(0, n_all, LOOKED_AT)]
    mapped = seconds(lambda: store.outcomes(memory=0))
    first, last = median(appends[:tenth]), median(appends[-tenth:])
    return [
        ("append a trial", f"{median(appends) * 1e3:.1f} ms", "the same"),
        ("  plain write and fsync of its bytes", f"{median(floors) * 1e3:.1f} ms", "the same"),
        ("  first tenth, last tenth of them", f"{first * 1e3:.1f} ms, {last * 1e3:.1f} ms", "the same"),
        ("disk", f"{size / 1e6:.0f} MB", f"{factor * size / 1e6:.0f} MB"),
        ("check every checksum", f"{check:.2f} s", f"{factor * check:.1f} s"),
        ("read the table", f"{read:.2f} s", f"{factor * read:.1f} s"),
        ("  its size; memory taken", f"{table:.0f} MB; {grown:.0f} MB", f"{factor * table:.0f} MB"),
        ("  the same beyond the memory budget", f"{mapped:.2f} s", f"{factor * mapped:.1f} s"),
        ("turn into columns, once", f"{turn:.2f} s", f"{factor * turn:.1f} s"),
        ("  disk", f"{columns / 1e6:.0f} MB", f"{factor * columns / 1e6:.0f} MB"),
        ("read one example in all trials", f"{median(looked) * 1e3:.2f} ms", "the same and 8 kB"),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=200)
    parser.add_argument("--examples", type=int, default=70_000)
    parser.add_argument("--folder", type=Path, help="Where to write; a temporary folder by default.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        rows = measured(Path(folder), options.trials, options.examples)
    title = f"{options.examples:,} examples, {options.trials} trials measured"
    print_table(title, ("", "measured", f"{TARGET:,} trials, extrapolated"), rows)
    budget = MEMORY_BUDGET / 1e9
    out.print(f"The table is held in memory up to {budget:g} GB, then mapped from a nameless file.")


if __name__ == "__main__":
    sys.exit(main())
