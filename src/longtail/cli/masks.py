"""``longtail masks``: write the subsets of a study, to train the models elsewhere."""

from typing import Annotated

import typer

from longtail.cli.options import (
    Data,
    Drop,
    Embedding,
    Fraction,
    Group,
    Json,
    LanguageModel,
    Missing,
    Out,
    Seed,
    Target,
    Task,
    Test,
    Text,
    Together,
)
from longtail.cli.printing import out as console
from longtail.cli.printing import print_json, remark

__all__ = ["masks_command"]


def masks_command(
    data: Data,
    out: Out,
    trials: Annotated[int, typer.Option("--trials", help="How many models you will train.")] = 400,
    name: Annotated[str, typer.Option("--name", help="What to call what you train.")] = "own-loop",
    target: Target = None,
    group: Group = None,
    together: Together = None,
    text: Text = None,
    embedding: Embedding = None,
    test: Test = None,
    drop: Drop = None,
    missing: Missing = "refuse",
    task: Task = None,
    language_model: LanguageModel = False,
    fraction: Fraction = 0.7,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Bring your own training loop: write who is in which subset.

    Writes into RUN the subsets, the data and how to write what the models answer: logits of classes, predicted numbers,
    losses of texts. longtail import reads those back.

    Example: longtail masks digits --trials 200 --out runs/own
    """
    from longtail.cli.studying import chosen_data, say_choices, source_of
    from longtail.runs.masks import write_masks

    source = source_of(
        data,
        target=target,
        group=group,
        together=together,
        text=text,
        embedding=embedding,
        test=test,
        drop=drop,
        missing=missing,
        task=task,
        language_model=language_model,
    )
    dataset, design = chosen_data(source, trials, fraction, seed)
    write_masks(source, dataset, design, out, name)
    say_choices(dataset)
    if json:
        print_json({"run": str(out), "n_trials": trials, "instructions": str(out / "README.md")})
        return
    console.print(f"The subsets of {trials} trials, the data and how to go on: {out / 'README.md'}.")
    remark(f"Next: train, by longtail.trial in Python, or longtail import {out} LOGITS")
