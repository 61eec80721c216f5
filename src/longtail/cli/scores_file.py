"""The file of ``longtail scores --out``: everything that a run says of each record, or of each unit of records."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from longtail.cli.printing import remark

if TYPE_CHECKING:
    from longtail.analysis.score_table import ScoreTable
    from longtail.runs.run_folder import Study

__all__ = ["data_for_table", "tell_of_table"]


def data_for_table(study: "Study", by_unit: bool) -> Any:
    """Return the data of a run. None, with a remark, if they are not here and rows are asked for, not units."""
    from longtail.errors import LongtailError
    from longtail.runs.reload import reload_dataset

    try:
        return reload_dataset(study)
    except LongtailError as missing:
        if by_unit:
            raise
        remark(f"Names, kinds and groups are left out of the table: {missing}")
        return None


def tell_of_table(table: "ScoreTable", path: Path) -> None:
    """Say what was written, and what its columns are."""
    names = table.to_arrow().column_names
    remark(f"\nWritten to {path}: {len(table):,} rows, {len(names)} columns: {', '.join(names)}.")
    remark("Columns that end in _low and _high are intervals at the level that was asked for; empty is undetermined.")
