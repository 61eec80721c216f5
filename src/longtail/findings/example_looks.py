"""How many examples look to a person: pictures, rows of a table, or texts, of as many as a page can carry."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Looks", "Pictures", "Rows", "WideRows"]

_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """Thumbnails of some examples: ``webp[k]`` is base64 of that of example ``of[k]``; ``small`` ones are enlarged."""

    of: NDArray[np.int64]
    webp: list[str]
    small: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """All columns of all examples, as (columns, examples); ``categories[c]`` names the values of column c, if any."""

    names: list[str]
    values: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class WideRows:
    """Of each example the columns in which it is most unusual: positions in ``names`` and values, (examples, shown)."""

    names: list[str]
    columns: NDArray[np.int64]
    values: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """How examples look; None of what there is not. ``texts`` are cut where they are long, with an ellipsis."""

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
        if self.rows is not None and self.rows.values.shape != (len(self.rows.names), n):
            raise ValueError(f"rows have shape {self.rows.values.shape}")
        if self.wide_rows is not None:
            wide = self.wide_rows
            if wide.columns.shape != wide.values.shape or wide.columns.shape[:1] != (n,):
                raise ValueError(f"wide rows have shapes {wide.columns.shape} and {wide.values.shape}")
            if wide.columns.size and not 0 <= wide.columns.min() <= wide.columns.max() < len(wide.names):
                raise ValueError("wide rows name columns that are not there")
        if self.texts is not None and len(self.texts) != n:
            raise ValueError(f"there are {len(self.texts)} texts")
