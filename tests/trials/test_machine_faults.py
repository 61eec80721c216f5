"""What the machine did is no learner's failure: it is tried again, or stops the run, and is never stored."""

import errno
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from longtail.dataset import load_dataset
from longtail.errors import MachineError
from longtail.learners.learner import Predictions
from longtail.machine_faults import blames_the_machine, machine_fault
from longtail.randomness import integer_seed
from longtail.trials import SubsetDesign, TrialSet, TrialStore, run_trials
from longtail.trials.record import failed_record

DESIGN = SubsetDesign(n_trials=8)


@pytest.fixture(scope="module")
def iris():
    return load_dataset("iris")


@dataclass(frozen=True)
class Unlucky:
    """Raises what it is told to, as often as it is told to, and otherwise always guesses class 0."""

    error: ClassVar[Exception | None] = None
    times: ClassVar[int] = 0
    only: ClassVar[int | None] = None  # the seed of the one trial that it fails in
    name: ClassVar[str] = "unlucky"
    version: ClassVar[str] = "1"
    executor: ClassVar[str] = "threads"

    def describe(self):
        return {}

    def fit_predict(self, X, y, X_eval, *, n_classes, seed):
        if type(self).times and type(self).only in (None, seed):
            type(self).times -= 1
            raise type(self).error
        return Predictions(labels=np.zeros(len(X_eval), np.int64), logits=None)


@pytest.fixture
def failing(monkeypatch):
    def told(error, times):
        monkeypatch.setattr(Unlucky, "error", error)
        monkeypatch.setattr(Unlucky, "times", times)

    return told


def _chained():
    try:
        try:
            raise MemoryError
        except MemoryError as error:
            raise ValueError("no model") from error
    except ValueError as error:
        return error


FAULTS = [
    MemoryError("Unable to allocate 5 GiB"),
    np._core._exceptions._ArrayMemoryError((10**9, 10**6), np.dtype(float)),
    OSError(errno.ENOSPC, "No space left on device", "/tmp/cache"),
    OSError(errno.EMFILE, "Too many open files"),
    RuntimeError("[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory"),
    RuntimeError("can't start new thread"),
    OSError("libllvmlite.so: failed to map segment from shared object"),  # of the loader, without a number
    _chained(),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda error: type(error).__name__)
def test_a_fault_of_the_machine_stops_the_run_and_is_not_stored(iris, tmp_path, failing, fault):
    failing(fault, 100)
    with pytest.raises(MachineError, match=r"^the machine.* Finished trials are kept: make room"):
        run_trials(Unlucky(), iris, DESIGN, store=tmp_path, jobs=1)
    assert not list(tmp_path.glob("trials/*/*.npz"))
    failing(None, 0)
    assert run_trials(Unlucky(), iris, DESIGN, store=tmp_path, jobs=1).n_trials == 8


def test_what_passes_is_tried_again_and_leaves_the_bytes_of_a_quiet_run(iris, tmp_path, failing):
    failing(MemoryError(), 1)
    run_trials(Unlucky(), iris, DESIGN, store=tmp_path / "unlucky", jobs=1)
    failing(None, 0)
    run_trials(Unlucky(), iris, DESIGN, store=tmp_path / "quiet", jobs=1)
    files = [{path.name: path.read_bytes() for path in (tmp_path / run).rglob("*.*")} for run in ("unlucky", "quiet")]
    assert files[0] == files[1]


@pytest.mark.parametrize("error", [ValueError("no"), FileNotFoundError(errno.ENOENT, "gone"), RuntimeError("diverged")])
def test_a_learners_own_failure_stays_one(iris, failing, monkeypatch, error):
    failing(error, 9)
    monkeypatch.setattr(Unlucky, "only", integer_seed(DESIGN.seed, "learner", 5))
    assert machine_fault(error) == ""
    assert run_trials(Unlucky(), iris, DESIGN, jobs=1).n_trials == 7


def test_faults_that_an_earlier_version_stored_are_run_again(iris, tmp_path, caplog):
    trial_set = TrialSet.of(iris, Unlucky(), DESIGN)
    store = TrialStore(tmp_path / "trials" / trial_set.key, trial_set)
    store.prepare()
    for trial, error in enumerate([*FAULTS[:3], EOFError("Ran out of input"), ValueError("no")]):
        store.append(failed_record(trial, DESIGN.inclusion(iris.n_train, trial), error))
    assert run_trials(Unlucky(), iris, DESIGN, store=tmp_path, jobs=1).n_trials == 7
    assert "4 trials in" in caplog.text
    assert store.read(4).failure == "ValueError: no"


def test_reasons_are_told_apart_by_their_words():
    assert all(blames_the_machine(f"{type(error).__name__}: {error}") for error in FAULTS[:4])
    assert not blames_the_machine("ValueError: [Errno] 28")
