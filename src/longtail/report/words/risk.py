"""What an attack comes to for a person, at a prior: in a line for the terminal and the page."""

from collections.abc import Sequence

from longtail.estimate import Estimate
from longtail.findings import RiskFindings, SizeLaw
from longtail.percent import chosen, percent, with_decimals

__all__ = ["at_rate", "in_number", "risk_line", "size_law_line"]


_MUCH = 4.0  # The mean square distance from the law at which groups are said to differ in more than size.


def risk_line(risks: Sequence[RiskFindings], who: str = "training rows") -> str:
    """Say how right a name is at the largest and the smallest prior, and how many are named.

    Where half of those in question were in the data, no name can be more than twice as right as a guess. How an attack
    finds a member in a crowd shows at a small prior, so both are told.

    Parameters
    ----------
    risks : sequence of RiskFindings
        At least one; the rate of false positives that is told is the first one's.
    who : str
        Who is named.

    Examples
    --------
    >>> from longtail.membership import risk_at
    >>> found = Estimate(value=0.09, low=0.04, high=0.19, level=0.95, method="")
    >>> risks = [risk_at(prior, found, 0.01, 1000) for prior in (0.5, 0.1, 0.01)]
    >>> said = risk_line(risks).split("; ")
    >>> for part in said[0].split(", ", 1):
    ...     print(part)
    If 1 in 2 of those in question was in the data (a prior of 50 %)
    one whom the attack names was in it with 90 [80, 95] %
    >>> said[1]
    'if 1 in 100 was (1 %), with 8 [4, 16] %, 8.3 [3.9, 16.1] times the prior'
    >>> said[2]
    '90 [40, 190] of 1,000 training rows are expected to be named, and 1 % of all others.'
    """
    rate = risks[0].false_positive_rate
    told = sorted((risk for risk in risks if risk.false_positive_rate == rate), key=lambda risk: -risk.prior)
    first, last = told[0], told[-1]
    parts = [
        f"If {_one_in(first.prior)} of those in question was in the data (a prior of {at_rate(first.prior)}), one whom "
        f"the attack names was in it with {percent(first.precision)}"
    ]
    if last is not first:
        parts.append(f"if {_one_in(last.prior)} was ({at_rate(last.prior)}), with {percent(last.precision)}")
    lift = last.lift
    parts[-1] += f", {lift.value:.1f} [{lift.low:.1f}, {lift.high:.1f}] times the prior" if last.prior < 0.5 else ""
    return (
        f"{'; '.join(parts)}; {in_number(last.found)} of {last.n_members:,.0f} {who} are expected to be named, and "
        f"{at_rate(rate)} of all others."
    )


def _one_in(prior: float) -> str:
    """Write a prior as one of so many where it is that, in percent else."""
    times = round(1 / prior)
    return f"1 in {times:,}" if abs(times * prior - 1) < 1e-9 else at_rate(prior)


def size_law_line(law: SizeLaw) -> str:
    """Say how exposure falls with the size of a group, and what that is beside one half.

    Examples
    --------
    >>> slope = Estimate(value=-0.62, low=-0.85, high=-0.39, level=0.95, method="")
    >>> said = size_law_line(SizeLaw(slope=slope, scatter=1.2, n_groups=12, smallest=20, largest=900))
    >>> said.partition(" of the size. ")[0].partition(", ")[2]
    'what an attack finds beyond chance goes with the power −0.62 [−0.85, −0.39]'
    """
    told = (
        f"Over {law.n_groups} groups of {law.smallest:,} to {law.largest:,} rows, what an attack finds beyond chance "
        f"goes with the power {with_decimals(law.slope)} of the size. "
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
    return chosen(share)
