"""``longtail table``: one table of everything that a run says of each record, or of each unit of records."""

from pathlib import Path
from typing import Annotated

import typer

from longtail.cli.options import Json, Run
from longtail.cli.printing import errors, print_json, remark
from longtail.cli.printing import out as console

__all__ = ["table_command"]


def table_command(
    run: Run,
    out: Annotated[Path, typer.Option("--out", help="The file to write: .csv or .parquet.")],
    by_unit: Annotated[
        bool, typer.Option("--by-unit", help="A row for each unit whose rows stay together: a person, a patient.")
    ] = False,
    level: Annotated[float, typer.Option("--level", help="Nominal coverage of each interval.")] = 0.95,
    json: Json = False,
) -> None:
    """Write one table: a row a record, every score with its interval.

    Names as in your data (row, label, group, unit, identifiers), memorization, exposure and how often each attack
    names the record, influence on its group, whether it looks mislabeled or rare. Writes the file that --out names.

    Example: longtail table runs/digits --out digits.parquet
    """
    from longtail.errors import LongtailError
    from longtail.scores.tables import require_table
    from longtail.study.run import open_run

    require_table(out, "--out")
    opened = open_run(run)
    try:
        opened.dataset  # noqa: B018  says why the names are not here
    except LongtailError as error:
        if by_unit:
            raise
        errors.print(f"Without names, kinds and groups: {error}")
    table = opened.table(level, by_unit=by_unit)
    table.write(out)
    names = list(table.to_arrow().column_names)
    if json:
        print_json({"path": str(out), "rows": len(table), "columns": names})
        return
    console.print(f"{len(table):,} rows, {len(names)} columns: {', '.join(names)}")
    remark("Columns that end in _low and _high are intervals at the level that was asked for; empty is undetermined.")
