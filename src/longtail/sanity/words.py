"""Numbers and names as remarks write them."""

from collections.abc import Sequence

from longtail.arguments import checked
from longtail.estimate import Estimate
from longtail.percent import percent
from longtail.scores.proportions import wilson_interval

__all__ = ["counted", "have", "listed", "quoted", "share_of_tried"]

_NAMED = 3


def share_of_tried(right: float, tried: int, level: float) -> str:
    """Write a share of cases that were tried, with Wilson's interval.

    Examples
    --------
    >>> share_of_tried(50, 100, 0.95)
    '50 [40, 60] %'
    """
    low, high = (float(end) for end in wilson_interval(right, tried, level))
    return percent(Estimate(value=right / tried, low=low, high=high, level=level, method="Wilson"))


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


@checked
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
