"""Options that several commands share, described once."""

from pathlib import Path
from typing import Annotated

import typer

from longtail.cli.completion import LEARNER_NAMES, column_names, data_names, learner_names
from longtail.runs.run_there import require_run

__all__ = [
    "Data",
    "Drop",
    "Embedding",
    "Fraction",
    "Group",
    "Jobs",
    "Json",
    "LanguageModel",
    "LearnerByData",
    "LearnerByTask",
    "LearnerOfRun",
    "LearnerOfRunIfAny",
    "Memory",
    "Missing",
    "Out",
    "Run",
    "Seed",
    "Target",
    "Task",
    "Test",
    "Text",
    "Together",
]

_LEARNERS = f"{', '.join(LEARNER_NAMES)}, or an importable module:object."
Data = Annotated[
    str,
    typer.Argument(
        metavar="DATA",
        help="A bundled name (digits, iris, fashion-mnist, …), an .npz, a .csv, .tsv or .parquet, a folder of images "
        "by class, or one that Hugging Face datasets saved",
        autocompletion=data_names,
    ),
]


def _there(context: typer.Context, run: Path) -> Path:
    """Refuse a folder that is no run, before a command imports what reads runs."""
    if not context.resilient_parsing:  # That is completion.
        require_run(run)
    return run


Run = Annotated[Path, typer.Argument(metavar="RUN", help="A run folder, made by measure or audit.", callback=_there)]
Target = Annotated[
    str | None,
    typer.Option(
        "--target",
        help="Of a table: the column that holds the labels, or the numbers to predict.",
        autocompletion=column_names,
    ),
]
Group = Annotated[
    str | None,
    typer.Option("--group", help="Of a table: the column that names subpopulations.", autocompletion=column_names),
]
Together = Annotated[
    str | None,
    typer.Option(
        "--together",
        help="Column (of an .npz: array) whose equal values are in or out of a subset together.",
        autocompletion=column_names,
    ),
]
Text = Annotated[
    str | None,
    typer.Option(
        "--text",
        help="Of a table: the column of a text, whose words become features.",
        autocompletion=column_names,
    ),
]
Embedding = Annotated[
    Path | None,
    typer.Option("--embedding", help="An .npy with a row for each example, test examples last: the features instead."),
]
Test = Annotated[
    Path | None,
    typer.Option(
        "--test", help="Of a table: a file of the test rows, with the same columns; a fifth of DATA if not given."
    ),
]
Drop = Annotated[
    list[str] | None,
    typer.Option(
        "--drop",
        metavar="COLUMN",
        help="Of a table: leave the column out; repeatable.",
        autocompletion=column_names,
    ),
]
Missing = Annotated[
    str,
    typer.Option(
        "--missing",
        help="Of a table: rows without a label or a group: refuse them, drop them, or group those without a group.",
    ),
]
Task = Annotated[
    str | None,
    typer.Option(
        "--task",
        help="classification or regression: what the target is. Its values say so if not given: regression for real "
        "numbers, and for more than 30 different ones.",
    ),
]
LanguageModel = Annotated[
    bool,
    typer.Option(
        "--language-model",
        help="The texts are what is learned: a .txt with one document a line, or the column --text of a table.",
    ),
]
Out = Annotated[Path, typer.Option("--out", help="The run folder; nothing is written outside it.")]
LearnerByTask = Annotated[
    str | None,
    typer.Option(
        "--learner",
        help=f"{_LEARNERS} If not given mlp, and boosting where the target is a number.",
        autocompletion=learner_names,
    ),
]
LearnerByData = Annotated[
    str | None,
    typer.Option(
        "--learner", help=f"{_LEARNERS} Chosen by the kind of the data if not given.", autocompletion=learner_names
    ),
]
LearnerOfRun = Annotated[
    str | None,
    typer.Option("--learner", help=f"{_LEARNERS} That of RUN if not given.", autocompletion=learner_names),
]
LearnerOfRunIfAny = Annotated[
    str | None,
    typer.Option(
        "--learner", help=f"{_LEARNERS} That of RUN if there is one, otherwise mlp.", autocompletion=learner_names
    ),
]
Fraction = Annotated[float, typer.Option("--fraction", help="Share of the examples that each model is trained on.")]
Seed = Annotated[int, typer.Option("--seed", help="Of subsets and learners.")]
Jobs = Annotated[
    int | None, typer.Option("--jobs", help="Models at a time; one for each core by default. Changes no result.")
]
Memory = Annotated[
    float, typer.Option("--memory", help="GB that the table of outcomes may take; beyond, it is mapped from disk.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
