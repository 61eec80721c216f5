"""Numbers as people write them in tables: ``1,234,567``, ``1 234``, ``$1,200.00``, ``12.5 %``, ``(1,200)``, ``75 kg``.

A column is one of numbers if every value of it is, in one unit: a percent sign, a currency or a word that all of them
have. Commas, blanks or apostrophes stand between groups of three digits; where a comma could be a decimal one the
column is refused, since ``1,5`` read as 15 would be wrong and no one would see it.
"""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.dataset.gaps import Column
from longtail.dataset.names import number_of

__all__ = ["DECIMAL_COMMA", "MAGNITUDES", "WrittenNumbers", "number_in", "written_numbers"]

_CURRENCY = r"(?:US|C|A|R|HK)?\$|[€£¥₹]|(?:USD|EUR|GBP|CHF|JPY|CNY|INR|AUD|CAD|BRL|SEK|NOK|DKK|PLN)(?![A-Za-z])"
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:([, '\u2019\u00a0\u202f])\d{3}(?:\1\d{3})*)(\.\d*)?")
_DIGITS = re.compile(r"(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_SEPARATOR = re.compile(r"[, '\u2019\u00a0\u202f]")
_DECORATED = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[+-])?\s*(?P<before>{_CURRENCY})?\s*(?P<inner>[+-])?"
    rf"(?P<number>[\d.](?:[\d., '\u2019\u00a0\u202f]*[\d.])?(?:[eE][+-]?\d+)?)"
    rf"\s*(?P<after>%|{_CURRENCY}|[A-Za-zµ°²³/]{{1,8}})?\s*(?P<close>\))?"
)
DECIMAL_COMMA = re.compile(
    rf"[+-]?\s*(?:{_CURRENCY})?\s*[+-]?(?:\d+|\d{{1,3}}(?:[. '\u2019\u00a0\u202f]\d{{3}})+),\d+"
    rf"\s*(?:%|{_CURRENCY}|[A-Za-zµ°²³/]{{1,8}})?"
)
"""Text that may be a number with a decimal comma: ``1,5``, ``1.234,50``, ``3,5 %``."""


MAGNITUDES = ("K", "k", "M", "B", "T", "mn", "bn", "tn", "Mio", "Mrd")
"""How thousands, millions and more are abbreviated, as in ``$3.5M``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenNumbers:
    """A column of text read as numbers.

    Parameters
    ----------
    values : (n,) float64 array
        NaN where the text is missing.
    said : str
        How they were written; empty for plain numbers, and for codes of digits, which may be categories.
    unit : str
        A percent sign, a currency, a word; empty for none.
    """

    values: NDArray[np.float64]
    said: str
    unit: str

    @property
    def is_word(self) -> bool:
        """Return whether the unit is a word.

        Text with few such numbers may be a category.
        """
        return self.unit.isalpha()


@checked
def written_numbers(column: Column) -> WrittenNumbers | None:
    """Return the numbers of a column of text, or None if they are not all numbers in one unit.

    Examples
    --------
    >>> import pyarrow as pa
    >>> found = written_numbers(pa.chunked_array([["$1,200", "$35.50", None, "($7)"]]))
    >>> found.values.tolist(), found.said, found.unit
    ([1200.0, 35.5, nan, -7.0], 'with $ and groups of digits', '$')
    >>> written_numbers(pa.chunked_array([["12%", "0.5"]])) is None
    True
    """
    levels = column.unique().drop_null()
    read: list[tuple[float, str, bool]] = []
    for level in levels.to_pylist():
        one = number_in(str(level))
        if one is None or (read and one[1] != read[0][1]):
            return None
        read.append(one)
    if not read:
        return None
    codes = pc.index_in(column, value_set=levels).fill_null(len(levels)).to_numpy()
    values = np.array([*(number for number, _, _ in read), np.nan])[codes]
    unit, grouped = read[0][1], any(each for _, _, each in read)
    said = " and ".join([*([unit] if unit else []), *(["groups of digits"] if grouped else [])])
    if not said and any(str(level).startswith(("\N{MINUS SIGN}", "(")) for level in levels.to_pylist()):
        said = "signs of their own"
    return WrittenNumbers(values=values, said=f"with {said}" if said else "", unit=unit)


@checked
def number_in(text: str) -> tuple[float, str, bool] | None:
    """Return the number, its unit, and whether its digits are in groups of three. None if the text is no number.

    Examples
    --------
    >>> number_in("1,234.5"), number_in("12 %"), number_in("1,5"), number_in("A12")
    ((1234.5, '', True), (12.0, '%', False), None, None)
    >>> number_in("€565K"), number_in("€565 kg")
    ((565.0, '€K', False), None)
    """
    text = text.replace("\N{MINUS SIGN}", "-")
    if (plain := number_of(text)) is not None:
        return plain, "", False
    if len(text) > 60 or (found := _DECORATED.fullmatch(text)) is None:
        return None
    part: dict[str, Any] = found.groupdict()
    if (part["open"] is None) != (part["close"] is None):
        return None
    if part["before"] and part["after"] and part["after"] not in MAGNITUDES:
        return None
    digits, grouped = part["number"], _GROUPED.fullmatch(part["number"]) is not None
    if not grouped and _DIGITS.fullmatch(digits) is None:
        return None
    signs = [sign for sign in (part["sign"], part["inner"], part["open"]) if sign]
    if len(signs) > 1:
        return None
    size = float(_SEPARATOR.sub("", digits))
    if not np.isfinite(size):
        return None
    return (-size if signs and signs[0] in "-(" else size), (part["before"] or "") + (part["after"] or ""), grouped
