"""Processes of tests that are forked from a server, which has imported once what each of them needs.

A fresh interpreter takes seconds of a processor to import scikit-learn and numba before it does anything. Tests of how
a command starts and ends have a fresh one; tests of the work in it need none.
"""

import multiprocessing
import os
import runpy
import signal
import sys
from collections.abc import Callable
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


def script(*words: str) -> multiprocessing.process.BaseProcess:
    """Start a script with its arguments, as ``python`` would."""
    return _started(_script, words)


def typed(
    words: tuple[str, ...], folder: Path, said: Path, largest_file: int | None = None
) -> multiprocessing.process.BaseProcess:
    """Start a command line in ``folder``, in a process group of its own, whose standard error is the file ``said``.

    The system may refuse it files of more than ``largest_file`` bytes.
    """
    return _started(_typed, words, folder, said, largest_file)


def _started(function: Callable[..., None], *arguments: object) -> multiprocessing.process.BaseProcess:
    preload()
    process = CONTEXT.Process(target=function, args=arguments)
    process.start()
    return process


def _script(words: tuple[str, ...]) -> None:
    sys.argv = list(words)
    runpy.run_path(words[0], run_name="__main__")


def _typed(words: tuple[str, ...], folder: Path, said: Path, largest_file: int | None) -> None:
    os.setsid()
    os.chdir(folder)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where tests run in the background
    if largest_file is not None:
        import resource  # not on every system

        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    with said.open("wb") as errors, Path(os.devnull).open("wb") as nowhere:
        os.dup2(errors.fileno(), 2)
        os.dup2(nowhere.fileno(), 1)
    sys.path.insert(0, "")
    sys.argv = ["longtail", *words]
    from longtail.cli import main

    sys.exit(main())
