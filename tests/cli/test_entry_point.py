"""What ends a command: one line on standard error, and a status that says which kind of end it was."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.terminal import command, environment, in_a_pipe, sleeper
from forked import typed
from longtail.cli import main
from longtail.cli.exit_status import ExitStatus

GUIDE = Path(__file__).parents[2] / "docs" / "guide-command-line.md"


def last_words(capsys, *words):
    status = main([str(word) for word in words])
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1, captured.err
    return status, captured.err.removeprefix("longtail: ").strip()


def raising(monkeypatch, error):
    def run(_words):
        raise error

    monkeypatch.setattr("longtail.cli.entry_point._run", run)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["measur", "digits"], "No such command 'measur'. Did you mean 'measure'?"),
        (["digits"], "'digits' is data, not a command. Did you mean longtail audit digits --out runs/digits?"),
        (["theory", "--samples", "9", "--prior", "zpif"], "Did you mean 'zipf'?"),
        (["table", "run"], "No such command 'table'. Did you mean longtail scores RUN --out table.csv?"),
        (["-q", "remove", "run"], "No such command 'remove'. Did you mean longtail worth RUN?"),
        (["xyzzy"], "No such command 'xyzzy'. See longtail --help."),
        (["plan", "digits", "--trails", "9"], "No such option: --trails. Did you mean --trials or --task?"),
        (["plan", "digits", "--xyzzy", "9"], "No such option: --xyzzy. See longtail plan --help."),
        (["plan"], "Missing argument 'DATA'. See longtail plan --help."),
        (["measure", "digits"], "Missing option '--out'. See longtail measure --help."),
        (["plan", "digits", "--trials", "many"], "See longtail plan --help."),
        (["plan", "digts"], "Did you mean 'digits'?"),
        (["plan", "digits", "--learner", "florest"], "Did you mean 'forest'?"),
    ],
)
def test_what_cannot_be_understood_is_one_line_with_the_nearest_thing(capsys, words, said):
    status, line = last_words(capsys, *words)
    assert status == ExitStatus.BAD_INPUT
    assert line.endswith(said)


def test_no_command_is_answered_with_the_tour(capsys):
    assert main([]) == ExitStatus.DONE
    captured = capsys.readouterr()
    assert "First steps" in captured.out
    assert captured.err == ""


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (KeyboardInterrupt(), ExitStatus.INTERRUPTED),
        (MemoryError("Unable to allocate 9 TiB"), ExitStatus.BAD_INPUT),
        (OSError(28, "No space left on device", "runs/x"), ExitStatus.BAD_INPUT),
    ],
)
def test_what_stops_a_command_is_one_line(monkeypatch, capsys, error, status):
    raising(monkeypatch, error)
    assert last_words(capsys, "paper")[0] == status


def test_a_bug_keeps_its_traceback(monkeypatch, capsys):
    raising(monkeypatch, ZeroDivisionError("ours"))
    with pytest.raises(ZeroDivisionError):
        main(["paper"])
    assert "bug in longtail" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["paper"], ["paper", "--json"], ["--help"]])  # a table, JSON, typer's own
def test_a_reader_that_goes_away_is_no_trouble(words):
    """The pipe's reading end is closed before anything is written."""
    ours, theirs = os.pipe()
    os.close(ours)
    done = subprocess.run(
        command(*words), env=environment(), stdout=theirs, stderr=subprocess.PIPE, text=True, timeout=60, check=False
    )
    os.close(theirs)
    assert done.stderr == ""
    assert done.returncode == ExitStatus.NO_READER


@pytest.fixture
def as_from_a_terminal():
    """Who starts tests in the background may have them ignore interruptions, and their children with them."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def _interrupted_in_training(run, pid):
    """Interrupt a command's whole group once twenty trials are there, as a terminal does."""
    until = time.monotonic() + 60
    while time.monotonic() < until and len(list(run.glob("trials/*/*.npz"))) < 20:
        time.sleep(0.05)
    os.killpg(pid, signal.SIGINT)


LONG = ("measure", "iris", "--trials", "100000", "--jobs", "2", "--out", "run")
INTERRUPTED = "longtail: interrupted; run the same command again to go on\n"


@pytest.mark.usefixtures("as_from_a_terminal")
def test_an_interruption_in_the_midst_of_training_in_processes_is_one_line(tmp_path):
    process = subprocess.Popen(
        command(*LONG, "--learner", sleeper(tmp_path)),
        cwd=tmp_path,
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    _interrupted_in_training(tmp_path / "run", process.pid)
    _, said = process.communicate(timeout=60)
    assert process.returncode == ExitStatus.INTERRUPTED
    assert said == INTERRUPTED


def test_an_interruption_in_the_midst_of_training_in_threads_is_one_line(tmp_path):
    """Forked from what has imported: a fresh interpreter is in the test above."""
    process = typed((*LONG, "--learner", "mlp"), tmp_path, tmp_path / "said")
    _interrupted_in_training(tmp_path / "run", process.pid)
    process.join(60)
    assert process.exitcode == ExitStatus.INTERRUPTED
    assert (tmp_path / "said").read_text() == INTERRUPTED


def test_a_terminal_without_our_letters_is_no_reason_to_stop():
    done = in_a_pipe("paper", PYTHONIOENCODING="ascii")
    assert done.returncode == ExitStatus.DONE
    assert "\\u" in done.stdout


def test_the_guide_says_what_every_status_means():
    rows = [line.strip("| ").split(" | ") for line in GUIDE.read_text(encoding="utf-8").splitlines()]
    said = [(int(row[0]), *row[1:]) for row in rows if row[0].isdecimal()]
    assert said == [(status.value, status.meaning, status.remark.replace("|", "\\|")) for status in ExitStatus]


def test_python_m_is_the_command():
    done = subprocess.run(
        [sys.executable, "-m", "longtail.cli", "--version"],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("longtail ")
