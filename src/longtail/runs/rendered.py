"""The report of a run rendered from the findings that it has saved, whatever was studied: classes, numbers, texts."""

from longtail.findings import Findings
from longtail.findings.numbers import NumberFindings
from longtail.findings.texts import TextFindings
from longtail.report import write_report
from longtail.report.number_page import write_number_page
from longtail.report.texts_page import write_texts_page
from longtail.runs.run_folder import RunFolder
from longtail.runs.saved_findings import saved_findings, saved_number_findings, saved_text_findings

__all__ = ["AnyFindings", "saved_rendered"]

AnyFindings = Findings | NumberFindings | TextFindings
"""Findings of a study of classes, of numbers, or of texts."""


def saved_rendered(folder: RunFolder) -> AnyFindings | None:
    """Write the report from saved findings, and return them. None if they must be gathered: nothing is written then.

    Parameters
    ----------
    folder : RunFolder
        Held for writing.
    """
    folder.tell_gone()
    task = folder.study().identity["data"].get("task")
    if task == "language":
        texts = saved_text_findings(folder)
        if texts is not None:
            write_texts_page(texts, folder.report)
        return texts
    if task == "regression":
        numbers = saved_number_findings(folder)
        if numbers is not None:
            write_number_page(numbers, folder.report)
        return numbers
    saved = saved_findings(folder)
    if saved is None:
        return None
    write_report(saved[0], folder.report, saved[1])
    return saved[0]
