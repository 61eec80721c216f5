"""The report of a run written again without training, whatever was studied: classes, numbers, or texts."""

from longtail.findings import Findings
from longtail.findings.numbers import NumberFindings
from longtail.findings.texts import TextFindings
from longtail.report import write_report
from longtail.report.number_page import write_number_page
from longtail.report.texts_page import write_texts_page
from longtail.runs.run_folder import RunFolder
from longtail.runs.saved_findings import saved_findings, saved_number_findings, saved_text_findings

__all__ = ["AnyFindings", "report_again"]

AnyFindings = Findings | NumberFindings | TextFindings
"""Findings of a study of classes, of numbers, or of texts."""


def report_again(folder: RunFolder, *, anew: bool = False) -> AnyFindings:
    """Write the report of a run, and return the findings that it shows.

    Parameters
    ----------
    folder : RunFolder
        Held for writing.
    anew : bool
        Whether to gather the findings from the trials even where they are saved. Findings that are missing or damaged
        are gathered in any case; those of texts are always the saved ones.

    Raises
    ------
    LongtailError
        If they must be gathered, and the data are gone or have changed.
    """
    texts = saved_text_findings(folder)
    if texts is not None:
        write_texts_page(texts, folder.report)
        return texts
    if folder.study().identity["data"].get("task") == "regression":
        numbers = None if anew else saved_number_findings(folder)
        if numbers is None:
            from longtail.study.numbers_of_run import numbers_gathered_again

            numbers = numbers_gathered_again(folder)
        write_number_page(numbers, folder.report)
        return numbers
    saved = None if anew else saved_findings(folder)
    if saved is None:
        from longtail.study.findings_again import gathered_again

        saved = gathered_again(folder)
    findings, packed = saved
    write_report(findings, folder.report, packed)
    return findings
