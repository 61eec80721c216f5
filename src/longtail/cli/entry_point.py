"""Run one command line, and say in one line what stopped it.

Even the import of the commands is inside, so that Ctrl-C during it is one line, too.
"""

import gc
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from longtail.cli.exit_status import ExitStatus
from longtail.cli.signals import Stopped, die_of, stop_cleanly, work_is_done
from longtail.cli.streams import make_usable, output_goes_nowhere
from longtail.errors import LongtailError
from longtail.machine_faults import machine_fault
from longtail.neutral_text import one_line
from longtail.notices import notices_on_standard_error

if TYPE_CHECKING:
    from typer import TyperException

__all__ = ["run"]

_LONGEST_MESSAGE = 1200


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        What follows ``longtail``; by default what this process was started with.

    Returns
    -------
    int
        An :class:`~longtail.cli.exit_status.ExitStatus`.
    """
    if arguments is not None:
        return _status(list(arguments))
    gc.set_threshold(
        100_000, 50, 50
    )  # To look for garbage among findings, of which hardly any is, took a tenth of a report.
    said = make_usable()  # The settings here and below suit a program, not a test that calls this function.
    stop_cleanly()
    try:
        if said:
            _say(said, ExitStatus.DONE)
        status = _status(sys.argv[1:])
    except Stopped as stop:
        _say(f"stopped by {stop.name}; run the same command again to go on", ExitStatus.INTERRUPTED)
        die_of(stop)
        raise
    work_is_done()
    return status


def _status(words: list[str]) -> int:
    with notices_on_standard_error():
        return _answered(words)


def _answered(words: list[str]) -> int:
    try:
        return _outcome(words)
    except BrokenPipeError:
        output_goes_nowhere()
        return ExitStatus.NO_READER


def _run(words: list[str]) -> int:
    from longtail.cli.application import command_line

    try:
        status = command_line(words)(args=words or ["--help"], prog_name="longtail", standalone_mode=False)
    except SystemExit as stop:
        return _status_of_exit(stop)
    sys.stdout.flush()  # If the reader of the output has gone, this is noticed here.
    return int(status or ExitStatus.DONE)


def _status_of_exit(stop: SystemExit) -> int:
    """Tell apart who exits: rich where the reader is gone, typer after its work on completion, or a user's own code."""
    if isinstance(stop.__context__, BrokenPipeError):
        raise BrokenPipeError from stop
    where = traceback.extract_tb(stop.__traceback__)[-1].filename
    if "typer" in Path(where).parts:  # Typer has already printed its message.
        return ExitStatus.BAD_INPUT if stop.code else ExitStatus.DONE
    raise LongtailError(f"{where} ended the process with status {stop.code!r}, which no learner may do.") from stop


def _outcome(words: list[str]) -> int:
    """Return the status of a command, whatever becomes of it. Whatever stopped it is said in one line."""
    try:
        status = _run(words)
    except Stopped:
        raise
    except KeyboardInterrupt:
        status = ExitStatus.INTERRUPTED
    except BrokenPipeError:
        raise
    except LongtailError as error:
        return _say(_in_options(error, words), ExitStatus.BAD_INPUT)
    except Exception as error:
        if fault := _fault(error):
            return _say(fault, ExitStatus.BAD_INPUT)
        return _refused(error, words)
    if status == ExitStatus.INTERRUPTED:
        return _say("interrupted; run the same command again to go on", ExitStatus.INTERRUPTED)
    return status


def _in_options(error: LongtailError, words: list[str]) -> str:
    """Return the message of an error with the options of the command in the place of parameters."""
    from longtail.cli.option_names import names_for

    return error.told(names_for(words))


def _fault(error: Exception) -> str:
    """Describe what the machine lacks, or an installation that does not fit together.

    The text is empty if the error is another one.
    """
    if fault := machine_fault(error):
        return fault
    if isinstance(error, ImportError) and not (error.name or "").startswith("longtail"):
        lacking = f"{error}".rstrip(".")
        return f"a package cannot be used: {lacking}. Install the versions of constraints.txt."
    if isinstance(error, OSError):  # The folder may not be written.
        return f"{error.strerror or error}: {error.filename or 'the operating system refused'}"
    return ""


def _refused(error: Exception, words: list[str]) -> int:
    """Refuse a command line that does not parse. Everything else is a bug, whose traceback is wanted."""
    import typer

    if not isinstance(error, typer.TyperException):
        _say("this is a bug in longtail; please report the traceback", ExitStatus.BUG)
        raise error
    message = _data_for_a_command(words) or _within(words) or _mended(error)
    # Without a message, help was printed instead.
    return _say(message, ExitStatus.BAD_INPUT) if message else ExitStatus.DONE


def _data_for_a_command(words: list[str]) -> str:
    """Return what to say to ``longtail digits``, where data stand in the place of a command."""
    from longtail.cli.application import COMMANDS
    from longtail.cli.completion import BUNDLED_NAMES

    first = words[0] if words else "-"
    is_command = any(first in names for names in COMMANDS.values())
    if first.startswith("-") or is_command or not (first in BUNDLED_NAMES or Path(first).exists()):
        return ""
    return f"{first!r} is data, not a command. Did you mean longtail audit {first} --out runs/{Path(first).stem}?"


def _within(words: list[str]) -> str:
    """Return what to say where a word is no command, but what another command does."""
    from longtail.cli.application import WITHIN

    first = next((word for word in words if not word.startswith("-")), "")
    return f"No such command {first!r}. Did you mean longtail {WITHIN[first]}?" if first in WITHIN else ""


def _mended(error: "TyperException") -> str:
    """Describe what was wrong, the nearest thing that would be right, and where to read on."""
    nearest, context = getattr(error, "possibilities", None), getattr(error, "ctx", None)
    if nearest:
        return f"{error.message}. Did you mean {' or '.join(nearest)}?"
    message = error.format_message().strip().rstrip(".")
    if not message or message.endswith("?") or context is None:
        return message
    return f"{message}. See {context.command_path} --help."


def _say(message: str, status: int) -> int:
    print("longtail: " + one_line(message, _LONGEST_MESSAGE), file=sys.stderr)
    return status
