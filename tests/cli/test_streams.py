"""Closed and full streams, signals and dead parents: one line, the right status, and nobody who stays behind."""

import os
import signal
import subprocess
import sys
import time

import pytest

from cli.terminal import command, environment, sleeper

LINES = {
    ">/dev/full": (2, "longtail: the machine refused (No space left on device: standard output)\n"),
    ">&-": (0, "longtail: standard output is closed: the answer goes nowhere\n"),
    "2>/dev/full": (0, ""),
    "2>&-": (0, ""),
    ">&- 2>&-": (0, ""),
    ">/dev/full 2>/dev/full": (2, ""),
}


@pytest.mark.parametrize("how", LINES)
def test_a_closed_or_full_stream_is_one_line_and_a_status(how):
    done = subprocess.run(
        ["bash", "-c", f'"$@" {how}', "bash", *map(str, command("paper"))],
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == LINES[how]


def _children(parent):
    """Numbers of all processes whose parent, or parent's parent, and so on, is this one; Linux tells them."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = {int(pid): int(ppid) for pid, ppid in (line.split() for line in listed.splitlines())}
    found, wave = set(), {parent}
    while wave:
        wave = {pid for pid, ppid in parents.items() if ppid in wave}
        found |= wave
    return found


def _lives(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.skipif(sys.platform != "linux", reason="asks ps for the parents of processes")
@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM])
def test_workers_end_with_their_parent_and_close_its_pipe(tmp_path, sent):
    """Whatever ends it: the reader of its output waits for seconds, not for the five minutes that workers wait."""
    study = ("iris", "--trials", "100000", "--learner", sleeper(tmp_path), "--jobs", "2", "--out", "run")
    process = subprocess.Popen(
        command("measure", *study),
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    until = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < until and not list(tmp_path.glob("run/trials/*/0*.npz")):
        time.sleep(0.1)
    workers = _children(process.pid)
    assert len(workers) >= 2
    os.kill(process.pid, sent)
    _, said = process.communicate(timeout=60)  # as `| tee log` would: until nobody holds the pipe
    assert process.returncode == -sent
    until = time.monotonic() + 60
    while any(map(_lives, workers)) and time.monotonic() < until:
        time.sleep(0.1)
    assert not any(map(_lives, workers))
    if sent == signal.SIGKILL:
        assert said == ""  # no warning of what was left in shared memory, either
    else:
        name = signal.Signals(sent).name
        assert said == f"longtail: stopped by {name}; run the same command again to go on\n"


def test_a_command_under_nohup_goes_on():
    """A signal that is ignored when the command starts stays ignored."""
    code = (
        "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "from longtail.cli.signals import stop_cleanly; stop_cleanly()\n"
        "print(signal.getsignal(signal.SIGHUP) == signal.SIG_IGN, signal.getsignal(signal.SIGTERM) != signal.SIG_DFL)"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True)
    assert done.stdout == "True True\n"


def test_ctrl_c_while_commands_are_imported_is_one_line():
    """The import raises as Ctrl-C would: the line comes from what was imported before anything else."""
    code = (
        "import sys\n"
        "class Interrupted:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'longtail.cli.entry_point':\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupted())\n"
        "from longtail.cli import main\n"
        "sys.exit(main())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "longtail: interrupted; run the same command again to go on\n")


def test_a_numba_that_refuses_numpy_is_one_line():
    code = (
        "import sys\n"
        "class Refusing:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'numba':\n"
        "            raise ImportError('Numba needs NumPy 2.4 or less. Got NumPy 2.6.')\n"
        "sys.meta_path.insert(0, Refusing())\n"
        "from longtail.cli import main\n"
        "sys.exit(main(['measure', 'iris', '--out', '/nonexistent/x']))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("longtail: a package cannot be used: Numba needs NumPy 2.4 or less. Got NumPy 2.6.")
    assert done.stderr.count("\n") == 1
