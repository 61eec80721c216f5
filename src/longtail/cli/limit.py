"""``longtail limit``: what privacy and compression cost, and whom, beside what the theory says."""

from collections.abc import Callable
from typing import Annotated, Literal, TypeVar

import typer

from longtail.cli.options import (
    Data,
    Drop,
    Embedding,
    Fraction,
    Group,
    Jobs,
    Json,
    LearnerName,
    Missing,
    Out,
    Seed,
    Target,
    Text,
    Together,
)
from longtail.cli.printing import errors, print_json
from longtail.cli.printing import out as console
from longtail.cli.progress import trial_progress

__all__ = ["limit_command"]

_Number = TypeVar("_Number", int, float)

_Epsilons = Annotated[str, typer.Option("--epsilon", help="Differential privacy at these levels: 1,3,8.")]
_Delta = Annotated[float, typer.Option("--delta", help="Of differential privacy.")]
_LabelEpsilons = Annotated[str, typer.Option("--label-epsilon", help="Label privacy at these levels: 1,2.")]
_Sparsities = Annotated[str, typer.Option("--prune", help="Shares of weights to prune: 0.5,0.9.")]
_Bits = Annotated[str, typer.Option("--bits", help="Round weights to so many bits: 8,4.")]
_Named = Annotated[
    list[str] | None,
    typer.Option(
        "--limit",
        metavar="KIND:SETTINGS",
        help="Any other limit, repeatable: low-rank:rank=4, narrower:share=0.5, regularized:dropout=0.5, "
        "pruned:sparsity=0.9,scope=layer. Settings as in longtail.limits.",
    ),
]
_Controls = Annotated[
    bool, typer.Option("--controls", help="Also train without noise, and without clipping: the split of the cost.")
]
_Trials = Annotated[int, typer.Option("--trials", help="Models of each learner.")]
_Rows = Annotated[int | None, typer.Option("--rows", help="Study a random part of so many training examples.")]
_Subpopulations = Annotated[
    Literal["found", "given", "none"], typer.Option("--subpopulations", help="What predictions are made of.")
]
_LearnerSettings = Annotated[
    str, typer.Option("--learner-settings", help="Of the learner, by name: hidden=128,batch_size=64.")
]
_PrivateSettings = Annotated[
    str,
    typer.Option("--private-settings", help="Of DP-SGD, by name: epochs, sampling_rate, clipping_norm, learning_rate."),
]


def limit_command(
    data: Data,
    out: Out,
    epsilon: _Epsilons = "",
    delta: _Delta = 1e-5,
    label_epsilon: _LabelEpsilons = "",
    prune: _Sparsities = "",
    bits: _Bits = "",
    limit: _Named = None,
    controls: _Controls = False,
    trials: _Trials = 40,
    rows: _Rows = None,
    subpopulations: _Subpopulations = "found",
    target: Target = None,
    group: Group = None,
    together: Together = None,
    text: Text = None,
    embedding: Embedding = None,
    drop: Drop = None,
    missing: Missing = "refuse",
    learner: LearnerName = "mlp",
    learner_settings: _LearnerSettings = "",
    private_settings: _PrivateSettings = "",
    fraction: Fraction = 0.7,
    seed: Seed = 0,
    jobs: Jobs = None,
    json: Json = False,
) -> None:
    """What privacy and compression cost, and whom.

    Trains with each limit and without, and sets the loss of each group beside what the theory predicts. Run it again to
    resume. Writes RUN: the study, the trials, findings.json and report.html.

    Example: longtail limit digits --epsilon 3 --prune 0.9 --out runs/limits
    """
    from dataclasses import replace

    from longtail.cli.limit_tables import print_limits
    from longtail.cli.studying import chosen_study, require_jobs, say_choices, source_of
    from longtail.learners.settings import parsed_settings
    from longtail.limits.asked_for import Levels, planned_limits
    from longtail.runs.run_folder import RunFolder
    from longtail.study.limits import limit as study_of_limits

    require_jobs(jobs)
    levels = Levels(
        epsilons=_numbers("--epsilon", epsilon, float),
        delta=delta,
        label_epsilons=_numbers("--label-epsilon", label_epsilon, float),
        sparsities=_numbers("--prune", prune, float),
        bits=_numbers("--bits", bits, int),
        controls=controls,
        private_settings=parsed_settings("--private-settings", private_settings),
        named=tuple(limit or ()),
    )
    source = source_of(
        data,
        target=target,
        group=group,
        together=together,
        text=text,
        embedding=embedding,
        drop=drop,
        missing=missing,
    )
    dataset, chosen, design = chosen_study(source, learner, trials, fraction, seed, learner_settings)
    dataset = dataset if rows is None else dataset.sample(rows)
    limits = planned_limits(dataset, chosen, levels)
    with trial_progress("Training") as bar:
        findings = study_of_limits(
            replace(source, rows=rows),
            dataset,
            chosen,
            design,
            out,
            limits,
            subpopulations=subpopulations,
            jobs=jobs,
            progress=bar,
            say=errors.print,
        )
    say_choices(dataset)
    assert findings.limits is not None
    if json:
        print_json(findings.to_json()["limits"])
        return
    print_limits(findings.limits)
    console.print(f"\nThe report: {RunFolder(out).report}")


def _numbers(option: str, text: str, kind: Callable[[str], _Number]) -> tuple[_Number, ...]:
    """``1,3,8`` as numbers."""
    from longtail.errors import InputError

    try:
        return tuple(kind(part) for part in text.split(",") if part.strip())
    except ValueError:
        whole = "whole numbers" if kind is int else "numbers"
        raise InputError(option, f"be {whole} separated by commas", text, "For instance 8,4.") from None
