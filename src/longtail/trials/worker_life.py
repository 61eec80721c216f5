"""Worker processes: what joblib is told of them, so that none outlives its parent, and none leaves a warning behind."""

import os
from typing import Any, Literal

from joblib.parallel import get_active_backend

from longtail.parent_watch import end_with_parent

__all__ = ["settings_of_workers", "start_tracker"]


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
