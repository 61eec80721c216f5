"""The help as a tour, and what holds for every command: an example that parses, what it writes, --json and --quiet."""

import inspect
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from cli.terminal import environment, in_a_pipe
from longtail.cli.application import command_line

COMMANDS = command_line().commands
FLOW = ["audit", "theory", "tail", "measure", "scores", "limit"]


def test_the_help_is_a_tour_of_one_line_each():
    shown = in_a_pipe("--help", TERMINAL_WIDTH="80")
    assert shown.returncode == 0
    lines = shown.stdout.splitlines()
    at = {name: i for i, line in enumerate(lines) for name in COMMANDS if line.startswith(f"  {name} ")}
    assert set(at) == set(COMMANDS)
    assert [*sorted(FLOW, key=at.__getitem__)] == FLOW
    for name, i in at.items():
        assert lines[i].endswith("."), name  # a whole sentence, and the next line is another command's
        assert not lines[i + 1] or lines[i + 1].split()[0] in COMMANDS, name
    assert "First steps" in shown.stdout
    assert "130 interrupted" in shown.stdout
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_writes_and_has_an_example_that_parses(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    command = COMMANDS[name]
    said = inspect.cleandoc(command.help or "")
    assert "rites" in said, "what it writes"
    example = next(line for line in said.splitlines() if line.startswith("Example: "))
    program, called, *words = shlex.split(example.removeprefix("Example: "))
    assert (program, called) == ("longtail", name)
    for word in words:
        if word.startswith("runs/"):  # a folder without a study is refused as soon as it is named
            Path(word).mkdir(parents=True)
            Path(word, "study.json").write_text("{}", encoding="utf-8")
    context = command.make_context(name, words)  # parses; an option that does not exist would be refused
    assert context.params


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_takes_json_and_quiet(name):
    names = {option for parameter in COMMANDS[name].params for option in parameter.opts}
    assert {"--json", "--quiet", "-q"} <= names


def test_the_help_imports_nothing_heavy():
    heavy = ("numpy", "scipy", "sklearn", "numba", "torch", "matplotlib", "pyarrow", "joblib", "rich.progress")
    looked_at = (
        "import sys; from longtail.cli import main; main(['--help']); "
        f"print([name for name in {heavy} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", looked_at], env=environment(), capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stderr.strip() == "[]"
