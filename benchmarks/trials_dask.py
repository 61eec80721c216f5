"""Trials on a Dask cluster of two workers over TCP, beside joblib's own processes and threads on the same two cores.

    python benchmarks/trials_dask.py [--trials 2000] [--rounds 3] [--kill]

Boosted trees on breast-cancer, two jobs everywhere; needs the extra ``dask``. Told are wall clock and CPU time of all
processes (workers, scheduler and client), start and end of the cluster apart; what a trial costs beyond joblib; and the
bytes of results that workers sent for a trial. With ``--kill`` one worker gets SIGKILL on the way, which must change no
outcome. Ratios are medians of the rounds' ratios. On a machine that others use, CPU time is the fairer one.
"""

import argparse
import logging
import os
import signal
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import joblib
import numpy as np
from distributed import Client, LocalCluster

from longtail import BoostedTrees
from longtail.cli.printing import out, print_table
from longtail.dataset import load_dataset
from longtail.outcomes import Outcomes
from longtail.trials import SubsetDesign, run_trials


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--kill", action="store_true")
    given = parser.parse_args()
    design, data = SubsetDesign(n_trials=given.trials), load_dataset("breast-cancer")

    def work(store: str, progress: Any = None) -> Outcomes:
        return run_trials(BoostedTrees(), data, design, store, jobs=2, progress=progress)

    run_trials(BoostedTrees(), data, SubsetDesign(n_trials=40), jobs=2)  # Compiles, once on a machine.
    cluster = LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        protocol="tcp://",
        dashboard_address=None,
        silence_logs=logging.CRITICAL,
    )
    rounds: list[tuple[float, float, float, float]] = []
    with TemporaryDirectory() as folder, cluster, Client(cluster) as client:
        with joblib.parallel_config(backend="dask"):
            run_trials(BoostedTrees(), data, SubsetDesign(n_trials=40, seed=1), jobs=2)
        workers = list(client.run(os.getpid).values())
        before = sent(client)

        def kill(finished: int, _planned: int) -> None:
            if given.kill and finished == min(100, given.trials // 2):
                os.kill(workers[0], signal.SIGKILL)

        for number in range(1 if given.kill else given.rounds):
            plain, *spent = measured(partial(work, f"{folder}/joblib-{number}"), [os.getpid()])
            with joblib.parallel_config(backend="dask"):
                there, *more = measured(partial(work, f"{folder}/dask-{number}", kill), [os.getpid(), *workers])
            rounds.append((*spent, *more))
            for name in ("inclusion", "correct", "margin", "test_correct"):
                assert np.array_equal(getattr(plain, name), getattr(there, name)), name
        per_trial = (sent(client) - before) / (given.trials * len(rounds))
    wall, cpu, wall_there, cpu_there = map(median, zip(*rounds, strict=True))
    print_table(
        f"{given.trials:,} trials of boosted trees, 569 rows, {len(rounds)} rounds by turns",
        ("where", "wall", "CPU", "results sent"),
        [
            ("joblib", f"{wall:.1f} s", f"{cpu:.1f} s", "-"),
            (
                "Dask, two workers",
                f"{wall_there:.1f} s",
                f"{cpu_there:.1f} s",
                "one killed" if given.kill else f"{per_trial:,.0f} bytes a trial",
            ),
        ],
    )
    by_clock = median(there / here for here, _, there, _ in rounds)
    by_cpu = median(there / here for _, here, _, there in rounds)
    extra = median(1e3 * (there - here) / given.trials for _, here, _, there in rounds)
    out.print(f"Dask / joblib: {by_clock:.2f} by the clock, {by_cpu:.2f} in CPU time ({extra:.2f} ms a trial).")


def measured(work: Callable[[], Outcomes], processes: list[int]) -> tuple[Outcomes, float, float]:
    wall, cpu = time.perf_counter(), cpu_of(processes)
    outcomes = work()
    return outcomes, time.perf_counter() - wall, cpu_of(processes) - cpu


def cpu_of(processes: list[int]) -> float:
    """CPU seconds of processes and their children that have ended; one that is gone counts nothing."""
    total = 0.0
    for process in processes:
        file = Path(f"/proc/{process}/stat")
        if file.exists():
            fields = file.read_text().rpartition(")")[2].split()
            total += sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return total


def sent(client: Client) -> int:
    """Bytes of results that the workers sent so far, whoever they went to."""
    return sum(client.run(outgoing).values())


def outgoing(dask_worker: Any) -> int:
    return int(dask_worker.transfer_outgoing_bytes_total)


if __name__ == "__main__":
    main()
