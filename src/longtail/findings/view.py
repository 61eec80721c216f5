"""How an example looks to a person, as plain data."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["View"]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How an example looks to a person.

    Parameters
    ----------
    kind : {"image", "row"}
        Which of the other fields are filled.
    width, height, channels : int
        Of an image; ``channels`` is 1 (gray) or 3 (RGB).
    pixels : str
        Of an image: base64 of ``height * width * channels`` bytes, row by row.
    names, values : list of str
        Of a row: column names and values, as text that comes from the data (escape it).
    """

    kind: Literal["image", "row"]
    width: int = 0
    height: int = 0
    channels: int = 1
    pixels: str = ""
    names: list[str]
    values: list[str]
