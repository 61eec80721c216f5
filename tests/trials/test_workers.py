"""Workers that are killed with SIGKILL in the middle of a run: no trial lost, none counted twice, the same bits."""

import logging
import os
import signal
from contextlib import contextmanager

import joblib
import numpy as np
import pytest
from joblib.externals.loky import reusable_executor
from sklearn.ensemble import RandomForestClassifier

from forked import preload
from longtail.dataset import load_dataset
from longtail.trials import SubsetDesign, campaign, run_trials

DESIGN = SubsetDesign(n_trials=24)
LEARNER = RandomForestClassifier(n_estimators=30)
KILL_AFTER = 4


@pytest.fixture(scope="module")
def iris():
    return load_dataset("iris")


@pytest.fixture(scope="module")
def quiet(iris):
    return run_trials(LEARNER, iris, DESIGN, jobs=1)


def _same(a, b):
    fields = ("inclusion", "correct", "test_correct", "margin", "confidence", "trial_numbers")
    return all(np.array_equal(getattr(a, field), getattr(b, field)) for field in fields)


class _Killer:
    """A progress callback that kills a process once, after a few trials."""

    def __init__(self, pids):
        self.pids, self.seen = pids, []

    def __call__(self, finished, planned):
        self.seen.append(finished)
        if finished == KILL_AFTER:
            os.kill(self.pids()[0], signal.SIGKILL)


def test_a_killed_process_of_this_machine(iris, quiet, tmp_path):
    killer = _Killer(lambda: list(reusable_executor._executor._processes))
    outcomes = run_trials(LEARNER, iris, DESIGN, tmp_path, jobs=2, progress=killer)
    assert killer.seen == list(range(DESIGN.n_trials + 1))
    assert _same(outcomes, quiet)


@contextmanager
def forks_of_dask():
    """Workers are forked from a process that has imported what they need. A new interpreter each took 25 s in all."""
    import dask
    from distributed.utils import get_mp_context

    with dask.config.set({"distributed.worker.multiprocessing-method": "forkserver"}):
        get_mp_context()  # says what the server imports; ours replaces it
        preload()
        yield


def test_a_killed_worker_of_a_dask_cluster(iris, quiet, tmp_path):
    distributed = pytest.importorskip("distributed", reason="the extra dask is not installed")
    with (
        forks_of_dask(),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=logging.CRITICAL
        ) as cluster,
        distributed.Client(cluster) as client,
        joblib.parallel_config(backend="dask"),
    ):
        killer = _Killer(lambda: list(client.run(os.getpid).values()))
        outcomes = run_trials(LEARNER, iris, DESIGN, tmp_path, progress=killer)
    assert killer.seen == list(range(DESIGN.n_trials + 1))
    (folder,) = (tmp_path / "trials").iterdir()
    assert len(list(folder.glob("[0-9]*.npz"))) == DESIGN.n_trials
    assert _same(outcomes, quiet)


def test_workers_that_keep_dying_end_the_run_with_one_line(iris, monkeypatch):
    def dying(*_):
        raise joblib.externals.loky.process_executor.TerminatedWorkerError("killed")

    monkeypatch.setattr(campaign, "Parallel", lambda **_: dying)
    with pytest.raises(campaign.WorkersDiedError, match=r"died 3 times .* with 24 trials to go"):
        run_trials(LEARNER, iris, DESIGN, jobs=2)
