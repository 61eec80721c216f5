"""What was made in a run beside the trials of its study, so that what is gone is missed.

``study.json`` names each such part, a file or the folder of other trials, with the command that makes it. Whatever lies
in the folder can be deleted, and a program that looks only at what is there would answer as if it had never been.
"""

import re
import shlex
from collections.abc import Mapping
from pathlib import Path

from longtail.report.words.commands import typed
from longtail.runs.kept_data import ARRAYS, FRAME

__all__ = ["gone_parts", "remedy", "typed_again"]

_FOUND = ("findings.json", "numbers.json", "texts.json")


def gone_parts(run: Path, own: Path, made: Mapping[str, str]) -> list[str]:
    """Return a sentence for each part that is gone, or one for all trials where the run has none.

    Parameters
    ----------
    run : Path
        The folder.
    own : Path
        Where the trials of the study belong.
    made : mapping of str to str
        Part, as a path in the run -> the command that makes it anew; empty where a call in Python made it.
    """
    trials = run / "trials"
    parts = {part: command for part, command in made.items() if not (run / part).exists()}
    if not trials.is_dir():
        parts = {part: command for part, command in parts.items() if not part.startswith("trials/")}
    said = []
    if not own.is_dir() and any((run / each).exists() for each in (*_FOUND, *made)):
        of = own if trials.is_dir() else trials
        said.append(f"{of} is gone, with the trials of the study: what was computed from them is left.")
    return said + [f"{run / part} is gone. {remedy(run, part, made)}" for part in parts]


def remedy(run: Path, part: str, made: Mapping[str, str]) -> str:
    """Return a sentence that says what makes a part anew. Empty where the study does not know the part.

    Parameters
    ----------
    run, made
        See :func:`gone_parts`.
    part : str
        As a path in the run.
    """
    command, named = made.get(part), shlex.quote(str(run))
    if not command:
        return "" if command is None else "The call that made it makes it anew."
    if command.endswith(" RUN"):  # An option before it may have any name.
        return f"{command.removesuffix('RUN')}{named} makes it anew."
    return re.sub(r"\bRUN\b", lambda _: named, command, count=1) + " makes it anew."


def typed_again(command: str, source: str, places: Mapping[str, str]) -> str:
    """Return a command with DATA as it was typed. Empty where the data were in memory, which no command takes.

    Parameters
    ----------
    command : str
        With DATA and RUN in the place of names.
    source : str
        DATA.
    places : mapping of str to str
        Where the data are, see :class:`~longtail.runs.run_folder.Study`.
    """
    kept = Path(places.get("data", "")).name in (ARRAYS, FRAME)
    return "" if kept else typed(command, source)
