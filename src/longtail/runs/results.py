"""Results of commands in a run: one checked file each, ``results/NAME.json``; findings gather whatever there are."""

from longtail.checked_json import checked_text, read_checked
from longtail.errors import DamagedRunError
from longtail.findings.plain import from_plain, to_plain
from longtail.findings.results import Result
from longtail.runs.run_folder import RunFolder
from longtail.whole_files import write_atomically

__all__ = ["leave_result", "results_of"]

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
    write_atomically(place / f"{result.name}.json", checked_text(to_plain(result), indent=1))


def results_of(folder: RunFolder) -> tuple[list[Result], list[str]]:
    """Return the results in a run by name, and a sentence for each that cannot be read."""
    found, damaged = [], []
    for file in sorted((folder.path / _FOLDER).glob("*.json")):
        try:
            result = from_plain(Result, read_checked(file, f"longtail {file.stem} makes it anew."))
            assert isinstance(result, Result)
            found.append(result)
        except DamagedRunError as error:
            damaged.append(f"A result is left out: {error}")
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            damaged.append(f"A result is left out: {file} is incomplete ({error!r}).")
    return found, damaged
