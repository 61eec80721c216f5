r"""Memorization of units: what the fit of a person's rows owes to the person's presence.

.. math:: \mathrm{mem}_u = \mathrm{E}[a_u(S) \mid u \in S] - \mathrm{E}[a_u(S) \mid u \notin S],

with :math:`a_u` the share of the unit's rows that a model is right on, over random subsets S that hold all of a unit or
nothing of it. For a unit of one row it is the row's memorization.

Where performance is a number and not right or wrong, a unit is one example that has the mean performance of its rows.
Otherwise rows of a unit depend on one another, by how much is unknown. A share in [0, 1] with mean p varies by no more
than :math:`p (1 - p)`, as if all rows were right or wrong together, so the interval is that of two proportions,
which is that of a row for one row, and wide for many independent ones. Whether a unit is memorized at all is Mann and
Whitney's test on the shares, with q-values over all units.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from longtail.arguments import checked
from longtail.array_types import Reals, Whole
from longtail.estimate import Estimate, require_level
from longtail.outcomes import Outcomes
from longtail.scores.mann_whitney import one_sided_p_value, share_above
from longtail.scores.memorization import memorization
from longtail.scores.proportions import difference_of_proportions
from longtail.scores.significance import q_values
from longtail.scores.units import Units, units_of

__all__ = ["UnitMemorization", "unit_memorization"]

_EXACT = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitMemorization:
    """Memorization of every unit. Entries are NaN where a unit was never in, or never out.

    Parameters
    ----------
    value, low, high : (units,) float arrays
        Point estimate and two-sided interval.
    n_in, n_out : (units,) int arrays
        Trials that had the unit in, and out.
    q_value : (units,) float array
        Of the one-sided test of mem <= 0, adjusted for all units (false-discovery rate).
    level : float
        Nominal coverage of each interval.
    method : str
        In words.
    """

    value: Reals
    low: Reals
    high: Reals
    n_in: Whole
    n_out: Whole
    q_value: Reals
    level: float
    method: str = "difference of mean shares over trials, interval of two proportions, Mann and Whitney's test"

    def __getitem__(self, unit: int) -> Estimate:
        """Return the estimate for one unit."""
        return Estimate.at(unit, self.value, self.low, self.high, level=self.level, method=self.method)


@checked
def unit_memorization(outcomes: Outcomes, together: ArrayLike, level: float = 0.95) -> UnitMemorization:
    """Memorization of each unit.

    Parameters
    ----------
    outcomes : Outcomes
        In which all rows of a unit are in or out of each trial together.
    together : (n,) array
        The unit that each row belongs to. Units come in the order of their sorted names.
    level : float
        Nominal coverage of each interval.

    Raises
    ------
    InputError
        If ``level`` is outside (0, 1), or units are torn.

    Examples
    --------
    >>> table = Outcomes.from_arrays([[1, 1, 0], [0, 0, 1]] * 2, [[1, 1, 0], [1, 0, 1]] * 2)
    >>> unit_memorization(table, ["ann", "ann", "bob"]).value.tolist()
    [0.5, 1.0]
    """
    require_level(level)
    units = units_of(outcomes, together)
    if outcomes.of_numbers:
        return _of_numbers(outcomes, units, level)
    share = units.total(outcomes.correct) / units.size
    n_in = units.inclusion.sum(axis=0, dtype=np.int64)
    n_out = outcomes.n_trials - n_in
    right_in = np.where(units.inclusion, share, 0).sum(axis=0)
    right_out = np.where(units.inclusion, 0, share).sum(axis=0)
    low, high = _interval(right_in, n_in, right_out, n_out, level)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = right_in / n_in - right_out / n_out
    q_value = q_values(one_sided_p_value(share_above(share, units.inclusion), n_in, n_out))
    return UnitMemorization(value=value, low=low, high=high, n_in=n_in, n_out=n_out, q_value=q_value, level=level)


def _of_numbers(outcomes: Outcomes, units: Units, level: float) -> UnitMemorization:
    """Return that of a performance which is a number: a unit is one example that has the mean of its rows'."""
    assert outcomes.performance is not None
    mean = units.total(outcomes.performance) / units.size
    table = Outcomes.from_arrays(
        units.inclusion, performance=mean, performance_name=outcomes.kind, trial_numbers=outcomes.trial_numbers
    )
    found = memorization(table, level)
    parts = {name: getattr(found, name) for name in ("value", "low", "high", "n_in", "n_out", "q_value", "method")}
    return UnitMemorization(**parts, level=level)


def _interval(right_in: Reals, n_in: Whole, right_out: Reals, n_out: Whole, level: float) -> tuple[Reals, Reals]:
    """Return the ends of two proportions' intervals, at the whole numbers of right trials that are farther out."""
    fewest, most = (np.floor(right_in + _EXACT), np.ceil(right_out - _EXACT))
    low = difference_of_proportions(fewest, n_in, most, n_out, level).low
    fewest, most = (np.floor(right_out + _EXACT), np.ceil(right_in - _EXACT))
    return low, difference_of_proportions(most, n_in, fewest, n_out, level).high
