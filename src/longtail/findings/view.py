"""How an example looks to a person, as plain data."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["View"]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Appearance of one example to a person.

    Parameters
    ----------
    kind : {"image", "row", "text"}
        What it is; the fields of another kind are empty.
    width, height, channels : int
        Of an image; ``channels`` is 1 (gray) or 3 (RGB).
    pixels : str
        Of an image: base64 of ``height * width * channels`` bytes, row by row.
    text : str
        Of a text: its words, or as many as are shown, as they come from the data (escape them).
    names, values : list of str
        Column names and values, as text that comes from the data (escape it). Of a row, its columns; of a text, the
        shortened text and the columns beside it; of an image, what is known besides its pixels, its file.
    """

    kind: Literal["image", "row", "text"]
    width: int = 0
    height: int = 0
    channels: int = 1
    pixels: str = ""
    text: str = ""
    names: list[str]
    values: list[str]
