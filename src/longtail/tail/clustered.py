r"""The tail of rows that come in units: visits of one customer, scans of one patient, texts of one author.

Rows of a unit resemble one another, so they are no independent draws: a kind that one customer bought forty times is no
common kind, and Good and Turing's estimate for independent rows takes it for one. Here the units are the independent
draws. Let :math:`N` rows belong to :math:`T` units, and let unit :math:`u` have :math:`Z_u` rows of kinds that exactly
:math:`j` other units have. Leaving out one unit at a time predicts the share of the rows of further units that belongs
to kinds which exactly :math:`j` of these units have (:math:`j = 0`: the unseen mass),

.. math:: \hat M_j = \frac{1}{N} \sum_u Z_u .

With :math:`D_{uv}` what leaving out unit :math:`v` as well adds to :math:`Z_u`, the mean square of :math:`N` times the
difference of prediction and realized mass has the estimate

.. math:: \sum_u Z_u^2 + \sum_{u \ne v} D_{uv} D_{vu},

which for units of one row is Good and Turing's. The interval is Garwood's, stretched by it, as in
:mod:`longtail.tail.realized_mass`. As the mean square is estimated from the units, its arms are longer by the ratio of
Student's quantile with :math:`T - 1` degrees of freedom to the normal one. It begins at 0 where the mass may rest on a
few kinds. See ``docs/derivations/clustered-rows.md``.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import checked
from longtail.estimate import Estimate, require_level
from longtail.sampling_laws import normal_half_width, poisson_mean_high, poisson_mean_low, student_half_width
from longtail.tail.realized_mass import in_percent
from longtail.tail.unit_rows import unit_rows

__all__ = ["ClusteredTail", "clustered_tail"]

_FEW = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusteredTail:
    """Result of :func:`clustered_tail`.

    Parameters
    ----------
    n_units, n_rows, n_distinct : int
        Units, rows that name a kind, and kinds.
    n_missing : int
        Rows without a kind, which were left out.
    unseen_mass : Estimate
        The share of the rows of further units whose kind no unit here has.
    one_unit_mass : Estimate
        The share whose kind exactly one unit here has.
    """

    n_units: int
    n_rows: int
    n_distinct: int
    n_missing: int
    unseen_mass: Estimate
    one_unit_mass: Estimate

    @property
    def verdict(self) -> str:
        """The answer in one sentence."""
        unseen, single = (in_percent(estimate) for estimate in (self.unseen_mass, self.one_unit_mass))
        return (
            f"Of the rows of further units, {unseen} belong to subpopulations that none of these {self.n_units:,} "
            f"units has, and {single} to those that exactly one has."
        )

    def to_json(self) -> dict[str, Any]:
        """Return all of it as plain data."""
        return {
            "verdict": self.verdict,
            "n_units": self.n_units,
            "n_rows": self.n_rows,
            "n_distinct": self.n_distinct,
            "n_missing": self.n_missing,
            "unseen_mass": self.unseen_mass.to_json(),
            "one_unit_mass": self.one_unit_mass.to_json(),
        }


@checked
def clustered_tail(
    labels: ArrayLike, together: ArrayLike, *, counts: ArrayLike | None = None, level: float = 0.95
) -> ClusteredTail:
    """Estimate the tail where the rows of a unit belong together.

    Parameters
    ----------
    labels : (n,) array
        The subpopulation of each row; rows without one are left out and counted.
    together : (n,) array
        The unit of each row. Every row has one.
    counts : (n,) int array, optional
        How many rows each stands for, as in a table of sites, species and abundances; one if not given.
    level : float
        Of each interval.

    Raises
    ------
    InputError
        If the lengths differ, a row has no unit, counts are no whole numbers, or there are fewer than five units.

    Examples
    --------
    >>> bought = ["tea", "tea", "tea", "tea", "soap", "soap", "milk", "milk", "milk", "tea"]
    >>> clustered_tail(bought, [1, 1, 1, 2, 2, 3, 3, 4, 5, 5]).unseen_mass.value  # no kind is of one customer alone
    0.0
    """
    require_level(level)
    counted = unit_rows(labels, together, counts)
    rows = counted.rows
    return ClusteredTail(
        n_units=rows.shape[0],
        n_rows=int(rows.sum()),
        n_distinct=int((rows.sum(axis=0) > 0).sum()),
        n_missing=counted.n_missing,
        unseen_mass=_mass_in(rows, 0, level),
        one_unit_mass=_mass_in(rows, 1, level),
    )


def _mass_in(rows: Any, n_others: int, level: float) -> Estimate:
    """Return the mass of the kinds that exactly ``n_others`` units have, from (units, kinds) numbers of rows."""
    n_rows, of_unit = float(rows.sum()), np.asarray(rows.sum(axis=1))
    n_units_with = np.bincount(rows.indices, minlength=rows.shape[1])
    alone = np.asarray(rows[:, n_units_with == n_others + 1].sum(axis=1))  # Z
    total = float(alone.sum())
    spread = max(float((alone**2).sum()), float(((alone - total / n_rows * of_unit) ** 2).sum()))
    one_more = float(alone[alone > 0].mean()) if total > 0 else float(of_unit.mean())
    mean_square = max(spread + _pairs(rows, n_units_with, n_others), one_more**2)
    stretch = (mean_square + one_more**2) / (total + one_more)
    tail = (1 - level) / 2
    low = poisson_mean_low(total / stretch, tail) * stretch
    high = poisson_mean_high(total / stretch, tail) * stretch
    longer = float(student_half_width(level, len(alone) - 1)) / normal_half_width(level)
    low, high = max(total - longer * (total - low), 0.0), total + longer * (high - total)
    if _carriers(n_units_with, n_others) < -math.log(tail):
        low = 0.0
    value, low, high = (min(mass / n_rows, 1.0) for mass in (total, low, high))
    n_units = int((alone > 0).sum())
    return Estimate(
        value=value,
        low=min(low, value),
        high=max(high, value),
        level=level,
        method="leave one unit out, Garwood interval stretched for prediction, arms by Student's t",
        warning="" if n_units >= _FEW else f"it rests on {n_units} of {rows.shape[0]} units",
    )


def _carriers(n_units_with: NDArray[np.int64], n_others: int) -> float:
    """Return the least number of kinds on which the mass rests, by Cauchy and Schwarz."""
    here, next_ = (int((n_units_with == n_others + step).sum()) for step in (1, 2))
    return (n_others + 1) / (n_others + 2) * here * (here - 1) / (next_ + 1)


def _pairs(rows: Any, n_units_with: NDArray[np.int64], n_others: int) -> float:
    """Return the sum over pairs of units of D_uv D_vu: kinds that fall below, or into, the number asked for."""
    sign = (n_units_with == n_others + 2).astype(float) - ((n_units_with == n_others + 1) & (n_others > 0))
    touched = rows[:, np.flatnonzero(sign)]
    if touched.shape[1] == 0:
        return 0.0
    added = ((touched * sign[sign != 0]) @ (touched > 0).astype(float).T).tocsr()
    added.setdiag(0.0)
    return float((added * added.T).sum())
