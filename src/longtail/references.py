"""One bibliography, ``references.bib``; docstrings cite its keys as ``[Key]_`` and a test resolves each of them."""

import re
from functools import cache
from importlib.resources import files

from longtail.errors import InputError

__all__ = ["bibliography", "cite"]

_ENTRY = re.compile(r"@\w+\{(?P<key>\w+),(?P<body>.*?)\n\}", re.DOTALL)
_FIELD = re.compile(r"(\w+)\s*=\s*\{(.*?)\},?\s*$", re.MULTILINE)


@cache
def bibliography() -> dict[str, dict[str, str]]:
    """Return every entry of ``references.bib``: key -> field -> text."""
    text = files("longtail").joinpath("references.bib").read_text(encoding="utf-8")
    return {entry["key"]: dict(_FIELD.findall(entry["body"])) for entry in _ENTRY.finditer(text)}


def cite(key: str) -> str:
    """Return one entry as a line of text.

    Raises
    ------
    InputError
        If ``references.bib`` has no such key.

    Examples
    --------
    >>> cite("Feldman2020")
    'V. Feldman, "Does Learning Require Memorization? A Short Tale about a Long Tail", STOC 2020, arXiv:1906.05271'
    """
    if key not in bibliography():
        raise InputError("key", "be in references.bib", key)
    entry = bibliography()[key]
    where = ", ".join(entry[field] for field in ("venue", "note") if field in entry)
    return f'{entry["author"]}, "{entry["title"]}", {where}'
