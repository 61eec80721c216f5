"""Columns of numbers that text has broken: decimal commas, several units, a word where a number is missing.

One "unknown" or "<0.5" among numbers makes the whole column text, and text with many values is no category. It is
refused by name, for both a column that disappears and one that becomes fifty columns of 0 and 1 would change what is
studied.
"""

import re
import shlex

import numpy as np
from numpy.typing import NDArray

from longtail.dataset.originals import MISSING
from longtail.dataset.written_numbers import DECIMAL_COMMA, MAGNITUDES, number_in
from longtail.errors import InputError, Said, parameter

__all__ = ["refuse_broken_numbers"]

_FEW_NUMBERS, _STRAY_SHARE, _MANY_STRAYS = 10, 0.1, 0.5
"""A text column with more different numbers than the first, and less other text than the second, is a broken column;
less than the third, if that text is a few words without a digit."""

_ALL = 1.1

_MARKED = re.compile(r"(?:[<>≤≥~≈±=]{1,2}\s*(.+)|(.+?)\s*[*†‡§?])")
"""A number beyond what could be measured, ``<0.5``, or with a mark that sends to a note, ``12*``."""

_UNIT_APART = re.compile(r".*\d\s+(?![A-Z]$)[^\d\s]+")
"""A number and, after a blank, a word: ``12 kg``, but not the house ``12 A``."""


def refuse_broken_numbers(name: str, levels: list[str], codes: NDArray[np.int64]) -> None:
    """Refuse a column of text that should be numbers.

    Parameters
    ----------
    name : str
        Of the column, which is not of numbers in one unit throughout.
    levels : list of str
        Its different values.
    codes : (n,) int array
        Which of them each row has. Those with a word that not all have, ``12A``, are codes and no numbers.
    """
    known = [level for level in levels if level != MISSING]
    with_comma = next((level for level in known if DECIMAL_COMMA.fullmatch(level)), None)
    if with_comma and all(DECIMAL_COMMA.fullmatch(level) or number_in(level) is not None for level in known):
        what = Said(f"{with_comma!r} in column {name!r}")
        raise InputError("data", "write numbers with a decimal point", what, "Replace the commas first.")
    read = _numbers(levels)
    strange = np.array([number is None and level != MISSING for number, level in zip(read, levels, strict=True)])
    n_numbers = len({number[0] for number in read if number is not None})
    if n_numbers <= _FEW_NUMBERS:
        return
    wrong = strange[codes]
    units = sorted({number[1] for number in read if number is not None})
    if not wrong.any() and len(units) > 1:
        written = " and ".join(repr(unit) if unit else "numbers without a unit" for unit in units[:4])
        what = Said(f"{written} in column {name!r}")
        raise InputError(
            "data",
            "write the numbers of a column in one unit",
            what,
            f"Or leave it out: {parameter('drop')} {shlex.quote(name)}.",
        )
    words = [level for level, stray in zip(levels, strange, strict=True) if stray]
    unmarked = [word for word in words if not _is_marked(word)]
    few_words = len(unmarked) <= _FEW_NUMBERS and not any(letter.isdigit() for word in unmarked for letter in word)
    share = _ALL if not unmarked else _MANY_STRAYS if few_words else _STRAY_SHARE
    if 0 < wrong.mean() < share:
        row = int(np.argmax(wrong))
        what = Said(f"{levels[codes[row]]!r} in row {row} of column {name!r}, {wrong.sum()} such in all")
        remedy = f"Correct or empty those cells, or leave the column out with {parameter('drop')} {shlex.quote(name)}."
        raise InputError("data", "have no text in a column of numbers", what, remedy)


def _numbers(levels: list[str]) -> list[tuple[float, str, bool] | None]:
    """Return what each level says as a number. Magnitudes count where nothing but numbers and they are there."""
    found = [number_in(level) for level in levels]
    magnitudes = all(
        level == MISSING or (number is not None and (not number[1].isalpha() or number[1] in MAGNITUDES))
        for level, number in zip(levels, found, strict=True)
    )
    return [
        number if number is not None and (magnitudes or _is_number(level, number[1])) else None
        for level, number in zip(levels, found, strict=True)
    ]


def _is_marked(level: str) -> bool:
    found = _MARKED.fullmatch(level)
    return found is not None and number_in(found[1] or found[2]) is not None


def _is_number(level: str, unit: str) -> bool:
    """Tell a number with a unit, ``12 kg``, from a code, ``12A``."""
    return not unit.isalpha() or _UNIT_APART.fullmatch(level) is not None
