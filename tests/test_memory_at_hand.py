"""What memory is left, from files that are written by hand and from a limit that is set."""

import math
import subprocess
import sys
from pathlib import Path

import pytest

from longtail import memory_at_hand as module
from longtail.cli import main
from longtail.memory_at_hand import memory_at_hand

GB = 10**9


@pytest.mark.parametrize(
    ("below", "files", "left"),
    [
        ("", {"memory.max": 4 * GB, "memory.current": 3 * GB, "memory.stat": f"anon 5\ninactive_file {GB}"}, 2 * GB),
        ("", {"memory.max": "max", "memory.current": 3 * GB, "memory.stat": "anon 5"}, math.inf),
        (
            "memory",
            {"memory.limit_in_bytes": 4 * GB, "memory.usage_in_bytes": 3 * GB, "memory.stat": "total_inactive_file 0"},
            GB,
        ),
        ("", {}, math.inf),
    ],
)
def test_a_group_leaves_its_limit_without_what_is_used(tmp_path, below, files, left):
    folder = tmp_path / below
    folder.mkdir(exist_ok=True)
    for name, value in files.items():
        (folder / name).write_text(str(value))
    names = next(names for names in module._OF_GROUPS if names[0] == below)
    assert module._left_of_group(folder, *names[1:]) == left


def test_a_study_in_too_little_memory_is_one_line_before_its_libraries_are_loaded(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(module, "memory_at_hand", lambda: 400e6)
    for command in ("audit", "measure"):
        assert main([command, "digits", "--out", str(tmp_path / "run")]) == 2
        said = capsys.readouterr().err
        assert said.startswith("longtail: the machine's memory was not enough: a study takes 500 MB before it begins,")
        assert said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="Linux says what a process has taken")
def test_a_limit_of_the_process_counts_what_it_has_taken():
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (600_000_000, 600_000_000));"
        "from longtail.memory_at_hand import memory_at_hand; first = memory_at_hand(); taken = bytearray(200_000_000);"
        "print(first < 600_000_000, round((first - memory_at_hand()) / 1e8))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert said.stdout.split() == ["True", "2"]
    assert memory_at_hand() > 0
