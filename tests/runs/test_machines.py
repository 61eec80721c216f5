"""What differs between machines: systems without Linux's own calls, links in the place of locks, one writer a store."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import joblib
import numpy as np
import pytest
import threadpoolctl
from sklearn.naive_bayes import GaussianNB

from longtail.dataset import load_dataset
from longtail.errors import BusyRunError, DamagedRunError, InputError
from longtail.machine import cores, held, one_thread, reserve
from longtail.study import RunFolder
from longtail.trials import SubsetDesign, run_trials

SOURCE = Path(__file__).parents[2] / "src"
WHERE_KERNELS_ARE = {  # and in how many threads products are made: neither is a matter of the system
    name: os.environ[name] for name in ("NUMBA_CACHE_DIR", "OPENBLAS_NUM_THREADS") if name in os.environ
}
ELSEWHERE = """
import os, sys

for name in ("sched_getaffinity", "posix_fallocate"):
    delattr(os, name)

class Without:
    def find_spec(self, name, path=None, target=None):
        if name == "fcntl":
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Without())
sys.modules.pop("fcntl", None)
import warnings
warnings.simplefilter("ignore")  # filelock says that it falls back to a file's mere existence
from longtail.cli import main

for words in (
    ["plan", "iris", "--trials", "20"],
    ["audit", "iris", "--trials", "20", "--limit-trials", "5", "--tail-trials", "0", "--out", sys.argv[1]],
    ["scores", sys.argv[1]],
    ["report", sys.argv[1]],
):
    assert main(words) == 0, words
from longtail.study import RunFolder

from pathlib import Path

store = RunFolder(Path(sys.argv[1])).trials()
store.outcomes(memory=0)  # a table on the disk, and columns: both take their room without posix_fallocate
store.example(3)
"""


def test_an_audit_runs_without_what_linux_alone_has(tmp_path):
    """As on Windows: no affinities, no ``fcntl``, no reserved room."""
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, str(tmp_path / "run")],
        env={"PYTHONPATH": str(SOURCE), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path), **WHERE_KERNELS_ARE},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "run" / "report.html").exists()


def test_cores_are_what_joblib_counts():
    assert cores() == joblib.cpu_count() >= 1


def test_room_is_zeros_whether_reserved_or_written(tmp_path, monkeypatch):
    sizes = {}
    for way in ("reserved", "written"):
        if way == "written":
            monkeypatch.delattr("os.posix_fallocate")
        with (tmp_path / way).open("wb") as file:
            file.write(b"head")
            file.flush()
            reserve(file, 4, 3_000_000)
            reserve(file, 4, 0)
        sizes[way] = (tmp_path / way).read_bytes()
    assert sizes["reserved"] == sizes["written"] == b"head" + bytes(3_000_000)


def test_a_link_in_the_place_of_a_lock_is_not_followed(tmp_path):
    run, precious = tmp_path / "run", tmp_path / "precious.txt"
    run.mkdir()
    precious.write_text("all my work")
    (run / ".lock").symlink_to(precious)
    with pytest.raises(InputError, match=r"\.lock must be a file of longtail's own; got a link"), held(run):
        pass
    (run / ".lock").unlink()
    (run / ".lock").mkdir()
    with pytest.raises(InputError, match="got no file"), held(run):
        pass
    assert precious.read_text() == "all my work"


def test_a_folder_is_held_by_one_thread_which_may_hold_it_again(tmp_path):
    said = []

    def other():
        try:
            with held(tmp_path):
                said.append("held by two")
        except BusyRunError as error:
            said.append(str(error))

    with held(tmp_path), held(tmp_path):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert said == [f"another process is writing to {tmp_path}. Wait for it, or choose another folder for out."]
    with held(tmp_path):
        pass


def _replace(lock):
    """As by somebody who removed the folder and began anew."""
    lock.rename(lock.with_name("old"))
    lock.touch()


def test_a_folder_that_is_removed_meanwhile_is_an_error(tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    with pytest.raises(DamagedRunError, match="was removed, in whole or in part"), held(run):
        (run / ".lock").unlink()
    with pytest.raises(DamagedRunError, match="was removed"), held(run):
        _replace(run / ".lock")


def test_trials_from_python_take_the_lock(tmp_path):
    iris, design = load_dataset("iris"), SubsetDesign(n_trials=5)
    ready, done = threading.Event(), threading.Event()

    def hold():
        with RunFolder(tmp_path).writing():
            ready.set()
            done.wait(60)

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        assert ready.wait(60)
        with pytest.raises(BusyRunError, match="another process is writing"):
            run_trials(GaussianNB(), iris, design, store=tmp_path, jobs=1)
    finally:
        done.set()
        thread.join()
    assert run_trials(GaussianNB(), iris, design, store=tmp_path, jobs=1).n_trials == 5


def test_trials_that_vanish_while_others_run_are_an_error(tmp_path):
    iris, design = load_dataset("iris"), SubsetDesign(n_trials=8)

    def vanish(finished, _planned):
        if finished == 5:
            next(tmp_path.glob("trials/*/000001.npz")).unlink()

    with pytest.raises(DamagedRunError, match="1 trials that were finished are no longer in"):
        run_trials(GaussianNB(), iris, design, store=tmp_path, jobs=1, progress=vanish)
    again = run_trials(GaussianNB(), iris, design, store=tmp_path, jobs=1)
    assert np.array_equal(again.correct, run_trials(GaussianNB(), iris, design, jobs=1).correct)


def test_products_have_one_thread_in_the_block_and_libraries_are_looked_for_again_after_an_import(monkeypatch):
    made, libraries = [], threadpoolctl.ThreadpoolController()

    class Counted(threadpoolctl.ThreadpoolController):
        def __init__(self):
            made.append(1)
            super().__init__()

    monkeypatch.setattr("threadpoolctl.ThreadpoolController", Counted)
    monkeypatch.setitem(sys.modules, "imported_just_now", sys)  # whatever was kept before is of fewer modules
    with libraries.limit(limits=2):
        for _ in range(2):
            with one_thread():
                assert {library["num_threads"] for library in libraries.info()} == {1}
        assert len(made) == 1
        monkeypatch.setitem(sys.modules, "imported_later", sys)
        with one_thread():
            assert len(made) == 2
        assert {library["num_threads"] for library in libraries.info()} == {2}


def test_the_library_that_compiled_kernels_load_by_themselves_has_one_thread_too():
    """Otherwise every network of a first study trains with as many threads as there are cores."""
    code = (
        "import threadpoolctl\n"
        "from longtail.machine import one_thread\n"
        "with threadpoolctl.threadpool_limits(2), one_thread():\n"
        "    import scipy.linalg.cython_blas\n"
        "    print({library['num_threads'] for library in threadpoolctl.threadpool_info()})\n"
    )
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**environment, "PYTHONPATH": str(SOURCE), "OPENBLAS_NUM_THREADS": "2"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "{1}\n"
