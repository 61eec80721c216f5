"""How a command answers that measured something on a run: it leaves its result there, and prints it.

Findings and report of the run show whatever results there are, so that a new command needs nothing but
:func:`answer_on_run`.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from longtail.cli.printing import out as console
from longtail.cli.printing import print_json, print_table, remark

if TYPE_CHECKING:
    from longtail.findings.results import Result
    from longtail.runs.run_folder import RunFolder

__all__ = ["answer_on_run", "leave_on_run", "print_result", "run_of_classes"]


def answer_on_run(run: Path, result: "Result", plain: Any = None) -> None:
    """Leave a result in a run, bring its report up to date, and print it.

    Parameters
    ----------
    run : Path
        The run folder. Where it cannot be written to, that is told, and the answer is printed all the same.
    result : Result
        What was found, in words.
    plain : object, optional
        What to print as JSON, in the place of words.
    """
    leave_on_run(run, result)
    if plain is not None:
        print_json(plain)
        return
    print_result(result)


def leave_on_run(run: Path, result: "Result") -> None:
    """Leave a result in a run, and bring its report up to date. Where it cannot be written to, that is told."""
    from longtail.errors import LongtailError
    from longtail.notices import notice
    from longtail.runs.results import leave_result
    from longtail.runs.run_folder import RunFolder
    from longtail.study.refreshed import refreshed_results

    folder = RunFolder(run)
    try:
        with folder.writing():
            leave_result(result, folder)
        refreshed_results(folder)
    except (LongtailError, OSError) as error:
        notice(f"The report of {run} does not show this result: {error}")


def run_of_classes(run: Path, asked: str) -> "RunFolder":
    """Return a run folder, and refuse one of numbers or texts for what is defined for classes alone."""
    from longtail.runs.reload import require_classes
    from longtail.runs.run_folder import RunFolder

    folder = RunFolder(run)
    require_classes(folder.study(), asked)
    return folder


def print_result(result: "Result") -> None:
    """Print a result: its tables, its sentences, and how to read it."""
    for table in result.tables:
        print_table(table.title, table.columns, table.rows)
    for sentence in result.said:
        console.print(sentence)
    if result.notes:
        remark("\n" + " ".join(result.notes))
