"""``longtail report``: render a run's findings as one HTML file, without training."""

from longtail.cli.options import Json, Run
from longtail.cli.printing import out as console
from longtail.cli.printing import print_json

__all__ = ["report_command"]


def report_command(run: Run, json: Json = False) -> None:
    """Render a run's report again, without training.

    Where findings are missing or damaged, they are gathered first. Writes RUN/report.html.

    Example: longtail report runs/digits
    """
    from longtail.report import write_report
    from longtail.runs.run_folder import RunFolder
    from longtail.study.findings_again import findings_again

    folder = RunFolder(run)
    folder.study()
    with folder.writing():
        findings, packed = findings_again(folder)
        write_report(findings, folder.report, packed)
    if json:
        print_json({"run": str(run), "report": str(folder.report)})
        return
    console.print(f"The report: {folder.report}")
