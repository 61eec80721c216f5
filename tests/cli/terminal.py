"""A command line in a process of its own, into a pipe or on a pretended terminal, as a user would run it."""

import os
import pty
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src"


def environment(**changes: str) -> dict[str, str]:
    """The variables of this process, less those that say something about colors."""
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    return {**kept, "PYTHONPATH": str(SOURCE), "TERM": "xterm-256color", **changes}


def command(*words: object) -> list[str]:
    """Words for ``longtail``, or for Python where they start with ``-c``."""
    program = [] if words[:1] == ("-c",) else ["-m", "longtail.cli"]
    return [sys.executable, *program, *map(str, words)]


def in_a_pipe(*words: object, **changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*words), env=environment(**changes), capture_output=True, text=True, timeout=120, check=False
    )


def on_a_terminal(*words: object, **changes: str) -> tuple[int, str]:
    """Exit status, and everything that the terminal was sent."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(command(*words), env=environment(**changes), stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    sent = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # Linux says so when the other end is closed
            break
        if not piece:
            break
        sent += piece
    os.close(ours)
    return process.wait(timeout=120), sent.decode()
