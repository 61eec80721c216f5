"""Results of commands in a run: one checked file each, ``results/NAME.json``; findings gather whatever there are.

A file counts if its checksum holds, its name is its command's, and it is of the run's study. What does not count, and
what is gone although the findings had it, is told with the command that makes it anew (``made_parts.py`` tells of what
the study remembers).
"""

from collections.abc import Sequence
from pathlib import Path

from longtail.checked_json import checked_text, read_checked
from longtail.errors import DamagedRunError
from longtail.findings.plain import from_plain, to_plain
from longtail.findings.results import Result
from longtail.notices import notice
from longtail.report.words.commands import typed
from longtail.runs.run_folder import RunFolder
from longtail.whole_files import write_atomically

__all__ = ["leave_result", "remember_results", "results_of"]

_FOLDER = "results"


def leave_result(result: Result, folder: RunFolder) -> None:
    """Write a result into the run, in the place of an earlier one of the same command.

    Parameters
    ----------
    result : Result
    folder : RunFolder
        Held for writing.
    """
    place = folder.path / _FOLDER
    place.mkdir(exist_ok=True)
    write_atomically(place / f"{result.name}.json", checked_text(to_plain(result), indent=1, owner=folder.key))
    remember_results(folder, [result])


def remember_results(folder: RunFolder, results: Sequence[Result]) -> None:
    """Let the study remember results that are in the run, so that they are missed when they are gone.

    Parameters
    ----------
    folder : RunFolder
        Held for writing.
    results : sequence of Result
    """
    if folder.is_run:
        source = folder.study().source
        for each in results:
            folder.remember(f"{_FOLDER}/{each.name}.json", typed(each.command, source))


def results_of(folder: RunFolder, known: Sequence[Result] = (), *, tell: bool = True) -> tuple[list[Result], list[str]]:
    """Return the results in a run by name, and a sentence for each that is left out.

    Parameters
    ----------
    folder : RunFolder
        Where they are.
    known : sequence of Result
        What the findings hold: those whose file is gone are told.
    tell : bool
        Whether the sentences are given as notices, too.
    """
    found, left_out, seen = [], [], set()
    owner = folder.key
    for file in _files(folder.path / _FOLDER):
        try:
            result = _read(file, owner)
        except DamagedRunError as error:
            left_out.append(f"A result is left out: {error}")
        else:
            found.append(result)
        seen.add(file.name)
    remembered = folder.study().made if folder.is_run else {}
    left_out += [
        f"A result is left out: {folder.path / _FOLDER / each.name}.json is gone. {each.command} makes it anew."
        for each in known
        if f"{each.name}.json" not in seen and f"{_FOLDER}/{each.name}.json" not in remembered
    ]
    if tell:
        for sentence in left_out:
            notice(sentence)
    return found, left_out


def _files(place: Path) -> list[Path]:
    """Return what a run holds as results, by name, without what is hidden or half written."""
    return sorted(file for file in place.iterdir() if not file.name.startswith(".")) if place.is_dir() else []


def _read(file: Path, owner: str) -> Result:
    command = f"longtail {file.stem}"
    if file.suffix != ".json" or not file.stem.isidentifier():
        raise DamagedRunError(f"{file} has a name that no command gives. Remove it, or give it back its own.")
    document = read_checked(file, f"{command} makes it anew.", sealed=True, owner=owner)
    try:
        result = from_plain(Result, document)
        assert isinstance(result, Result)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DamagedRunError(f"{file} is incomplete ({error!r}). {command} makes it anew.") from error
    if result.name != file.stem:
        raise DamagedRunError(f"{file} holds what longtail {result.name} said. {command} makes it anew.")
    return result
