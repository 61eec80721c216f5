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

    Of a run that was only measured, the findings are gathered first. Writes RUN/report.html.

    Example: longtail report runs/digits
    """
    from longtail.findings import Findings
    from longtail.report import write_report
    from longtail.runs.run_folder import RunFolder

    folder = RunFolder(run)
    folder.study()  # refuses what is no run
    with folder.writing():
        if folder.findings.exists():
            findings = Findings.read(folder.findings)
            packed = folder.examples.read_bytes() if folder.examples.exists() else None
        else:
            findings, packed = _gathered(folder)
        write_report(findings, folder.report, packed)
    if json:
        print_json({"run": str(run), "report": str(folder.report)})
        return
    console.print(f"The report: {folder.report}")


def _gathered(folder: "RunFolder") -> "tuple[Findings, bytes]":
    """Gather the findings of a run and save them; here are the imports that rendering does without."""
    from longtail.analysis.analysis import Analysis
    from longtail.runs.reload import reload_dataset
    from longtail.study.gather import gather_findings, save_findings

    analysis = Analysis(reload_dataset(folder.study()), folder.trials().outcomes())
    findings, examples = gather_findings(analysis, folder)
    return findings, save_findings(findings, examples, folder)
