r"""Risk at a prior: how right an attacker is who names a person, and how many persons he names rightly.

An attacker who thinks beforehand that a person was in the data with probability :math:`\pi`, the *prior*, and names
those above the threshold at which a share :math:`q` of the others is named, is right in

.. math:: \mathrm{precision} = \frac{\pi p}{\pi p + (1 - \pi) q}, \qquad \mathrm{lift} = \mathrm{precision} / \pi

of the persons he names, where :math:`p` is the true-positive rate [Jayaraman2021]_. Of N persons in the data he is
expected to name :math:`N p`. An area under a curve says none of this: it weighs all thresholds alike, and has no prior.

Precision rises with p, so the ends of p's interval are those of precision and lift.
"""

from dataclasses import dataclass

from longtail.arguments import checked
from longtail.errors import InputError
from longtail.estimate import Estimate

__all__ = ["Risk", "risk_at"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """Risk of a person, by an attack at one threshold, at one prior.

    Parameters
    ----------
    prior : float
        Probability, before the attack, that a person was in the data.
    false_positive_rate : float
        Share of those who were not in it that the threshold names.
    precision : Estimate
        Probability that a person who is named was in the data.
    lift : Estimate
        How many times the prior that is.
    found : Estimate
        Expected number of those in the data that are named.
    n_members : float
        How many were in the data.
    """

    prior: float
    false_positive_rate: float
    precision: Estimate
    lift: Estimate
    found: Estimate
    n_members: float


@checked
def risk_at(prior: float, true_positive_rate: Estimate, false_positive_rate: float, n_members: float) -> Risk:
    """State the risk of an attack at a prior and a threshold.

    Parameters
    ----------
    prior : float
        See :class:`Risk`, strictly between 0 and 1.
    true_positive_rate : Estimate
        Of the attack, at that threshold.
    false_positive_rate : float
        At the threshold, strictly between 0 and 1.
    n_members : float
        Persons in the data.

    Raises
    ------
    InputError
        If ``prior`` or ``false_positive_rate`` is outside (0, 1), or ``n_members`` is negative.

    Examples
    --------
    >>> rate = Estimate(value=0.09, low=0.04, high=0.19, level=0.95, method="")
    >>> risk = risk_at(0.1, rate, 0.01, n_members=1000)
    >>> print(risk.precision, risk.lift, risk.found, sep=", ")
    0.5 [0.308, 0.679], 5 [3.08, 6.79], 90 [40, 190]
    """
    for name, share in (("prior", prior), ("false_positive_rate", false_positive_rate)):
        if not 0 < share < 1:
            raise InputError(name, "lie strictly between 0 and 1", share)
    if not n_members >= 0:
        raise InputError("n_members", "be at least 0", n_members)
    ends = (true_positive_rate.value, true_positive_rate.low, true_positive_rate.high)
    value, low, high = (prior * p / (prior * p + (1 - prior) * false_positive_rate) for p in ends)
    precision = Estimate(
        value=value,
        low=low,
        high=high,
        level=true_positive_rate.level,
        method=f"from the true-positive rate: {true_positive_rate.method}",
        warning=true_positive_rate.warning,
    )
    return Risk(
        prior=prior,
        false_positive_rate=false_positive_rate,
        precision=precision,
        lift=precision.scaled(1 / prior),
        found=true_positive_rate.scaled(n_members),
        n_members=n_members,
    )
