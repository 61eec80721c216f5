"""``longtail mislabeled``: which labels look wrong, with what probability, and which memorized examples are rare."""

import math
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from longtail.cli.answering import run_of_classes
from longtail.cli.options import Jobs, Json, LearnerOfRun, Run
from longtail.cli.printing import out as console
from longtail.cli.printing import print_json, print_table, remark
from longtail.cli.progress import trial_progress

if TYPE_CHECKING:
    from longtail.analysis.analysis import Analysis
    from longtail.findings.mislabeled import MislabeledFindings
    from longtail.runs.run_folder import RunFolder
    from longtail.scores.mislabeled_or_rare import MislabeledOrRare

__all__ = ["mislabeled_command"]

_UNTOLD = "With what probability a label is wrong is not told"


def mislabeled_command(
    run: Run,
    models: Annotated[
        int, typer.Option("--models", help="Models to train on planted wrong labels; 0: order, without probability.")
    ] = 60,
    threshold: Annotated[float, typer.Option("--threshold", help="Memorization from which examples are asked.")] = 0.25,
    top: Annotated[int, typer.Option("--top", help="Examples to print from either end.")] = 10,
    out: Annotated[Path | None, typer.Option("--out", help="Write the memorized ones (.csv or .parquet).")] = None,
    learner: LearnerOfRun = None,
    jobs: Jobs = None,
    json: Json = False,
) -> None:
    """Tell memorized examples that look mislabeled from rare ones.

    Flips 5 % of the labels, trains models on that, and learns from it with what probability a label is wrong: by what
    models without the example say of it, by its neighbors, and by how hard it is to fit. Look at both ends: fix labels
    that are wrong, keep what is rare. Writes RUN/mislabeled.csv, a worklist with each example's row in the data as
    given, counted from 0; RUN/mislabeled.json; and the report of RUN anew.

    Example: longtail mislabeled runs/digits
    """
    from longtail.analysis.analysis import Analysis
    from longtail.analysis.mislabeled import evidence_of
    from longtail.cli.studying import require_jobs
    from longtail.errors import InputError
    from longtail.runs.reload import reload_dataset
    from longtail.scores.tables import require_table, write_evidence

    require_jobs(jobs)
    if top < 1:
        raise InputError("--top", "be at least 1", top)
    if models < 0:
        raise InputError("--models", "be at least 0", models)
    if not 0 < threshold <= 1:
        raise InputError("--threshold", "lie in (0, 1]", threshold)
    if out is not None:
        require_table(out, "--out")
    folder = run_of_classes(run, "wrong labels")
    analysis = Analysis(reload_dataset(folder.study()), folder.trials().outcomes())
    judged, why = _judged(analysis, folder, learner, models, jobs)
    value = analysis.scores.value
    found = evidence_of(analysis.dataset, analysis.outcomes, value, threshold)
    if out is not None:
        known = {name: column[found.train] for name, column in analysis.dataset.particulars.items()}
        write_evidence(found, value[found.train], out, known)
    if json:
        ranked = {"threshold": threshold, "n_asked": len(found.train), **asdict(found)}
        from longtail.findings.plain import to_plain

        print_json({**ranked, "judged": None if judged is None else to_plain(judged), "not_judged": why})
        return
    if judged is None:
        _print_ranks(analysis, found, threshold, top)
        remark(why)
    else:
        _print_judged(judged, top, run)


def _judged(
    analysis: "Analysis", folder: "RunFolder", learner: str | None, models: int, jobs: int | None
) -> "tuple[MislabeledFindings | None, str]":
    """Return the judgement, or why there is none."""
    from longtail.errors import LongtailError
    from longtail.runs.learner_of_run import learner_of_run
    from longtail.study.mislabeled_of_run import judge_labels
    from longtail.study.refreshed import refreshed_report
    from longtail.trials import SubsetDesign

    if models == 0:
        return None, "No probability was asked for."
    study = folder.study()
    try:
        chosen = learner_of_run(study, learner)
    except LongtailError:
        if learner is not None:
            raise
        return None, f"{_UNTOLD}: the learner of this run cannot be made again here. Name it by --learner."
    try:
        design = SubsetDesign.of_identity(study.identity["design"], models)
        with trial_progress("Models on planted labels") as progress, folder.writing():
            judged = judge_labels(
                analysis, folder, chosen, replace(design, n_subsets=None), jobs=jobs, progress=progress
            )
    except LongtailError as error:
        if learner is not None:
            raise
        return None, f"{_UNTOLD}: {error}"
    refreshed_report(folder)
    return judged, ""


def _print_judged(judged: "MislabeledFindings", top: int, run: Path) -> None:
    from longtail.findings.example_name import COUNTED, training_name
    from longtail.report.words.mislabeled import judged_sentences

    rows = [
        (
            training_name(each.train, each.row),
            each.label,
            f"{each.memorization.value:.3f}",
            f"{each.probability:.2f}",
            f"{each.predicted} ({each.predicted_share:.2f})",
            ", ".join(each.neighbor_labels),
        )
        for each in judged.examples[:top]
    ]
    columns = ("example", "label", "memorization", "probability", "without it", "nearest")
    print_table("The likely mislabeled first: probability that the label is wrong", columns, rows)
    for sentence in judged_sentences(judged):
        console.print(sentence)
    remark(f"\nThe worklist: {run / 'mislabeled.csv'}. {COUNTED}")


def _print_ranks(analysis: "Analysis", found: "MislabeledOrRare", threshold: float, top: int) -> None:
    from longtail.findings.example_name import COUNTED, named_rows
    from longtail.scores.near_examples import SEARCHED

    data, value, asked = analysis.dataset, analysis.scores.value, found.train
    places = list(range(len(asked)))
    shown = places if len(places) <= 2 * top else [*places[:top], *places[-top:]]
    names = named_rows([int(found.train[place]) for place in shown], data.position)
    rows = [
        (
            name,
            data.class_names[data.y[found.train[place]]],
            f"{value[found.train[place]]:.3f}",
            f"{found.score[place]:.2f}",
            *(_told(part[place]) for part in (found.contradiction, found.assurance, found.harm)),
        )
        for name, place in zip(names, shown, strict=True)
    ]
    columns = ("example", "label", "memorization", "score", "contradiction", "assurance", "harm")
    print_table(
        f"{len(asked):,} examples memorized by {threshold:g} or more, the likely mislabeled first", columns, rows
    )
    remark(
        "\nThe score is a mean rank among these examples, 1 for mislabeled and 0 for rare; it orders, and is no "
        f"probability. –: no evidence of that kind. {COUNTED}"
    )
    if data.n_train > SEARCHED:
        remark(f"Neighbors are the nearest of {SEARCHED:,} rows that were drawn at random.")


def _told(part: float) -> str:
    """Write a part of the evidence, a zero without a sign."""
    return "–" if math.isnan(part) else f"{round(part, 2) + 0.0:.2f}"
