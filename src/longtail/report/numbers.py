"""How a number is written: three significant digits for people; the page carries all digits beside them.

Every function takes a finite or infinite number; what is undetermined (NaN, ``None``) is asked with
:func:`undetermined` and written by the page as a dash.
"""

import math
from collections.abc import Sequence

from longtail.arguments import checked
from longtail.estimate import Estimate

__all__ = [
    "Spread",
    "count",
    "decimal",
    "difference",
    "exactly",
    "hundredths",
    "percent",
    "power_of_ten",
    "roughly",
    "sentence",
    "spread",
    "undetermined",
]

NARROW_SPACE = "\u202f"
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

Spread = tuple[Estimate, Estimate]
"""The estimates with the smallest and the largest value of several."""


@checked
def sentence(text: str) -> str:
    """Write a text with one full stop at its end.

    Examples
    --------
    >>> sentence("components of a graph"), sentence("They were given.")
    ('components of a graph.', 'They were given.')
    """
    return text.rstrip(". ") + "."


def undetermined(number: float | None) -> bool:
    """Return whether there is no number."""
    return number is None or math.isnan(number)


@checked
def count(number: float) -> str:
    """Write a whole number with its thousands apart.

    Examples
    --------
    >>> count(50_000)
    '50,000'
    """
    return f"{round(number):,}"


@checked
def decimal(number: float) -> str:
    """Format a number with three significant digits and at most three decimals.

    Powers of ten are used where it would read 0.000.

    Examples
    --------
    >>> decimal(0.98765), decimal(-0.25), decimal(12.345), decimal(0.0000123), decimal(0.0)
    ('0.988', '−0.250', '12.3', '1.23×10⁻⁵', '0')
    """
    size = abs(number)
    if math.isinf(number):
        text = "∞"
    elif size == 0:
        text = "0"
    elif size < 0.001:
        digits, exponent = f"{size:.2e}".split("e")
        text = f"{digits}×{power_of_ten(int(exponent))}"
    elif size < 10:
        text = f"{size:.3f}" if size < 1 else f"{size:.2f}"
    else:
        text = f"{size:.1f}" if size < 1000 else count(size)
    return ("−" if number < 0 else "") + text


@checked
def difference(number: float) -> str:
    """Write a difference of two probabilities with three decimals, so that numbers beside each other line up.

    Examples
    --------
    >>> difference(1.0), difference(-0.0079), difference(-0.0001)
    ('1.000', '−0.008', '0.000')
    """
    text = f"{abs(number):.3f}"
    return "−" + text if number < 0 and float(text) else text


@checked
def exactly(number: float) -> str:
    """Write a number that was chosen, with the digits it was chosen with.

    Examples
    --------
    >>> exactly(0.25), exactly(0.7), exactly(1e-5)
    ('0.25', '0.7', '1e-05')
    """
    return f"{number:.10g}".replace("-", "−", 1) if number < 0 else f"{number:.10g}"


@checked
def roughly(number: float) -> str:
    """Write two significant digits, where more would feign accuracy.

    Examples
    --------
    >>> roughly(0.1137), roughly(0.0004), roughly(0.0)
    ('0.11', '4.0×10⁻⁴', '0')
    """
    if 0 < number < 0.001:
        digits, exponent = f"{number:.1e}".split("e")
        return f"{digits}×{power_of_ten(int(exponent))}"
    return f"{number:.2g}"


@checked
def percent(number: float) -> str:
    """Write a share of one, in percent.

    Examples
    --------
    >>> percent(0.1234), percent(0.000975), percent(1.0), percent(-0.05)
    ('12.3\u202f%', '0.0975\u202f%', '100\u202f%', '−5.00\u202f%')
    """
    return hundredths(number) + f"{NARROW_SPACE}%"


@checked
def hundredths(number: float) -> str:
    """Write a share of one, in percent, without the sign.

    Examples
    --------
    >>> hundredths(0.9996), hundredths(0.99999999), hundredths(1.0), hundredths(0.0000001)
    ('99.9600', '99.9999', '100', '1.00×10⁻⁵')
    """
    share = 100 * number
    if 99.9 < share < 100:  # There the distance to all matters, and less than all must not read 100.
        return f"{math.floor(share * 1e4 + 1e-6) / 1e4:.4f}"
    if 0.001 <= abs(share) < 0.1:
        return f"{share:#.3g}".replace("-", "−")
    return "100" if share == 100 else decimal(share)


@checked
def power_of_ten(exponent: int) -> str:
    """Write a power of ten in typographic form.

    Examples
    --------
    >>> power_of_ten(-3), power_of_ten(0)
    ('10⁻³', '1')
    """
    return {0: "1", 1: "10"}.get(exponent, "10" + str(exponent).translate(_SUPERSCRIPTS))


def spread(estimates: Sequence[Estimate | None]) -> Spread | None:
    """Return the smallest and the largest of several estimates, by value. ``None`` if none is determined."""
    known = [estimate for estimate in estimates if estimate is not None and not undetermined(estimate.value)]
    if not known:
        return None
    return min(known, key=lambda e: e.value), max(known, key=lambda e: e.value)
