"""The script that records the trials of a run, as part of the run's identity.

Trials of a learner that is here carry the source of its module; of one that is elsewhere nothing is known. A script
that records its own trials is between the two: the SHA-256 of its file goes into the study with the first trial, and
trials of another script, or of the same one after an edit, are refused. What the script imports is not looked at.
"""

import hashlib
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from longtail.errors import InputError, LongtailError, StudyMismatchError
from longtail.runs.run_folder import RunFolder
from longtail.trials import TrialSet
from longtail.trials.store import read_trial_set

__all__ = ["Source", "calling_script", "require_source", "source_held", "source_of_script", "with_source"]

Source = dict[str, str]
"""The name of a script, and the first 16 hexadecimal digits of the SHA-256 of its file. Empty where none is known."""


def calling_script() -> Path | None:
    """Return the file of the code outside longtail that is running. None where it was typed at a prompt."""
    frame: Any = sys._getframe(1)
    while frame is not None and str(frame.f_globals.get("__name__", "")).split(".")[0] == "longtail":
        frame = frame.f_back
    if frame is None:
        return None
    places = (frame.f_globals.get("__file__"), frame.f_code.co_filename)
    return next((Path(place) for place in places if place and Path(place).is_file()), None)


def source_of_script(script: Path | None) -> Source:
    """Return what identifies a script.

    Raises
    ------
    InputError
        If there is no such file.
    """
    return {} if script is None else {script.name: _digest(script.absolute())}


@lru_cache(maxsize=64)  # A process runs the code that it has read, even if the file changes meanwhile.
def _digest(script: Path) -> str:
    try:
        return hashlib.sha256(script.read_bytes()).hexdigest()[:16]
    except OSError as error:
        raise InputError("script", "be a file that can be read", str(script)) from error


def source_held(folder: RunFolder) -> Source:
    """Return the script of the trials that a run holds. Empty if it holds none, or no script is known."""
    try:
        return _source_in(folder.study().identity) if folder.is_run else {}
    except LongtailError:  # The trials still hold it, and the next reader of the study reports the damage.
        return next(filter(None, map(_source_in, _identities(folder))), {})


def _source_in(identity: dict[str, Any]) -> Source:
    source: Source = identity["learner"].get("source", {})
    return source


def _identities(folder: RunFolder) -> Iterator[dict[str, Any]]:
    for place in sorted((folder.path / "trials").glob("*/")):
        with suppress(LongtailError):
            yield read_trial_set(place).identity


def with_source(trial_set: TrialSet, source: Source) -> TrialSet:
    """Return the trial set with the script of its learner."""
    learner = {name: value for name, value in trial_set.identity["learner"].items() if name != "source"}
    named = {"source": source} if source else {}
    return TrialSet(identity={**trial_set.identity, "learner": {**learner, **named}})


def require_source(folder: RunFolder, source: Source) -> None:
    """Refuse a script that is not the one whose trials are in a run.

    Raises
    ------
    StudyMismatchError
        With what differs.
    """
    held = source_held(folder)
    if held == source or not folder.trials().numbers():
        return
    if not source:
        theirs = "trials of a script that is not known"
    elif held and held.keys() == source.keys():
        theirs = f"trials of {_name(source)} as it is now, which has changed"
    else:
        theirs = f"trials of {_name(source)}"
    ours = f"trials that {_name(held)} recorded" if held else "trials that no script recorded"
    remedy = "Write masks into another folder, or give script=PATH where the script is another file."
    raise StudyMismatchError(f"{folder.path} holds {ours}; got {theirs}. {remedy}")


def _name(source: Source) -> str:
    return ", ".join(source)
