"""Options that several commands share, described once."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "Data",
    "Drop",
    "Embedding",
    "Fraction",
    "Group",
    "Jobs",
    "Json",
    "LearnerName",
    "Memory",
    "Out",
    "Run",
    "Seed",
    "Target",
    "Text",
    "Together",
]

Data = Annotated[
    str,
    typer.Argument(
        metavar="DATA",
        help="A bundled name (digits, iris, fashion-mnist, …), an .npz, a .csv, .tsv or .parquet, a folder of images "
        "by class, or one that Hugging Face datasets saved",
    ),
]
Run = Annotated[Path, typer.Argument(metavar="RUN", help="A run folder, made by measure or audit.")]
Target = Annotated[str | None, typer.Option("--target", help="Of a table: the column that holds the labels.")]
Group = Annotated[str | None, typer.Option("--group", help="Of a table: the column that names subpopulations.")]
Together = Annotated[
    str | None,
    typer.Option(
        "--together", help="Column (of an .npz: array) whose equal values are in or out of a subset together."
    ),
]
Text = Annotated[
    str | None, typer.Option("--text", help="Of a table: the column of a text, whose words become features.")
]
Embedding = Annotated[
    Path | None,
    typer.Option("--embedding", help="An .npy with a row for each example, test examples last: the features instead."),
]
Drop = Annotated[
    list[str] | None, typer.Option("--drop", metavar="COLUMN", help="Of a table: leave the column out; repeatable.")
]
Out = Annotated[Path, typer.Option("--out", help="The run folder; nothing is written outside it.")]
LearnerName = Annotated[
    str, typer.Option("--learner", help="mlp, logistic, knn, forest, or an importable module:object.")
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
