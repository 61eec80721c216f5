"""``longtail influence``: which training examples surely help or harm test examples, or a part of them."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from longtail.cli.answering import leave_on_run
from longtail.cli.options import Json, LearnerOfRun, Run
from longtail.cli.printing import out as console
from longtail.cli.printing import print_json, print_table, remark
from longtail.percent import chosen

if TYPE_CHECKING:
    from longtail.dataset import Dataset
    from longtail.outcomes import Outcomes
    from longtail.study.influence_of_run import InfluenceOfRun

__all__ = ["influence_command"]

_Q_LEVEL = 0.05


def influence_command(
    run: Run,
    on: Annotated[
        str,
        typer.Option(
            "--on", help="A part of the test set: class:NAME, group:NAME, 'class:A - class:B' (a gap), auroc, all."
        ),
    ] = "",
    accuracy: Annotated[
        bool, typer.Option("--accuracy", help="With --on: influence on accuracy instead of mean margin.")
    ] = False,
    models: Annotated[
        int, typer.Option("--models", help="Models for the attributions that sharpen it; 0: the trials alone.")
    ] = 5,
    learner: LearnerOfRun = None,
    top: Annotated[int, typer.Option("--top", help="Rows to print.")] = 20,
    level: Annotated[float, typer.Option("--level", help="Nominal coverage of each interval.")] = 0.95,
    json: Json = False,
) -> None:
    """Show which training examples surely help or harm.

    In units of the margin, from the trials of RUN and a few models more: all significant pairs of a training and a
    test example, or who helps and who harms a class, a group, a gap. Where outcomes are numbers, in their own unit and
    from the trials alone. Writes the first, in short, into the report.

    Example: longtail influence runs/digits --on class:8
    """
    from longtail.runs.reload import labeled_outcomes, reload_dataset
    from longtail.runs.run_folder import RunFolder
    from longtail.study.influence_of_run import influence_of_run
    from longtail.study.influence_told import influence_told
    from longtail.study.number_influence import number_influence_told

    folder = RunFolder(run)
    dataset = reload_dataset(folder.study())
    outcomes = labeled_outcomes(folder)
    estimand: Literal["margin", "correctness"] = "correctness" if accuracy else "margin"
    found = influence_of_run(folder, dataset, outcomes, learner, on=on, estimand=estimand, n_models=models, level=level)
    if found.whole is not None:
        leave_on_run(run, influence_told(dataset, outcomes, found.attributions, found.whole))
    elif not on:
        leave_on_run(run, number_influence_told(dataset, outcomes, found.scores))
    if json:
        print_json(_document(found))
        return
    _print(found, dataset, outcomes, top)


def _print(found: "InfluenceOfRun", dataset: "Dataset", outcomes: "Outcomes", top: int) -> None:
    from longtail.findings.example_name import COUNTED, named_rows

    scores = found.scores
    sure = scores.q_value <= _Q_LEVEL
    order = [place for place in abs(scores.value).argsort(kind="stable")[::-1].tolist() if sure[place]]
    on = f"on {found.part}" if found.part else "on test examples"
    unit = outcomes.kind.unit if outcomes.of_numbers else "points" if scores.unit == "difference" else "margin"
    if not order:
        console.print(f"No influence {on} is significant at a false discovery rate of {chosen(_Q_LEVEL)}.")
        remark(_how_many_would_do(found))
    else:
        shown = order[:top]
        trains = named_rows(scores.train[shown].tolist(), dataset.position)
        tests = named_rows(scores.test[shown].tolist(), dataset.position_test, held_out=True)
        factor = 100 if unit == "points" else 1
        rows = [
            (
                trains[row],
                dataset.label(int(scores.train[place])),
                *(() if found.part else (tests[row],)),
                "{:+.2f} [{:+.2f}, {:+.2f}]".format(
                    *(factor * end[place] for end in (scores.value, scores.low, scores.high))
                ),
                f"{scores.q_value[place]:.2g}",
            )
            for row, place in enumerate(shown)
        ]
        columns = ("example", "label", *(() if found.part else ("moves",)), f"influence, {unit}", "q")
        helpful = int((scores.value[order] > 0).sum())
        print_table(
            f"The {len(shown)} largest of {len(order):,} significant influences {on}: {helpful:,} help, "
            f"{len(order) - helpful:,} harm",
            columns,
            rows,
        )
        remark(f"\n{COUNTED}")
    remark(f"\n{found.n_trials} trials; {scores.method}; q allows for all {scores.n_pairs:,}.")
    if found.attributions is not None:
        remark(f"Sharpened by {found.attributions.n_models} models more: {found.attributions.method}.")
    if found.whole is not None:
        moving = int((found.whole.row_q_value <= _Q_LEVEL).sum())
        remark(f"{moving:,} training examples surely move a test example at all.")
    remark("An influence is an average over random subsets, not a cause in one model.")


def _how_many_would_do(found: "InfluenceOfRun") -> str:
    """Say how many trials would make the surest influence significant, if it is as large as it looks."""
    from longtail.study.influence_told import trials_that_would_do

    if not len(found.scores.value):  # The trials of a run of numbers hand over what is significant alone.
        return "Measure more trials: longtail measure, with more of them, goes on where it stopped."
    enough = trials_that_would_do(found.scores, found.n_trials)
    if enough is None:
        return "It is the same in every trial."
    return f"About {round(enough, -1):,} trials would do for the surest, if it holds."


def _document(found: "InfluenceOfRun") -> dict[str, object]:
    scores = found.scores
    sure = scores.q_value <= _Q_LEVEL
    columns = ("train", "test", "value", "low", "high", "q_value")
    return {
        "on": found.part,
        "n_trials": found.n_trials,
        "unit": scores.unit,
        "level": scores.level,
        "method": scores.method,
        "n_looked_at": scores.n_pairs,
        "attributions": None if found.attributions is None else found.attributions.provenance,
        "significant": {column: getattr(scores, column)[sure] for column in columns},
    }
