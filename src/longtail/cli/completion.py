"""What the shell completes besides commands and options: data sets, learners, and the columns of a table.

Asked at every press of a key, so nothing heavy is imported: the names are repeated here, and a test holds them to the
originals. Where nothing here fits, the shell offers files.
"""

import csv
from pathlib import Path

import typer

__all__ = ["BUNDLED_NAMES", "LEARNER_NAMES", "column_names", "data_names", "learner_names"]

BUNDLED_NAMES = {
    "digits": "1,797 handwritten digits",
    "iris": "150 flowers",
    "wine": "178 wines",
    "breast-cancer": "569 biopsies",
    "fashion-mnist": "70,000 pictures, if installed",
}
LEARNER_NAMES = {
    "mlp": "a network that fits its training data",
    "wide-mlp": "the same, twice as wide, for 10,000 examples and more",
    "logistic": "logistic regression",
    "knn": "the nearest neighbor",
    "boosting": "boosted trees of many subsets at once, compiled",
    "forest": "a random forest without bootstrap",
    "batched-logistic": "logistic regression of many subsets at once",
    "text-logistic": "logistic regression on the weights of all words",
    "ngram": "language models of many subsets at once, for texts themselves",
    "recurrent": "a small recurrent language model, by PyTorch",
}


def data_names(incomplete: str) -> list[tuple[str, str]]:
    """Bundled data sets that begin so."""
    return _beginning(BUNDLED_NAMES, incomplete)


def learner_names(incomplete: str) -> list[tuple[str, str]]:
    """Built-in learners that begin so."""
    return _beginning(LEARNER_NAMES, incomplete)


def column_names(context: typer.Context, incomplete: str) -> list[str]:
    """Return the columns of the table that was named as DATA."""
    # If an option has no value yet, the words after it are not parsed.
    typed = [context.params.get("data"), *context.args]
    tables = [Path(word) for word in typed if word]
    return [column for table in tables for column in _columns(table) if column.startswith(incomplete)]


def _beginning(names: dict[str, str], incomplete: str) -> list[tuple[str, str]]:
    return [(name, said) for name, said in names.items() if name.startswith(incomplete)]


def _columns(table: Path) -> list[str]:
    try:
        if table.suffix in (".csv", ".tsv"):
            with table.open(encoding="utf-8-sig", newline="") as file:
                return next(csv.reader(file, delimiter="\t" if table.suffix == ".tsv" else ","), [])
        if table.suffix == ".parquet":
            from pyarrow.parquet import read_schema

            return list(read_schema(table).names)
    except (OSError, ValueError, csv.Error):  # Completion prints no errors.
        pass
    return []
