"""The report of a run written again without training: from saved findings, or from findings gathered anew."""

import gc

from longtail.machine import hand_back_memory
from longtail.report import write_report
from longtail.report.number_page import write_number_page
from longtail.report.texts_page import write_texts_page
from longtail.runs.rendered import AnyFindings, saved_rendered
from longtail.runs.run_folder import RunFolder
from longtail.study.findings_again import gathered_again
from longtail.study.numbers_of_run import numbers_gathered_again
from longtail.study.texts_of_run import texts_gathered_again

__all__ = ["report_again"]


def report_again(folder: RunFolder, *, anew: bool = False) -> AnyFindings:
    """Write the report of a run, and return the findings that it shows.

    Parameters
    ----------
    folder : RunFolder
        Held for writing.
    anew : bool
        Whether to gather the findings from the trials even where they are saved. Findings that are missing or damaged
        are gathered in any case.

    Raises
    ------
    LongtailError
        If they must be gathered, and the data are gone or have changed.
    """
    found = None if anew else saved_rendered(folder)
    if found is not None:
        return found
    task = folder.study().identity["data"].get("task")
    if task == "language":
        texts = texts_gathered_again(folder)
        write_texts_page(texts, folder.report)
        return texts
    if task == "regression":
        numbers = numbers_gathered_again(folder)
        write_number_page(numbers, folder.report)
        return numbers
    findings, examples, packed = gathered_again(folder)
    gc.collect()  # Outcomes and what was made of them refer to one another.
    hand_back_memory()
    write_report(findings, folder.report, packed, examples)
    return findings
