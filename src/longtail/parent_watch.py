"""A process that ends when its parent does, whatever ended that.

A worker of loky waits five minutes for more work before it looks around. Where the parent was killed, it would hold its
memory and, inherited, the parent's standard output for so long: the next command in a pipe waits. So each worker looks
every second whether its parent is still there, from its start on: this module imports nothing that takes long.
"""

import multiprocessing
import os
import time
from threading import Thread

__all__ = ["end_with_parent"]

_SECONDS_BETWEEN_LOOKS = 1.0


def end_with_parent(parent: int) -> None:
    """End this process soon after its parent. It is called in a worker before its first task.

    Parameters
    ----------
    parent : int
        Its process number.
    """
    Thread(target=_watch, args=(parent,), daemon=True, name="end with parent").start()


def _watch(parent: int) -> None:
    while not _is_gone(parent):
        time.sleep(_SECONDS_BETWEEN_LOOKS)
    os._exit(1)  # no process waits for results, and nothing here must be saved: the parent writes


def _is_gone(parent: int) -> bool:
    """Return whether another process, as a rule the system's first, has taken over from the parent."""
    if os.name == "nt":  # where a process keeps its parent's number for good
        held = multiprocessing.parent_process()
        return held is not None and not held.is_alive()
    return os.getppid() != parent
