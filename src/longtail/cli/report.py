"""``longtail report``: render a run's findings as one HTML file, without training."""

from longtail.cli.options import Json, Run
from longtail.cli.printing import out as console
from longtail.cli.printing import print_json

__all__ = ["report_command"]


def report_command(run: Run, json: Json = False) -> None:
    """Render a run's report again, without training.

    Of a run that was only measured, the findings are gathered first. Writes RUN/report.html.

    Example: longtail report runs/digits
    """
    from longtail.analysis.analysis import Analysis
    from longtail.findings import Findings
    from longtail.report import write_report
    from longtail.runs.reload import reload_dataset
    from longtail.runs.run_folder import RunFolder
    from longtail.study import gather_findings, save_findings

    folder = RunFolder(run)
    study = folder.study()
    with folder.writing():
        if folder.findings.exists():
            findings = Findings.read(folder.findings)
            packed = folder.examples.read_bytes() if folder.examples.exists() else None
        else:
            analysis = Analysis(reload_dataset(study), folder.trials().outcomes())
            findings, examples = gather_findings(analysis, folder)
            packed = save_findings(findings, examples, folder)
        write_report(findings, folder.report, packed)
    if json:
        print_json({"run": str(run), "report": str(folder.report)})
        return
    console.print(f"The report: {folder.report}")
