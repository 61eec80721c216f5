"""The report of a run brought up to date after something more was measured, where the run has one."""

from longtail.errors import LongtailError
from longtail.findings.plain import to_plain
from longtail.notices import notice
from longtail.report import write_report
from longtail.report.number_page import write_number_page
from longtail.report.texts_page import write_texts_page
from longtail.runs.run_folder import RunFolder
from longtail.runs.saved_findings import (
    NUMBERS,
    TEXTS,
    saved_findings,
    saved_number_findings,
    saved_text_findings,
)
from longtail.whole_files import write_atomically

__all__ = ["refreshed_report", "refreshed_results"]


def refreshed_report(folder: RunFolder) -> None:
    """Gather the findings of a run again, without training, and write its report, if it has one.

    What stands in the way is told, and hides no result.
    """
    from longtail.study.report_again import report_again

    if not folder.report.exists():
        return
    try:
        with folder.writing():
            report_again(folder, anew=True)
    except (LongtailError, OSError) as error:
        notice(f"{folder.report} does not show it yet: {error}")


def refreshed_results(folder: RunFolder) -> None:
    """Put the results that a run holds into its findings and its report, if it has one. Nothing else is computed.

    Raises
    ------
    BusyRunError
        If another process writes to the run.
    """
    from longtail.checked_json import checked_text

    if not folder.report.exists():
        return
    with folder.writing():
        numbers = saved_number_findings(folder)
        if numbers is not None:
            write_atomically(folder.path / NUMBERS, checked_text(numbers.to_json(), indent=1, owner=folder.key))
            write_number_page(numbers, folder.report)
            return
        texts = saved_text_findings(folder)
        if texts is not None:
            write_atomically(folder.path / TEXTS, checked_text(to_plain(texts), owner=folder.key))
            write_texts_page(texts, folder.report)
            return
        saved = saved_findings(folder)
        if saved is None:
            return
        findings = saved[0]  # With the results that are there now.
        write_atomically(folder.findings, checked_text(findings.to_json(), indent=1, owner=folder.key))
        write_report(findings, folder.report, saved[1])
