"""``longtail report``: render a run's findings as one HTML file, without training."""

from typing import TYPE_CHECKING

from longtail.cli.options import Json, Run
from longtail.cli.printing import out as console
from longtail.cli.printing import print_json

if TYPE_CHECKING:
    from longtail.findings import Findings
    from longtail.runs.run_folder import RunFolder

__all__ = ["report_command"]


def report_command(run: Run, json: Json = False) -> None:
    """Render a run's report again, without training.

    Where findings are missing or damaged, they are gathered first. Writes RUN/report.html.

    Example: longtail report runs/digits
    """
    from longtail.report import write_report
    from longtail.report.texts_page import write_texts_page
    from longtail.runs.run_folder import RunFolder
    from longtail.runs.saved_findings import saved_findings, saved_text_findings

    folder = RunFolder(run)
    folder.study()  # A folder that is no run is refused here.
    with folder.writing():
        texts = saved_text_findings(folder)
        if texts is not None:
            write_texts_page(texts, folder.report)
        else:
            findings, packed = saved_findings(folder) or _gathered(folder)
            write_report(findings, folder.report, packed)
    if json:
        print_json({"run": str(run), "report": str(folder.report)})
        return
    console.print(f"The report: {folder.report}")


def _gathered(folder: "RunFolder") -> "tuple[Findings, bytes | None]":
    """Gather the findings of a run that has none, or damaged ones.

    The code that gathers them is imported for that case alone.
    """
    from longtail.study.findings_again import gathered_again

    return gathered_again(folder)
