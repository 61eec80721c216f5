"""``longtail dose``: how the memorization of one copy falls as there are more of them."""

import math
from typing import TYPE_CHECKING, Annotated

import typer

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
from longtail.cli.printing import out as console
from longtail.cli.printing import print_json, print_table, remark, with_interval
from longtail.cli.progress import trial_progress

if TYPE_CHECKING:
    from longtail.estimate import Estimate
    from longtail.experiments.dose import DoseStudy

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
    fraction: Fraction = 0.7,
    level: Annotated[float, typer.Option("--level", help="Nominal coverage of each interval.")] = 0.95,
    seed: Seed = 0,
    jobs: Jobs = None,
    json: Json = False,
) -> None:
    """Measure the memorization of one of several copies.

    A point seen once is memorized or lost, one seen often is known from its other copies: the paper's curve, on your
    data and learner, beside what it is where one copy is enough. Trains models; writes nothing.

    Example: longtail dose digits --wrong-labels
    """
    from longtail.cli.studying import chosen_study, require_jobs, say_choices, source_of
    from longtail.experiments.dose import dose_study

    require_jobs(jobs)
    doses = _parsed(copies)
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
    if json:
        print_json({"data": data, **found.to_json()})
        return
    _print(found)


def _exposure(estimate: "Estimate | None") -> str:
    return "–" if estimate is None or math.isnan(estimate.value) else with_interval(estimate, ".2f")


def _parsed(copies: str) -> list[int]:
    from longtail.errors import InputError

    try:
        return [int(part) for part in copies.split(",")]
    except ValueError:
        raise InputError("--copies", "be whole numbers with commas between them, as 1,2,4", copies) from None


def _print(found: "DoseStudy") -> None:
    rows = [
        (
            f"{dose.copies:,}",
            with_interval(dose.memorization.scaled(100), ".1f"),
            f"{100 * dose.expected:.1f}",
            with_interval(dose.left_out.scaled(100), ".1f"),
            _exposure(dose.exposure),
        )
        for dose in found.doses
    ]
    labels = "a wrong label" if found.wrong_labels else "their own labels"
    title = (
        f"{found.n_examples} examples a dose with {labels}; {found.n_trials:,} models ({found.learner}) on "
        f"{found.fraction:.0%} of {found.n_train:,} examples"
    )
    columns = ("copies", "memorized, points", "one is enough", "right without it, %", "exposure")
    print_table(title, columns, rows)
    console.print(
        "\nMemorized: how much more often models are right on a copy that they were trained on. Where one copy is "
        f"enough to know the label, it falls to {1 - found.fraction:.0%} of itself with each further copy, the chance "
        "that this one is left out as well; above that, models need several copies."
    )
    remark(
        f"Intervals are over the {found.n_examples} examples drawn; one without width says that they agree, and no "
        "more. An exposure of 0.5 shows nothing, 1 gives every copy away."
    )
