"""Files that are read or written as a whole."""

import multiprocessing
import os
import signal
import sys
from pathlib import Path

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


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc which file a descriptor is of")
def test_a_file_is_on_the_disk_before_it_has_its_name_and_its_name_before_anything_else(tmp_path, monkeypatch):
    """What a power loss may not part: the content is synced under the other name, the folder after the renaming."""
    synced = []

    def sync(descriptor):
        there = Path(f"/proc/self/fd/{descriptor}").readlink()
        synced.append((there.name, there.is_dir(), sorted(path.name for path in tmp_path.iterdir())))

    monkeypatch.setattr(os, "fsync", sync)
    write_atomically(tmp_path / "new.bin", b"whole")
    partial = synced[0][0]
    assert partial.startswith(".partial-")
    assert synced == [(partial, False, [partial]), (tmp_path.name, True, ["new.bin"])]
    assert (tmp_path / "new.bin").read_bytes() == b"whole"
