"""Numbers and names as remarks write them."""

from collections.abc import Sequence

__all__ = ["counted", "have", "listed", "quoted", "share", "with_interval"]

_NAMED = 3


def share(part: int | float, whole: int | float = 1) -> str:
    """Write a share in percent with one decimal, and never 100 % of less than all, nor 0 % of more than nothing.

    Examples
    --------
    >>> share(1, 3), share(1999, 2000), share(1, 5000), share(1.0)
    ('33.3 %', '99.9 %', '0.1 %', '100.0 %')
    """
    percent = 100 * part / whole
    if 0 < percent < 100:
        percent = min(max(percent, 0.1), 99.9)
    return f"{percent:.1f} %"


def with_interval(value: float, low: float, high: float) -> str:
    """Write a share with its interval.

    Examples
    --------
    >>> with_interval(0.5, 0.25, 1.0)
    '50.0 [25.0, 100.0] %'
    """
    numbers = [share(each).removesuffix(" %") for each in (value, low, high)]
    return "{} [{}, {}] %".format(*numbers)


def counted(number: int, thing: str, things: str = "") -> str:
    """Write a number of things.

    Examples
    --------
    >>> counted(1, "row"), counted(2000, "row"), counted(2, "copy", "copies")
    ('1 row', '2,000 rows', '2 copies')
    """
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def have(number: int) -> str:
    """Return a number with its verb.

    Examples
    --------
    >>> have(1), have(2000)
    ('1 has', '2,000 have')
    """
    return f"{number:,} {'has' if number == 1 else 'have'}"


def quoted(names: Sequence[str]) -> list[str]:
    """Return names in quotation marks, long ones cut.

    Examples
    --------
    >>> quoted(["a b"])
    ["'a b'"]
    """
    return [f"'{name[:60]}'" for name in names]


def listed(names: Sequence[str]) -> str:
    """List a few names, and say how many more there are.

    Examples
    --------
    >>> listed(["a", "b"]), listed(list("abcde")), listed([])
    ('a and b', 'a, b, c and 2 more', 'none')
    """
    shown = list(names[:_NAMED])
    if not shown:
        return "none"
    if len(names) > _NAMED:
        return f"{', '.join(shown)} and {len(names) - _NAMED:,} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else shown[0]
