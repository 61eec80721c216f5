"""Disks that are full and folders that may not be written: one clear line, status 2, and an intact store."""

import os
import subprocess
from pathlib import Path

import pytest

from forked import typed
from longtail.study import RunFolder

MEASURE = ("measure", "iris", "--learner", "knn", "--jobs", "1")


def _one_line(answer, *texts):
    status, _, err = answer
    assert status == 2, err
    last = err.strip().splitlines()[-1]
    assert last.startswith("longtail: ")
    assert all(text in last for text in texts), last
    assert "Traceback" not in err


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


def test_a_full_disk(tiny_disk, tmp_path, type_):
    run, measure = tiny_disk / "run", (*MEASURE, "--trials", "40")
    _one_line(type_(*measure, "--out", run), "No space left on device", str(run / "trials"))
    store = RunFolder(run).trials()
    assert 0 < len(store.numbers()) < 40
    assert store.damaged() == []
    assert not list(run.rglob(".partial-*"))
    subprocess.run(["mount", "-o", "remount,size=4m", tiny_disk], check=True)
    assert type_(*measure, "--out", run)[0] == 0
    assert type_(*measure, "--out", tmp_path / "whole")[0] == 0
    assert type_("scores", run, "--json") == type_("scores", tmp_path / "whole", "--json")


def test_a_disk_that_may_not_be_written(tiny_disk, type_):
    run = tiny_disk / "run"
    assert type_(*MEASURE, "--trials", "10", "--out", run)[0] == 0
    subprocess.run(["mount", "-o", "remount,ro", tiny_disk], check=True)
    _one_line(type_(*MEASURE, "--trials", "40", "--out", run), "Read-only file system", str(run))
    _one_line(type_(*MEASURE, "--trials", "40", "--out", tiny_disk / "new"), "--out", "may be written", str(tiny_disk))
    assert type_("scores", run, "--json")[0] == 0
    assert RunFolder(run).trials().outcomes(memory=0).n_trials == 10
    assert len(RunFolder(run).trials().example(3).trials) == 10


def test_a_drawing_is_whole_or_not_there(tmp_path, type_, monkeypatch):
    """A disk that is full in the middle of a drawing leaves no part of it."""

    def full(self, *args, **kwargs):
        Path(args[0]).write_bytes(b"<svg")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("matplotlib.figure.Figure.savefig", full)
    drawing = tmp_path / "t.svg"
    _one_line(type_("theory", "--samples", "1000", "--classes", "10", "--plot", drawing), "No space left", str(drawing))
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere; a disk that is mounted read-only stands in")
def test_a_folder_that_may_not_be_written(tmp_path, type_):
    tmp_path.chmod(0o555)
    try:
        _one_line(type_(*MEASURE, "--trials", "40", "--out", tmp_path / "run"), "Permission denied", "run")
    finally:
        tmp_path.chmod(0o755)


def test_a_limit_on_file_sizes(tmp_path, type_):
    """In a process of its own, which the limit is for."""
    measure = (*MEASURE, "--trials", "20", "--out", str(tmp_path / "run"))
    process = typed(measure, tmp_path, tmp_path / "said", largest_file=2000)
    process.join(120)
    _one_line((process.exitcode, "", (tmp_path / "said").read_text()), "File too large", str(tmp_path / "run"))
    assert not list((tmp_path / "run").rglob("[0-9]*.npz"))
    assert not list((tmp_path / "run").rglob(".partial-*"))
    assert type_(*measure)[0] == 0


def test_an_audit_that_cannot_be_written_is_refused_in_one_line(type_, tmp_path):
    (tmp_path / "there.txt").write_text("mine")
    for asked in (["--out", str(tmp_path)], ["--out", str(tmp_path / "new"), "--tail-trials", "3"]):
        status, _, said = type_("audit", "iris", *asked)
        assert status == 2
        assert len(said.splitlines()) == 1
    assert not (tmp_path / "new").exists()
