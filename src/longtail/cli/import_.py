"""``longtail import``: read in what was trained elsewhere, logits of one's own or published archives."""

from pathlib import Path
from typing import Annotated

import typer

from longtail.cli.options import Json
from longtail.cli.printing import errors, print_json, remark
from longtail.cli.printing import out as console

__all__ = ["import_command"]


def import_command(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="RUN LOGITS… | FILE…", help="A run made by longtail masks, then files or folders."),
    ],
    layout: Annotated[
        str | None, typer.Option("--format", help="Of a published archive: feldman-zhang or cifar-10n.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Of a published archive: the run to make.")] = None,
    json: Json = False,
) -> None:
    """Read back what was trained elsewhere, or published trials.

    Checks arrays of logits, of predicted numbers or of losses of texts, and adds them to RUN, which longtail masks
    made; or, with --format and --out, makes a run of a published archive. Writes that run's trials.

    Example: longtail import runs/own logits/
    """
    from longtail.analysis.accuracy import fit_of
    from longtail.cli.studying import fit_in_words, say_quality
    from longtail.errors import InputError, Said
    from longtail.runs.imported_logits import import_logits
    from longtail.runs.published_trials import import_published
    from longtail.runs.run_folder import RunFolder

    if (layout is None) != (out is None):
        given, missing = ("--out", "--format") if layout is None else ("--format", "--out")
        raise InputError(missing, f"be given with {given}", Said("nothing"))
    if layout is not None and out is not None:
        count = import_published(layout, paths, out)
        if json:
            print_json({"run": str(out), "n_trials": count})
            return
        console.print(f"{count} trials in {out}.")
        remark(f"Next: longtail scores {out}")
        return
    run, *logits = paths
    if not logits:
        raise InputError("LOGITS", "be given after RUN", Said("none"))
    added = import_logits(run, logits)
    outcomes = RunFolder(run).trials().outcomes()
    if outcomes.of_numbers:
        errors.print(f"{len(added)} trials added.")
        say_quality(outcomes, run, as_json=json)
        return
    fit = fit_of(outcomes, 0.95)
    if json:
        print_json(
            {
                "run": str(run),
                "n_trials": outcomes.n_trials,
                "n_added": len(added),
                "included_accuracy": fit.included_accuracy,
                "left_out_accuracy": fit.left_out_accuracy,
                "test_accuracy": fit.test_accuracy,
            }
        )
        return
    console.print(f"{len(added)} trials added, {outcomes.n_trials} in {run}: {fit_in_words(fit)}.")
    remark(f"Next: longtail scores {run}")
