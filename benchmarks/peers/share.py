"""What every arm is given, a share of the subsets, and what it gives back: who was how often right, in and out.

    python ARM.py WORK FIRST LAST

Each arm runs in an environment of its own, so nothing here needs more than NumPy.
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import numpy as np


@dataclass
class Share:
    """Trials ``first`` to ``last`` - 1 of the study."""

    work: Path
    first: int
    last: int
    X: np.ndarray
    y: np.ndarray
    inclusion: np.ndarray

    @property
    def n_classes(self) -> int:
        return int(self.y.max()) + 1

    @property
    def subsets(self) -> list[np.ndarray]:
        return [np.flatnonzero(row) for row in self.inclusion]


@dataclass
class Tally:
    """Models that were right on each example, among those trained with and without it; NaN where nobody looked."""

    right_in: np.ndarray
    n_in: np.ndarray
    right_out: np.ndarray
    n_out: np.ndarray

    @classmethod
    def of(cls, inclusion: np.ndarray, correct: np.ndarray) -> "Tally":
        """The tally of a table of trials by examples."""
        out = ~inclusion
        return cls((correct & inclusion).sum(0), inclusion.sum(0), (correct & out).sum(0), out.sum(0))


def run(name: str, packages: tuple[str, ...], work_on: Callable[[Share], Tally]) -> None:
    """Time one arm on its share, and write what it found."""
    work, first, last = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    with np.load(work / "study.npz") as study:
        share = Share(work, first, last, study["X"], study["y"], study["inclusion"][first:last])
    work_on(replace(share, last=first + 1, inclusion=share.inclusion[:1]))  # warm: what is loaded or compiled once
    wall, cpu = time.perf_counter(), time.process_time()
    tally = work_on(share)
    seconds = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    np.savez(work / f"{name}-{first}.npz", **vars(tally))
    print(json.dumps({"seconds": seconds, "versions": {package: version(package) for package in packages}}))
