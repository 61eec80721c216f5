"""``longtail compare``: what two runs on the same data memorize, or two models predict, side by side."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from longtail.cli.compare_predictions import PREDICTIONS, show_compared
from longtail.cli.options import Group, Json, Target
from longtail.cli.printing import out as console
from longtail.cli.printing import print_json, print_table

if TYPE_CHECKING:
    from longtail.experiments.compare import Comparison

__all__ = ["compare_command"]


def compare_command(
    first: Annotated[Path, typer.Argument(metavar="A", help="A run folder, or predictions (.npy, .csv, .parquet).")],
    second: Annotated[Path, typer.Argument(metavar="B", help="Another one, about the same data.")],
    data: Annotated[str | None, typer.Option("--data", help="What predictions are about: a table, or DATA.")] = None,
    target: Target = None,
    group: Group = None,
    name: Annotated[str | None, typer.Option("--name", help="Of a table: the column of row names.")] = None,
    level: Annotated[float, typer.Option("--level", help="Nominal coverage of each interval.")] = 0.95,
    top: Annotated[int, typer.Option("--top", help="Examples to print.")] = 20,
    plot: Annotated[Path | None, typer.Option("--plot", help="Draw the scatter (.png, .svg or .pdf).")] = None,
    json: Json = False,
) -> None:
    """Show what two learners memorize or predict differently.

    Two runs on the same data: another learner, other settings, another fraction. Or predictions from anywhere with
    --data: by class and group, aligned by --name or, without names, by order. Writes nothing but the picture of
    --plot.

    Example: longtail compare a.csv b.csv --data test.csv --target outcome --group region --name id
    """
    if data is not None or any(path.suffix.lower() in PREDICTIONS for path in (first, second)):
        _require_data(data, plot)
        assert data is not None
        show_compared(first, second, data, target=target, group=group, name=name, level=level, top=top, json=json)
        return
    _refuse_columns(target=target, group=group, name=name)
    from longtail.experiments.compare import compare_runs
    from longtail.report.figures.comparison_figure import save_comparison
    from longtail.report.figures.drawing_file import require_drawing_file

    if plot is not None:
        require_drawing_file(plot)
    comparison = compare_runs(first, second, level)
    if plot is not None:
        save_comparison(
            plot,
            first=comparison.first.value,
            second=comparison.second.value,
            differs=comparison.differs,
            names=(first.name, second.name),
        )
    if json:
        print_json(comparison)
        return
    _table(comparison, top)


def _require_data(data: str | None, plot: Path | None) -> None:
    from longtail.errors import InputError

    if data is None:
        raise InputError("--data", "say what predictions are about", None, "Name the table or the data set.")
    if plot is not None:
        raise InputError("--plot", "be given for two runs", str(plot))


def _refuse_columns(**columns: str | None) -> None:
    from longtail.errors import InputError

    for name, value in columns.items():
        if value is not None:
            raise InputError(f"--{name}", "be given for predictions, with --data", value)


def _table(comparison: "Comparison", top: int) -> None:
    order = (-abs(comparison.difference)).argsort(kind="stable")[:top]
    rows = [
        (
            str(i),
            f"{comparison.first.value[i]:.3f}",
            f"{comparison.second.value[i]:.3f}",
            f"{comparison.difference[i]:+.3f}",
            f"[{comparison.low[i]:+.3f}, {comparison.high[i]:+.3f}]",
            "yes" if comparison.differs[i] else "",
        )
        for i in order.tolist()
    ]
    columns = ("train", "first", "second", "difference", f"{comparison.first.level:.0%} interval", "differs")
    print_table(f"The {len(rows)} largest differences of {len(comparison.difference)} examples", columns, rows)
    console.print(
        f"\nMean difference {comparison.mean_difference}. Rank correlation {comparison.spearman:.2f}; linear "
        f"{comparison.pearson:.2f}, with sampling noise taken out {comparison.pearson_of_truths:.2f}. "
        f"{int(comparison.differs.sum())} examples differ, with all {len(comparison.difference)} looked at."
    )
