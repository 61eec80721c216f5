"""How many examples look to a person: pictures, rows of a table, or texts, of as many as a page can carry."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.array_types import Texts

__all__ = ["Looks", "Pictures", "Rows", "WideRows"]

_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """Thumbnails of some examples.

    ``webp[k]`` is base64 of the thumbnail of example ``of[k]``. Those in ``small`` are enlarged.
    """

    of: NDArray[np.int64]
    webp: list[str]
    small: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """All columns of all examples: ``columns[c][i]`` is the value of example i in the column ``names[c]``, as text."""

    names: list[str]
    columns: list[Texts]


@dataclass(frozen=True, slots=True, kw_only=True)
class WideRows:
    """The columns in which each example is most unusual: ``values[i][k]`` stands in ``names[columns[i, k]]``."""

    names: list[str]
    columns: NDArray[np.int64]
    values: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """Appearance of examples. A part is None where there is none.

    Long ``texts`` are cut, with an ellipsis.
    """

    pictures: Pictures | None = None
    rows: Rows | None = None
    wide_rows: WideRows | None = None
    texts: list[str] | None = None

    def check(self, n: int) -> None:
        """Raise ``ValueError`` if they are not of ``n`` examples."""
        if self.pictures is not None:
            of, webp = self.pictures.of, self.pictures.webp
            if of.shape != (len(webp),) or (len(of) and not 0 <= of.min() <= of.max() < n):
                raise ValueError("pictures must each be of one example")
            if not all(_BASE64.fullmatch(picture) for picture in webp):
                raise ValueError("pictures must be base64")
        if self.rows is not None and [column.shape for column in self.rows.columns] != [(n,)] * len(self.rows.names):
            raise ValueError("rows must have a value of each example in each column")
        if self.wide_rows is not None:
            wide = self.wide_rows
            if wide.columns.ndim != 2 or len(wide.columns) != n or wide.values.shape != wide.columns.shape:
                raise ValueError("wide rows must have as many values as columns")
            if wide.columns.size and not 0 <= wide.columns.min() <= wide.columns.max() < len(wide.names):
                raise ValueError("wide rows must name columns that are there")
        if self.texts is not None and len(self.texts) != n:
            raise ValueError(f"there are {len(self.texts)} texts")
