"""Which references a page used, numbered in the order in which it used them."""

import re

from longtail.arguments import checked
from longtail.references import bibliography, cite

__all__ = ["Citations"]


@checked
class Citations:
    """The references of one page.

    Examples
    --------
    >>> used = Citations()
    >>> used.number("Feldman2020"), used.number("Good1953"), used.number("Feldman2020")
    (1, 2, 1)
    >>> used.keys
    ['Feldman2020', 'Good1953']
    """

    def __init__(self) -> None:
        self.keys: list[str] = []

    def number(self, key: str) -> int:
        """Return the number of a reference, which it gets at its first use."""
        cite(key)  # An unknown key raises an error here.
        if key not in self.keys:
            self.keys.append(key)
        return self.keys.index(key) + 1

    def named_in(self, method: str) -> list[int]:
        """Return numbers of the references that a method names, by key or by its first author.

        Examples
        --------
        >>> Citations().named_in("Good-Turing with a Garwood interval")
        [1, 2]
        """
        return [self.number(key) for key, entry in bibliography().items() if _is_named(key, entry["author"], method)]

    @property
    def lines(self) -> list[str]:
        """The references as text, in order of number."""
        return [cite(key) for key in self.keys]


def _is_named(key: str, author: str, method: str) -> bool:
    surname = author.split(" and ")[0].split(",")[0].split()[-1]
    return re.search(rf"\b({re.escape(surname)}|{re.escape(key)})\b", method) is not None
