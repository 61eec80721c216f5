"""``longtail dose``: how the memorization of one copy falls as there are more of them."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from longtail.cli.answering import answer_on_run, print_result
from longtail.cli.options import (
    Data,
    Drop,
    Embedding,
    Fraction,
    Jobs,
    Json,
    LearnerName,
    Missing,
    Seed,
    Target,
    Text,
)
from longtail.cli.printing import print_json
from longtail.cli.progress import trial_progress

if TYPE_CHECKING:
    from longtail.estimate import Estimate
    from longtail.experiments.dose import DoseStudy
    from longtail.findings.results import Result

__all__ = ["dose_command"]


def dose_command(
    data: Data,
    copies: Annotated[str, typer.Option("--copies", help="The doses: how often an example is there.")] = "1,2,4,8,16",
    examples: Annotated[int, typer.Option("--examples", help="Examples at each dose, drawn at random.")] = 30,
    trials: Annotated[int, typer.Option("--trials", help="How many models to train.")] = 400,
    wrong_labels: Annotated[
        bool, typer.Option("--wrong-labels", help="Give the copies of an example a label that is wrong.")
    ] = False,
    target: Target = None,
    text: Text = None,
    embedding: Embedding = None,
    drop: Drop = None,
    missing: Missing = "refuse",
    learner: LearnerName = "mlp",
    limit: Annotated[
        str | None,
        typer.Option("--limit", metavar="NAME:SETTINGS", help="Put the learner under a limit, as longtail limit does."),
    ] = None,
    fraction: Fraction = 0.7,
    level: Annotated[float, typer.Option("--level", help="Nominal coverage of each interval.")] = 0.95,
    seed: Seed = 0,
    run: Annotated[
        Path | None, typer.Option("--run", help="A run on the same data, whose report is to show the answer.")
    ] = None,
    jobs: Jobs = None,
    json: Json = False,
) -> None:
    """Measure the memorization of one of several copies.

    A point seen once is memorized or lost, one seen often is known from its other copies: the paper's curve, on your
    data and learner, beside what it is where one copy is enough. Trains models; writes nothing,
    but RUN/results/dose.json and the report of RUN anew where --run names one.

    Example: longtail dose digits --wrong-labels
    """
    from longtail.cli.studying import chosen_study, require_jobs, say_choices, source_of
    from longtail.experiments.dose import dose_study
    from longtail.limits.spelling import named_limit
    from longtail.runs.run_folder import RunFolder

    require_jobs(jobs)
    doses = _parsed(copies)
    if run is not None:
        RunFolder(run).study()  # A folder that is no run is refused before anything is trained.
    source = source_of(
        data,
        target=target,
        group=None,
        together=None,
        text=text,
        embedding=embedding,
        drop=drop,
        missing=missing,
    )
    dataset, chosen, _ = chosen_study(source, learner, trials, fraction, seed)
    if limit is not None:
        chosen = named_limit(limit, dataset, chosen)
    with trial_progress("Training") as progress:
        found = dose_study(
            dataset,
            chosen,
            copies=doses,
            n_examples=examples,
            n_trials=trials,
            fraction=fraction,
            wrong_labels=wrong_labels,
            level=level,
            seed=seed,
            jobs=jobs,
            progress=progress,
        )
    say_choices(dataset)
    if run is not None:
        answer_on_run(run, _told(found), {"data": data, **found.to_json()} if json else None)
    elif json:
        print_json({"data": data, **found.to_json()})
    else:
        print_result(_told(found))


def _exposure(estimate: "Estimate | None") -> str:
    from longtail.findings.percent import with_decimals

    return "–" if estimate is None or math.isnan(estimate.value) else with_decimals(estimate)


def _parsed(copies: str) -> list[int]:
    from longtail.errors import InputError

    try:
        return [int(part) for part in copies.split(",")]
    except ValueError:
        raise InputError("--copies", "be whole numbers with commas between them, as 1,2,4", copies) from None


def _told(found: "DoseStudy") -> "Result":
    from longtail.findings.percent import in_hundredths
    from longtail.findings.results import Result, ResultTable

    rows = [
        [
            f"{dose.copies:,}",
            in_hundredths(dose.memorization),
            f"{100 * dose.expected:.1f}",
            in_hundredths(dose.left_out),
            _exposure(dose.exposure),
        ]
        for dose in found.doses
    ]
    labels = "a wrong label" if found.wrong_labels else "their own labels"
    title = (
        f"{found.n_examples} examples a dose with {labels}; {found.n_trials:,} models ({found.learner}) on "
        f"{found.fraction:.0%} of {found.n_train:,} examples"
    )
    columns = ["copies", "memorized, points", "one is enough", "right without it, %", "exposure"]
    return Result(
        name="dose",
        title="How memorization of one copy falls as there are more of them",
        command="longtail dose DATA --run RUN",
        n_trials=found.n_trials,
        said=[
            "Memorized: how much more often models are right on a copy that they were trained on. Where one copy is "
            f"enough to know the label, it falls to {1 - found.fraction:.0%} of itself with each further copy, the "
            "chance that this one is left out as well; above that, models need several copies."
        ],
        tables=[ResultTable(title=title, columns=columns, rows=rows)],
        notes=[
            f"Intervals are over the {found.n_examples} examples drawn; one without width says that they agree, and no "
            "more. An exposure of 0.5 shows nothing, 1 gives every copy away."
        ],
    )
