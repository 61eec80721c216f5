"""Worker processes: what joblib is told of them, so that none outlives its parent, and none leaves a warning behind.

joblib keeps workers for the next call where it is told the same of them, and starts others where it is not.
"""

import os
from typing import Any, Literal

from joblib import Parallel
from joblib.parallel import get_active_backend

from longtail.parent_watch import end_with_parent

__all__ = ["settings_of_workers", "side_by_side", "start_tracker"]


def side_by_side(executor: Literal["threads", "processes"], jobs: int | None, return_as: str = "list") -> Any:
    """Return joblib's ``Parallel`` for tasks that are not trials of a set.

    Parameters
    ----------
    executor : {"threads", "processes"}
        What the learner prefers.
    jobs : int or None
        Tasks at a time; one for each core where it is None.
    return_as : str
        As for ``Parallel``.
    """
    n_jobs = -1 if jobs is None else jobs
    of_workers = settings_of_workers(executor) if n_jobs != 1 else {}
    if of_workers:
        start_tracker()
    return Parallel(n_jobs=n_jobs, prefer=executor, return_as=return_as, **of_workers)


def settings_of_workers(executor: Literal["threads", "processes"]) -> dict[str, Any]:
    """Return the additional settings of joblib's ``Parallel`` where its workers would be processes of loky.

    Parameters
    ----------
    executor : {"threads", "processes"}
        What the learner prefers.
    """
    backend, _ = get_active_backend(prefer=executor)
    if type(backend).__name__ != "LokyBackend":
        return {}
    return {"initializer": end_with_parent, "initargs": (os.getpid(),)}


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
