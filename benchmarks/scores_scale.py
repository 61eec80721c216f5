"""Time and memory of scores at full scale: 60,000 examples over 4,000 trials, and 600 million pairs over 2,000.

    python benchmarks/scores_scale.py

Tables are random; one test example in twenty is moved by a training example, so that there is something to find.
"""

import resource
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from longtail.cli.printing import out, print_table
from longtail.outcomes import Outcomes
from longtail.scores import influence, memorization, significant_influence

N, N_TEST = 60_000, 10_000


def main() -> None:
    rng = np.random.default_rng(0)
    rows = []
    table = _table(rng, 4000, 0)
    rows.append(_timed("memorization, 60,000 x 4,000", lambda: memorization(table)))
    del table
    _timed("compile", lambda: significant_influence(_table(rng, 64, 10)))
    table = _table(rng, 2000, N_TEST)
    rows.append(_timed("strongest 5 of each, 60,000 x 10,000 x 2,000", lambda: influence(table)))
    rows.append(_timed("all significant pairs, the same", lambda: significant_influence(table)))
    found = significant_influence(table)
    print_table("Scores at full scale", ("what", "wall", "CPU", "peak memory so far"), rows)
    out.print(f"{len(found.train):,} of {found.n_pairs:,} pairs are significant; {N_TEST // 20} are real.")


def _table(rng: np.random.Generator, n_trials: int, n_test: int) -> Outcomes:
    inclusion = rng.random((n_trials, N), np.float32) < 0.7
    correct = inclusion | (rng.random((n_trials, N), np.float32) < 0.9)
    test_correct = rng.random((n_trials, n_test), np.float32) < 0.85
    moved = np.arange(0, n_test, 20)
    test_correct[:, moved] &= inclusion[:, moved] | (rng.random((n_trials, len(moved))) < 0.7)
    return Outcomes.from_arrays(inclusion, correct, test_correct=test_correct)


def _timed(what: str, work: Callable[[], Any]) -> tuple[str, str, str, str]:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return what, f"{wall:.1f} s", f"{cpu:.1f} s", f"{peak:.2f} GiB"


if __name__ == "__main__":
    main()
