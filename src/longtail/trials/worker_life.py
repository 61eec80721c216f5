"""The life of worker processes: one ends when its parent does, whatever ended that.

A worker of loky waits five minutes for more work before it looks around. Where the parent was killed, it would hold its
memory and, inherited, the parent's standard output for so long: the next command in a pipe waits. So each worker looks
every second whether its parent is still there, from its start on.
"""

import multiprocessing
import os
import time
from threading import Thread
from typing import Any, Literal

from joblib.parallel import get_active_backend

__all__ = ["end_with_parent", "settings_of_workers", "start_tracker"]

_SECONDS_BETWEEN_LOOKS = 1.0


def settings_of_workers(executor: Literal["threads", "processes"]) -> dict[str, Any]:
    """What joblib's ``Parallel`` is told besides, where its workers would be processes of loky.

    Parameters
    ----------
    executor : {"threads", "processes"}
        What the learner prefers.
    """
    backend, _ = get_active_backend(prefer=executor)
    if type(backend).__name__ != "LokyBackend":
        return {}
    return {"initializer": end_with_parent, "initargs": (os.getpid(),)}


def end_with_parent(parent: int) -> None:
    """End this process soon after its parent; called in a worker before its first task.

    Parameters
    ----------
    parent : int
        Its process number.
    """
    Thread(target=_watch, args=(parent,), daemon=True, name="end with parent").start()


def start_tracker() -> None:
    """Start the process that removes what a killed run leaves in shared memory, and let it do so without a warning."""
    from joblib.externals.loky.backend import resource_tracker

    before = os.environ.get("PYTHONWARNINGS")
    os.environ["PYTHONWARNINGS"] = ",".join([*([before] if before else []), "ignore:resource_tracker:UserWarning"])
    try:
        resource_tracker.ensure_running()
    finally:
        if before is None:
            del os.environ["PYTHONWARNINGS"]
        else:
            os.environ["PYTHONWARNINGS"] = before


def _watch(parent: int) -> None:
    while not _is_gone(parent):
        time.sleep(_SECONDS_BETWEEN_LOOKS)
    os._exit(1)  # nobody waits for results, and nothing here is worth saving: the parent writes


def _is_gone(parent: int) -> bool:
    """Whether somebody else, the system's first process as a rule, has taken over from the parent."""
    if os.name == "nt":  # where a process keeps its parent's number for good
        held = multiprocessing.parent_process()
        return held is not None and not held.is_alive()
    return os.getppid() != parent
