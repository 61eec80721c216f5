"""``longtail compare``: what two runs on the same data memorize, or two models predict, side by side."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from longtail.cli.answering import answer_on_run
from longtail.cli.compare_predictions import PREDICTIONS, show_compared
from longtail.cli.options import Group, Json, Target
from longtail.percent import chosen, with_decimals

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from longtail.experiments.compare import Comparison
    from longtail.findings.results import Result

__all__ = ["compare_command"]


def compare_command(
    first: Annotated[Path, typer.Argument(metavar="A", help="A run folder, or predictions (.npy, .csv, .parquet).")],
    second: Annotated[Path, typer.Argument(metavar="B", help="Another one, about the same data.")],
    data: Annotated[str | None, typer.Option("--data", help="What predictions are about: a table, or DATA.")] = None,
    target: Target = None,
    group: Group = None,
    name: Annotated[str | None, typer.Option("--name", help="Of a table: the column of row names.")] = None,
    together: Annotated[str | None, typer.Option("--together", help="Of predictions: the column of units.")] = None,
    level: Annotated[float, typer.Option("--level", help="Nominal coverage of each interval.")] = 0.95,
    top: Annotated[int, typer.Option("--top", help="Examples to print.")] = 20,
    plot: Annotated[Path | None, typer.Option("--plot", help="Draw the scatter (.png, .svg or .pdf).")] = None,
    json: Json = False,
) -> None:
    """Show what two learners memorize or predict differently.

    Two runs on the same data: another learner, other settings, another fraction. Or predictions from anywhere with
    --data: by class and group, aligned by --name or, without names, by order. Of runs, writes
    results/compare.json of the first and its report anew, and the picture of --plot.

    Example: longtail compare a.csv b.csv --data test.csv --target outcome --group region --name id
    """
    if data is not None or any(path.suffix.lower() in PREDICTIONS for path in (first, second)):
        _require_data(data, plot)
        assert data is not None
        columns = {"target": target, "group": group, "name": name, "together": together}
        show_compared(first, second, data, **columns, level=level, top=top, json=json)
        return
    _refuse_columns(target=target, group=group, name=name, together=together)
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
    answer_on_run(first, _told(comparison, top, first, second.name), comparison if json else None)


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


def _told(comparison: "Comparison", top: int, run: Path, other: str) -> "Result":
    from longtail.findings.example_name import COUNTED, named_rows
    from longtail.findings.results import Result, ResultTable
    from longtail.percent import points

    order = (-abs(comparison.difference)).argsort(kind="stable")[:top]
    rows = [
        [
            name,
            f"{comparison.first.value[i]:.3f}",
            f"{comparison.second.value[i]:.3f}",
            f"{comparison.difference[i]:+.3f}",
            f"[{comparison.low[i]:+.3f}, {comparison.high[i]:+.3f}]",
            "yes" if comparison.differs[i] else "",
        ]
        for name, i in zip(named_rows(order.tolist(), _rows_of(run)), order.tolist(), strict=True)
    ]
    n, kind = len(comparison.difference), comparison.first.kind
    mean = points(comparison.mean_difference)
    if comparison.first.moments is not None:
        mean = f"{with_decimals(comparison.mean_difference)} {kind.unit}"
    return Result(
        name="compare",
        title=f"What the learner of {other} memorizes differently",
        command="longtail compare RUN RUN",
        n_trials=int(comparison.first.n_in[0] + comparison.first.n_out[0]),
        said=[
            f"Mean difference {mean}. Rank correlation {comparison.spearman:.2f}; linear "
            f"{comparison.pearson:.2f}, with sampling noise taken out {comparison.pearson_of_truths:.2f}. "
            f"{int(comparison.differs.sum()):,} examples differ, with all {n:,} looked at."
        ],
        tables=[
            ResultTable(
                title=f"The {len(rows)} largest differences of {n:,} examples",
                columns=[
                    "example",
                    "first",
                    "second",
                    "difference",
                    f"{chosen(comparison.first.level)} interval",
                    "differs",
                ],
                rows=rows,
            )
        ],
        notes=[COUNTED],
    )


def _rows_of(run: Path) -> "NDArray[np.int64] | None":
    """Return the row of each training example, if the data are here."""
    from longtail.errors import LongtailError
    from longtail.runs.reload import reload_dataset
    from longtail.runs.run_folder import RunFolder

    try:
        return reload_dataset(RunFolder(run).study()).position
    except LongtailError:
        return None
