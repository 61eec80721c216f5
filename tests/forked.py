"""Processes of tests that are forked from a server, which has imported once what each of them needs.

A fresh interpreter takes seconds of a processor to import scikit-learn and numba before it does anything. Tests of how
a command starts and ends have a fresh one; tests of the work in it need none.
"""

import multiprocessing
import os
import sys
from pathlib import Path

CONTEXT = multiprocessing.get_context("forkserver")
PRELOADED = [
    "distributed",
    "sklearn.ensemble",
    "sklearn.linear_model",
    "longtail.cli.application",
    "longtail.study.whole_audit",
]


def preload() -> None:
    """Let the server import before it forks. Without effect where it already runs."""
    CONTEXT.set_forkserver_preload(PRELOADED)


def typed(words: tuple[str, ...], folder: Path, said: Path) -> multiprocessing.Process:
    """Start a command line in ``folder``, in a process group of its own, whose standard error is the file ``said``."""
    preload()
    process = CONTEXT.Process(target=_typed, args=(words, folder, said))
    process.start()
    return process


def _typed(words: tuple[str, ...], folder: Path, said: Path) -> None:
    os.setsid()
    os.chdir(folder)
    with said.open("wb") as errors, Path(os.devnull).open("wb") as nowhere:
        os.dup2(errors.fileno(), 2)
        os.dup2(nowhere.fileno(), 1)
    sys.path.insert(0, "")
    sys.argv = ["longtail", *words]
    from longtail.cli import main

    sys.exit(main())
