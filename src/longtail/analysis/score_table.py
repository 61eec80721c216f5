"""A table of scores, as a person holds it: a row an example, beside the row of the file that the example came from.

It is indexed by example, not by place: ``scores[17]`` is the estimate for example 17, wherever the table is sorted to.
A slice takes rows in the order in which they stand. It becomes a frame of pandas or polars, or whatever reads Arrow.

>>> import numpy as np
>>> from longtail.findings.columns import Column
>>> value = np.array([0.1, 0.9])
>>> ends = {"low": value - 0.1, "high": value}
>>> column = Column(name="memorization", title="memorization", unit="difference", value=value, **ends)
>>> scores = ScoreTable(title="memorization", keys={"example": np.arange(2)}, columns=(column,), level=0.95)
>>> print(scores[1])
0.9 [0.8, 0.9]
>>> list(scores.sorted()), list(scores[:1])
([1, 0], [0])
"""

import html
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.errors import InputError, Said
from longtail.estimate import Estimate
from longtail.findings.columns import Column
from longtail.percent import chosen
from longtail.scores.tables import write_table

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["ScoreTable"]

_SHOWN = 10
"""Rows of a table that is shown in a notebook."""


@checked
@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class ScoreTable:
    """Scores of examples, or of pairs of examples.

    Parameters
    ----------
    title : str
        The score that the first column holds, in words.
    keys : mapping
        Whose scores they are: ``example`` (its number among the training examples), or ``train`` and ``test`` of a
        pair, then what its owner knows it by: ``row`` in the data as given, ``label``, ``group``.
    columns : tuple of Column
        The scores; the first is what an index gives.
    level : float
        Nominal coverage of each interval.
    """

    title: str
    keys: Mapping[str, NDArray[Any]]
    columns: tuple[Column, ...]
    level: float
    _places: dict[Any, int] = field(init=False)

    def __post_init__(self) -> None:
        numbers = [self.keys[name].tolist() for name in self._index]
        known = numbers[0] if len(numbers) == 1 else list(zip(*numbers, strict=True))
        object.__setattr__(self, "_places", {key: place for place, key in enumerate(known)})

    # ------------------------------------------------------------------------------------------------ rows and values

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[Any]:
        """Go through the examples in the order of the rows: numbers, or pairs of numbers."""
        return iter(self._places)

    def __contains__(self, example: object) -> bool:
        return example in self._places

    def __getitem__(self, which: Any) -> Any:
        """Return the estimate for one example or, for a slice or a mask, the table of those rows.

        Raises
        ------
        InputError
            If the table has no such example.
        """
        if isinstance(which, slice):
            return self.at_places(np.arange(len(self))[which])
        if isinstance(which, np.ndarray) and which.dtype == bool:
            return self.at_places(np.flatnonzero(which))
        key = tuple(int(part) for part in which) if isinstance(which, tuple) else which
        if key not in self._places:
            law = f"be one of the {len(self):,} that this table holds"
            raise InputError("example", law, which, "A slice, as [:10], takes rows by their place.")
        return self.columns[0].at(self._places[key], self.level)

    @property
    def names(self) -> list[str]:
        """The names of the scores."""
        return [column.name for column in self.columns]

    def column(self, name: str) -> NDArray[Any]:
        """Return one column of the table, by the name that it has as a frame.

        Raises
        ------
        InputError
            If there is none of this name.
        """
        arrays = self._arrays()
        if name not in arrays:
            raise InputError("column", f"be one of {', '.join(arrays)}", name)
        return arrays[name]

    def sorted(self, by: str | None = None, *, falling: bool = True) -> "ScoreTable":
        """Return the same rows in the order of a column, by default the first score. Undetermined ones come last."""
        values = self.column(self.columns[0].name if by is None else by)
        if values.dtype.kind in "OUS":
            order = np.argsort(values.astype(str), kind="stable")
            return self.at_places(order[::-1] if falling else order)
        return self.at_places(np.argsort(-values.astype(float) if falling else values, kind="stable"))

    def at_places(self, places: NDArray[np.intp]) -> "ScoreTable":
        """Return the table of the rows at these places, in this order."""
        kept = tuple(column.at_places(places) for column in self.columns)
        return replace(self, keys={name: array[places] for name, array in self.keys.items()}, columns=kept)

    # --------------------------------------------------------------------------------------------------------- frames

    def to_arrow(self) -> "pa.Table":
        """Return the table in Arrow's format. Undetermined numbers are null."""
        import pyarrow as pa

        return pa.table({name: pa.array(array, from_pandas=True) for name, array in self._arrays().items()})

    def write(self, path: Path) -> None:
        """Write the table, as CSV or Parquet by the file's ending, whole or not at all. Undetermined numbers are empty.

        Raises
        ------
        InputError
            If the ending is neither, or the folder does not exist.
        """
        write_table(self._arrays(), path, "out")

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Give the table to whatever reads Arrow's streams.

        For instance ``polars.DataFrame(scores)`` and ``pyarrow.table(scores)``.
        """
        return self.to_arrow().__arrow_c_stream__(requested_schema)  # type: ignore[no-untyped-call]

    def to_pandas(self) -> Any:
        """Return the table as a frame of pandas.

        Raises
        ------
        InputError
            If pandas is not installed.
        """
        return _imported("pandas").DataFrame(self._arrays())

    def to_polars(self) -> Any:
        """Return the table as a frame of polars.

        Raises
        ------
        InputError
            If polars is not installed.
        """
        return _imported("polars").from_arrow(self.to_arrow())

    # ------------------------------------------------------------------------------------------------------- for eyes

    def __repr__(self) -> str:
        first = ", ".join(f"{example}: {self[example]}" for example in islice(self, 3))
        more = ", …" if len(self) > 3 else ""
        return f"<{self.title} of {len(self):,} {self._noun}, {chosen(self.level)} intervals: {first}{more}>"

    def _repr_html_(self) -> str:
        """Return the first rows as a table, for a notebook."""
        shown = self[:_SHOWN]._cells()
        head = "".join(f"<th>{html.escape(name)}</th>" for name in shown)
        rows = "".join(
            f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>"
            for row in zip(*shown.values(), strict=True)
        )
        caption = html.escape(f"{self.title} of {len(self):,} {self._noun}, {chosen(self.level)} intervals")
        more = f"<p>and {len(self) - _SHOWN:,} more</p>" if len(self) > _SHOWN else ""
        return f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{more}"

    # -------------------------------------------------------------------------------------------------------- private

    @property
    def _index(self) -> tuple[str, ...]:
        return ("train", "test") if "test" in self.keys else ("example",)

    @property
    def _noun(self) -> str:
        return "pairs" if "test" in self.keys else "training examples"

    def _arrays(self) -> dict[str, NDArray[Any]]:
        scores = {name: array for column in self.columns for name, array in column.parts().items()}
        return {**self.keys, **scores}

    def _cells(self) -> dict[str, list[str]]:
        texts = {name: [str(entry) for entry in array.tolist()] for name, array in self.keys.items()}
        for column in self.columns:
            cells = (column.at(place, self.level) for place in range(len(self)))
            texts[column.title] = [str(each) if isinstance(each, Estimate) else f"{each:.4g}" for each in cells]
        return texts


def _imported(package: str) -> Any:
    import importlib

    try:
        return importlib.import_module(package)
    except ImportError:
        remedy = f"pip install {package}; or take to_arrow(), which needs nothing more."
        raise InputError("frame", f"be of a package that is installed: {package}", Said("none"), remedy) from None
