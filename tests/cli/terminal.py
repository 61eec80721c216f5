"""A command line in a process of its own, into a pipe or on a pretended terminal, as a user would run it."""

import os
import pty
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src"
SLEEPER = """
import time

import numpy as np

from longtail.learners.learner import Predictions


class Sleeper:
    name, version, executor = "sleeper", "1", "processes"

    def describe(self):
        return {"name": self.name}

    def fit_predict(self, X, y, X_eval, *, n_classes, seed):
        time.sleep(0.02)
        labels = np.full(len(X_eval), np.bincount(y).argmax())
        return Predictions(labels=labels, logits=4 * np.eye(n_classes)[labels])


learner = Sleeper()
"""


def environment(**changes: str) -> dict[str, str]:
    """The variables of this process, less those that say something about colors."""
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    return {**kept, "PYTHONPATH": str(SOURCE), "TERM": "xterm-256color", **changes}


def command(*words: object) -> list[str]:
    """Words for ``longtail``, or for Python where they start with ``-c``."""
    program = [] if words[:1] == ("-c",) else ["-m", "longtail.cli"]
    return [sys.executable, *program, *map(str, words)]


def sleeper(folder: Path) -> str:
    """Write a learner that trains in processes, sleeps rather than works and imports next to nothing; return its name.

    Of a study that is ended in its midst, only its processes matter.
    """
    (folder / "sleeper.py").write_text(SLEEPER, encoding="utf-8")
    return "sleeper:learner"


def in_a_pipe(*words: object, **changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*words), env=environment(**changes), capture_output=True, text=True, timeout=120, check=False
    )


def on_a_terminal(*words: object, **changes: str) -> tuple[int, str]:
    """Exit status, and everything that the terminal was sent."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(command(*words), env=environment(**changes), stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    sent = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # Linux says so when the other end is closed
            break
        if not piece:
            break
        sent += piece
    os.close(ours)
    return process.wait(timeout=120), sent.decode()
