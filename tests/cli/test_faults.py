"""Disks that are full and folders that may not be written: one clear line, status 2, and an intact store."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from longtail.study import RunFolder

SOURCE = Path(__file__).parents[2] / "src"
MEASURE = ("measure", "iris", "--learner", "knn", "--trials", "40", "--jobs", "1")


def _longtail(*words, **how):
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "longtail.cli", *map(str, words)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False, **how)


def _one_line(done, *texts):
    assert done.returncode == 2, done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("longtail: ")
    assert all(text in last for text in texts), last
    assert "Traceback" not in done.stderr


@pytest.fixture
def tiny_disk(tmp_path):
    """A file system with room for some trials, and more when asked."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=80k", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a file system can be mounted by root alone")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def test_a_full_disk(tiny_disk, tmp_path):
    run = tiny_disk / "run"
    _one_line(_longtail(*MEASURE, "--out", run), "No space left on device", str(run / "trials"))
    store = RunFolder(run).trials()
    finished = store.numbers()
    assert 0 < len(finished) < 40
    assert store.damaged() == []
    assert not list(run.rglob(".partial-*"))
    subprocess.run(["mount", "-o", "remount,size=4m", tiny_disk], check=True)
    assert _longtail(*MEASURE, "--out", run).returncode == 0
    assert _longtail(*MEASURE, "--out", tmp_path / "whole").returncode == 0
    whole, mended = (_longtail("scores", at, "--json") for at in (tmp_path / "whole", run))
    assert whole.stdout == mended.stdout != ""


def test_a_disk_that_may_not_be_written(tiny_disk):
    run = tiny_disk / "run"
    assert _longtail(*MEASURE[:-4], "--trials", "10", "--jobs", "1", "--out", run).returncode == 0
    subprocess.run(["mount", "-o", "remount,ro", tiny_disk], check=True)
    _one_line(_longtail(*MEASURE, "--out", run), "Read-only file system", str(run))
    _one_line(_longtail(*MEASURE, "--out", tiny_disk / "new"), "Read-only file system", str(tiny_disk / "new"))
    assert _longtail("scores", run, "--json").returncode == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere; a disk that is mounted read-only stands in")
def test_a_folder_that_may_not_be_written(tmp_path):
    tmp_path.chmod(0o555)
    try:
        _one_line(_longtail(*MEASURE, "--out", tmp_path / "run"), "Permission denied", str(tmp_path / "run"))
    finally:
        tmp_path.chmod(0o755)


def test_a_limit_on_file_sizes(tmp_path):
    def limit():
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))

    done = _longtail(*MEASURE, "--out", tmp_path / "run", preexec_fn=limit)
    _one_line(done, "File too large", str(tmp_path / "run"))
    assert not list((tmp_path / "run").rglob("[0-9]*.npz"))
    assert not list((tmp_path / "run").rglob(".partial-*"))
    assert _longtail(*MEASURE, "--out", tmp_path / "run").returncode == 0
