"""``longtail merge``: join the runs of several machines into one."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from longtail.cli.options import Json, Out
from longtail.cli.printing import errors, print_json, remark
from longtail.cli.printing import out as console
from longtail.runs.run_there import require_run

if TYPE_CHECKING:
    from longtail.runs.merge import MergeReport

__all__ = ["merge_command"]

_SHOWN = 5


def merge_command(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN…", help="Runs of one study; the first one counts most.")],
    out: Out,
    json: Json = False,
) -> None:
    """Join the runs of several machines into one.

    Identical trials are kept once, and trials that differ are reported. Writes the run that --out names.

    Example: longtail merge runs/a runs/b --out runs/all
    """
    for run in runs:
        require_run(run)
    from longtail.runs.merge import merge

    report = merge(runs, out)
    for line in _remarks(report):
        errors.print(line)
    if json:
        print_json(
            {
                "run": str(out),
                "n_trials": report.n_trials,
                "n_added": report.n_added,
                "n_identical": report.n_identical,
                "differing": [
                    {"trial": d.trial, "run": str(d.run), "n_correct": d.n_correct, "margin": d.margin}
                    for d in report.differing
                ],
                "n_other_sets": report.n_other_sets,
                "n_added_to_others": report.n_added_to_others,
                "kept": [str(path) for path in report.kept],
                "left_out": [str(path) for path in report.left_out],
                "damaged": [{"run": str(run), "trial": trial} for run, trial in report.damaged],
                "missing": report.missing,
            }
        )
        return
    console.print(
        f"{report.n_trials} trials in {out}: {report.n_added} added, {report.n_identical} copies were there already."
    )
    if report.n_other_sets:
        sets = "1 other trial set" if report.n_other_sets == 1 else f"{report.n_other_sets} other trial sets"
        console.print(f"Beside them {sets}, {report.n_added_to_others} trials added.")
    remark(f"Next: longtail scores {out}")


def _remarks(report: "MergeReport") -> list[str]:
    lines = [
        f"Trial {d.trial} differs in {d.run}, which was not kept: correctness of {d.n_correct} examples, margins by up "
        f"to {d.margin:.2g}."
        for d in report.differing[:_SHOWN]
    ]
    if len(report.differing) > _SHOWN:
        lines.append(f"{len(report.differing) - _SHOWN} more trials differ.")
    lines += [f"Trial {trial} of {run} is damaged and was left out." for run, trial in report.damaged]
    if report.left_out:
        names = ", ".join(map(str, report.left_out))
        lines.append(f"Not joined; what was computed is made anew by its command: {names}.")
    if report.kept:
        lines.append(f"Kept as it was: {', '.join(map(str, report.kept))}.")
    if report.missing:
        lines.append(
            f"{len(report.missing)} trials of the plan are missing, the first one {report.missing[0]}. "
            "Run longtail measure on the joined run to add them."
        )
    return lines
