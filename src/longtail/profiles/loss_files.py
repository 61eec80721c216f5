"""A table of losses in a CSV or Parquet file: a row for each example and checkpoint."""

from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.dataset.arrow_columns import is_text
from longtail.dataset.column_choice import require_column
from longtail.dataset.gaps import Column
from longtail.dataset.tables import TABLES, read_table
from longtail.dataset.typed_columns import typed
from longtail.errors import InputError, Said
from longtail.profiles.losses import Losses

__all__ = ["read_losses"]


@checked
def read_losses(
    path: str | Path,
    *,
    example: str = "example",
    step: str = "step",
    checkpoint: str = "checkpoint",
    loss: str = "loss",
) -> Losses:
    """Read losses from a table.

    Parameters
    ----------
    path : path
        A .csv, .tsv or .parquet file.
    example, step, checkpoint, loss : str
        The columns, see :meth:`Losses.from_rows`; an empty step is that of an example that is never trained on.

    Raises
    ------
    InputError
        If the file or a column is not there, a column holds no numbers, or the table breaks a law of
        :class:`~longtail.profiles.Losses`.
    """
    file = Path(path)
    if file.suffix.lower() not in TABLES or not file.is_file():
        raise InputError("data", "be a .csv, .tsv or .parquet file that exists", str(path))
    table = read_table(file).table
    for argument, column in (("example", example), ("step", step), ("checkpoint", checkpoint), ("loss", loss)):
        require_column(argument, table.column_names, column)
    names = table.column(example)
    if names.null_count:
        raise InputError("example", "name an example in each row", Said(f"{names.null_count} missing in {example!r}"))
    return Losses.from_rows(
        example=np.array([str(name) for name in names.to_pylist()], object),
        step=_numbers("step", step, table.column(step), gaps=True),
        checkpoint=_numbers("checkpoint", checkpoint, table.column(checkpoint)),
        loss=_numbers("loss", loss, table.column(loss)),
    )


def _numbers(argument: str, name: str, column: Column, *, gaps: bool = False) -> NDArray[np.float64]:
    if column.null_count and not gaps:
        raise InputError(argument, "have a number in each row", Said(f"{column.null_count} missing in {name!r}"))
    found = typed(column) if is_text(column) else column
    numeric = (pa.types.is_integer, pa.types.is_floating, pa.types.is_null, pa.types.is_boolean, pa.types.is_decimal)
    if not any(is_kind(found.type) for is_kind in numeric):
        raise InputError(argument, "name a column of numbers", Said(f"{name!r}, which holds {_example_of(column)}"))
    return np.asarray(found.cast(pa.float64()).to_numpy(), np.float64)


def _example_of(column: Column) -> str:
    return repr(next((value for value in column.to_pylist() if value is not None), None))
