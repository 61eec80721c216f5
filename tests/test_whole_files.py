"""Files that are read or written as a whole."""

import multiprocessing
import os
import signal

import pytest

from longtail.whole_files import regular, whole_file, write_atomically


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_is_refused_instead_of_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.npy")
    with pytest.raises(OSError, match=r"pipe\.npy is a pipe or a device"):
        regular(tmp_path / "pipe.npy")
    assert regular(tmp_path) == tmp_path
    assert regular(tmp_path / "none.npy") == tmp_path / "none.npy"  # Whoever opens it says that it is missing.


def _die_halfway(path):
    with whole_file(path) as partial:
        partial.write_bytes(b"ha")
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.skipif(os.name == "nt", reason="no signal asks there whether a process is running")
def test_the_next_writer_removes_what_a_killed_one_left(tmp_path):
    file = tmp_path / "scores.csv"
    killed = multiprocessing.get_context("fork").Process(target=_die_halfway, args=(file,))
    killed.start()
    killed.join()
    (leftover,) = tmp_path.iterdir()
    assert leftover.name.startswith(".partial-")
    number = f"-{killed.pid}-"
    running = leftover.rename(tmp_path / leftover.name.replace(number, f"-{os.getppid()}-"))
    other = running.with_name(f".partial-elsewhere{number}scores.csv")
    others = [running, other, running.with_name(leftover.name + ".bak"), tmp_path / "mine.csv"]
    for kept in others:
        kept.write_bytes(b"kept")
    leftover.write_bytes(b"ha")
    write_atomically(file, b"whole")
    assert sorted(tmp_path.iterdir()) == sorted([file, *others])
