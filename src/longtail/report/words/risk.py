"""What an attack comes to for a person, at a prior: in a line for the terminal and the page."""

from longtail.estimate import Estimate
from longtail.findings import RiskFindings, SizeLaw
from longtail.findings.percent import percent

__all__ = ["at_rate", "in_number", "risk_line", "size_law_line"]


_MUCH = 4.0  # The mean square distance from the law at which groups are said to differ in more than size.


def risk_line(risk: RiskFindings, who: str = "training rows") -> str:
    """Say precision, lift and the number of those found.

    Examples
    --------
    >>> def of(value, low, high):
    ...     return Estimate(value=value, low=low, high=high, level=0.95, method="")
    >>> precision, lift, found = of(0.5, 0.31, 0.68), of(5, 3.1, 6.8), of(90.2, 40.4, 190.1)
    >>> rates = {"prior": 0.1, "false_positive_rate": 0.01, "n_members": 1000.0}
    >>> said = risk_line(RiskFindings(precision=precision, lift=lift, found=found, **rates))
    >>> said.partition(" of cases")[0]
    'At a prior of 10 % and 1 % false positives a name is right in 50 [31, 68] %'
    >>> said.partition("; ")[2]
    '90 [40, 190] of 1,000 training rows are expected to be named.'
    """
    lift, found = risk.lift, risk.found
    return (
        f"At a prior of {at_rate(risk.prior)} and {at_rate(risk.false_positive_rate)} false positives a name is right "
        f"in {percent(risk.precision)} of cases, {lift.value:.1f} [{lift.low:.1f}, {lift.high:.1f}] times the prior; "
        f"{in_number(found)} of {risk.n_members:,.0f} {who} are expected to be named."
    )


def size_law_line(law: SizeLaw) -> str:
    """Say how exposure falls with the size of a group, and what that is beside one half.

    Examples
    --------
    >>> slope = Estimate(value=-0.62, low=-0.85, high=-0.39, level=0.95, method="")
    >>> said = size_law_line(SizeLaw(slope=slope, scatter=1.2, n_groups=12, smallest=20, largest=900))
    >>> said.partition(" of the size. ")[0].partition(", ")[2]
    'what an attack finds beyond chance goes with the power −0.62 [−0.85, −0.39]'
    """
    value, low, high = (f"{each:.2f}".replace("-", "−") for each in (law.slope.value, law.slope.low, law.slope.high))
    told = (
        f"Over {law.n_groups} groups of {law.smallest:,} to {law.largest:,} rows, what an attack finds beyond chance "
        f"goes with the power {value} [{low}, {high}] of the size. "
    )
    if law.slope.high < -0.5:
        told += "It falls faster than the −1/2 of a mean of many embeddings."
    elif law.slope.low > -0.5:
        told += "It falls slower than the −1/2 of a mean of many embeddings, or not at all."
    else:
        told += "The −1/2 of a mean of many embeddings is within."
    if law.scatter > _MUCH:
        told += f" Groups lie {law.scatter**0.5:.1f} standard errors from it: they differ in more than size."
    return told


def in_number(found: Estimate) -> str:
    """Write an expected number with its interval."""
    return f"{found.value:,.0f} [{found.low:,.0f}, {found.high:,.0f}]"


def at_rate(share: float) -> str:
    """Write a share that was chosen, which has no interval.

    Examples
    --------
    >>> at_rate(0.001), at_rate(0.5)
    ('0.1 %', '50 %')
    """
    return f"{100 * share:.4g} %"
