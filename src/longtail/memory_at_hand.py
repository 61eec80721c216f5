"""Memory that this process may still take: what is free, and what its limits leave of it.

Limits are those of the process (``ulimit -v``), and those of the group that it runs in, as containers and batch systems
set them (control groups of Linux, of either version). A page of a file that is kept for another read counts as free.
Where a system says none of this, nothing limits.
"""

import math
import os
from collections.abc import Iterator
from pathlib import Path

from longtail.errors import MachineError

__all__ = ["memory_at_hand", "require_memory_to_start"]

_TO_START = 500_000_000
"""Bytes of the libraries of a study. With little less, OpenBLAS tries for ever to take its buffers."""


_GROUPS = Path("/sys/fs/cgroup")
_OF_GROUPS = (
    ("", "memory.max", "memory.current", "inactive_file"),
    ("memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
)
"""Of the second and the first version: where they are, the file of the limit, of what is used, and what is kept."""


def memory_at_hand() -> float:
    """Return how many bytes this process may still take. It is infinite where no one says."""
    return max(0.0, min([_free(), _left_of_process(), *_left_of_groups()]))


def require_memory_to_start() -> None:
    """Refuse to begin a study in too little memory for its libraries, before they are loaded.

    Raises
    ------
    MachineError
        If so.
    """
    if (at_hand := memory_at_hand()) < _TO_START:
        needed, found = (f"{size / 1e6:.0f} MB" for size in (_TO_START, at_hand))
        raise MachineError(
            f"the machine's memory was not enough: a study takes {needed} before it begins, and {found} are at hand. "
            "Make room, or raise the limit (ulimit -v)."
        )


def _free() -> float:
    """Return what the machine has free, as Linux says it. Elsewhere it is all that it has."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        return 1024.0 * next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable"))
    except (OSError, StopIteration, ValueError):
        pass
    try:
        return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (AttributeError, OSError, ValueError):
        return math.inf


def _left_of_process() -> float:
    """Return what ``ulimit -v`` leaves, which counts addresses, used or not."""
    try:
        import resource  # here, as Windows has none

        most = resource.getrlimit(resource.RLIMIT_AS)[0]
        if most == resource.RLIM_INFINITY:
            return math.inf
        return most - float(int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize())
    except (ImportError, OSError, ValueError):
        return math.inf


def _left_of_groups() -> Iterator[float]:
    """Yield what each control group that this process is in leaves, with those around it."""
    try:
        given = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return
    places = {names: place.lstrip("/") for _, names, place in (line.split(":", 2) for line in given)}
    for names, limit, used, kept in _OF_GROUPS:
        if (inner := places.get(names)) is None:
            continue
        top = _GROUPS / names
        for folder in [top / inner, *(top / inner).parents]:
            if folder == top.parent:
                break
            yield _left_of_group(folder, limit, used, kept)


def _left_of_group(folder: Path, limit: str, used: str, kept: str) -> float:
    try:
        most = float((folder / limit).read_text())
        stat = dict(line.split(" ", 1) for line in (folder / "memory.stat").read_text().splitlines())
        return most - float((folder / used).read_text()) + float(stat.get(kept, 0))
    except (OSError, ValueError):  # "max", no such file, or none that may be read
        return math.inf
