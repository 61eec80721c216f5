"""``longtail report``: render a run's findings as one HTML file, without training."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from longtail.cli.options import Json, Run
from longtail.cli.printing import out as console
from longtail.cli.printing import print_json

if TYPE_CHECKING:
    from longtail.findings import Findings
    from longtail.runs.rendered import AnyFindings
    from longtail.runs.run_folder import RunFolder

__all__ = ["report_command"]


def report_command(
    run: Run,
    card: Annotated[
        Path | None, typer.Option("--card", help="Write a section for a model card (.md or .html), one page.")
    ] = None,
    croissant: Annotated[
        Path | None, typer.Option("--croissant", help="Write the responsible-AI fields of a Croissant file (.json).")
    ] = None,
    json: Json = False,
) -> None:
    """Render a run's report again, without training.

    Where findings are missing or damaged, they are gathered first. Writes RUN/report.html, and what --card and
    --croissant name.

    Example: longtail report runs/digits --card model-card.md
    """
    from longtail.findings import Findings
    from longtail.runs.rendered import saved_rendered
    from longtail.runs.run_folder import RunFolder

    _require_ending(card, "--card", ".md", ".html")
    _require_ending(croissant, "--croissant", ".json")
    folder = RunFolder(run)
    if folder.study().identity["data"].get("task", "classification") != "classification":  # What is no run is refused.
        _refuse_cards(card, croissant)
    with folder.writing():
        findings = saved_rendered(folder) or _gathered(folder)
    if isinstance(findings, Findings):
        _write_cards(findings, card, croissant)
    if json:
        print_json({"run": str(run), "report": str(folder.report)})
        return
    console.print(f"The report: {folder.report}")


def _require_ending(file: Path | None, option: str, *endings: str) -> None:
    from longtail.errors import InputError

    if file is not None and file.suffix not in endings:
        raise InputError(option, f"end in {' or '.join(endings)}", str(file))
    if file is not None and not file.parent.is_dir():
        raise InputError(option, "lie in a folder that exists", str(file))


def _refuse_cards(card: Path | None, croissant: Path | None) -> None:
    from longtail.errors import InputError

    for option, file in (("--card", card), ("--croissant", croissant)):
        if file is not None:
            raise InputError(option, "be asked of a run of classes, not of numbers or texts", str(file))


def _write_cards(findings: "Findings", card: Path | None, croissant: Path | None) -> None:
    from json import dumps

    from longtail.report.cards import croissant_rai, model_card_html, model_card_markdown
    from longtail.whole_files import write_atomically

    if card is not None:
        told = model_card_html(findings) if card.suffix == ".html" else model_card_markdown(findings)
        write_atomically(card, told.encode())
    if croissant is not None:
        write_atomically(croissant, (dumps(croissant_rai(findings), indent=1, ensure_ascii=False) + "\n").encode())


def _gathered(folder: "RunFolder") -> "AnyFindings":
    """Gather findings that are missing or damaged. What gathers them is imported for that case alone."""
    from longtail.study.report_again import report_again

    return report_again(folder, anew=True)
