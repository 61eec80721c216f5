"""What an attack comes to for a person, at a prior: in a line for the terminal and the page."""

from longtail.estimate import Estimate
from longtail.findings import RiskFindings
from longtail.report.words.percent import percent

__all__ = ["at_rate", "in_number", "risk_line"]


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
