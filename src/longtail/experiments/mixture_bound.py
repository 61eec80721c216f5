r"""The mixture bound on real data: what misfits of a learner imply about its error, coupling as measured.

The theorem [Feldman2020]_ says :math:`\mathrm{err} - \mathrm{opt} \ge \sum_\ell \lambda_\ell M_\ell \bar q_\ell`, where
:math:`M_\ell` is the mass of the subpopulations seen :math:`\ell` times, :math:`\bar q_\ell` the share of them that is
misfitted, and :math:`\lambda_\ell` the coupling: how surely a misfit is repeated on fresh examples of the
subpopulation. Here M comes from Good and Turing, q from the trials, and :math:`\lambda` from training examples that
were left out (:mod:`longtail.scores.carry_over`). That coupling is a mean over the models at hand, where the theorem
asks for every hypothesis that may be returned; and misfits must not go with frequency among what was seen equally
often. So the bound has a *plug-in* value, and a lower end in which each measured part is at the lower end of its
interval.

Counts beyond five are left out, which only lowers the bound; so are counts whose coupling fewer than five
subpopulations show, as assuming it 1 would not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.estimate import Estimate, require_level
from longtail.outcomes import Outcomes
from longtail.scores.carry_over import carry_over
from longtail.tail import predicted_mass
from longtail.tail.fingerprint import Fingerprint

__all__ = ["CountRow", "MixtureBound", "mixture_bound"]

_COUNTS = (1, 2, 3, 4, 5)
METHOD = "sum over counts of coupling, Good-Turing mass and misfits"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRow:
    """Row of the subpopulations that a training subset held ``count`` times.

    Parameters
    ----------
    count : int
    n_subpopulations : float
        How many there are, on average over trials.
    misfitted : float
        The mean share of their included examples that models misfit.
    misfits_carried, fits_carried : Estimate or None
        How often a fresh example is misjudged where those seen are misfitted, and right where they are fitted; None
        where too few subpopulations show it.
    """

    count: int
    n_subpopulations: float
    misfitted: float
    misfits_carried: Estimate | None
    fits_carried: Estimate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MixtureBound:
    """The bound and what it is made of.

    Parameters
    ----------
    excess : Estimate
        The plug-in value of the bound on the error above the optimum; its ``low`` is the bound that the data support.
    rows : list of CountRow
    """

    excess: Estimate
    rows: list[CountRow]


def mixture_bound(outcomes: Outcomes, subpopulations: NDArray[np.int64], level: float = 0.95) -> MixtureBound:
    """Evaluate the bound on the trials of a run.

    Parameters
    ----------
    outcomes : Outcomes
        The table of trials.
    subpopulations : (n,) int array
        Of the training examples, each of one label, numbered from 0.
    level : float
        Of the intervals, those of all parts together.
    """
    require_level(level)
    of_mass, of_coupling = (1 + level) / 2, 1 - (1 - level) / (2 * len(_COUNTS))
    bins = {str(count): (count, count) for count in _COUNTS}
    coupling = carry_over(outcomes.inclusion, outcomes.correct, subpopulations, bins, of_coupling)
    carried = {count: coupling[str(count)].misfits for count in _COUNTS}
    trials = [
        _TrialMisfits.of(inside, right, subpopulations)
        for inside, right in zip(outcomes.inclusion, outcomes.correct, strict=True)
    ]
    shown = {count: part for count, part in carried.items() if part is not None}
    value = _mean([trial.mass({c: part.value for c, part in shown.items()}, of_mass).value for trial in trials])
    low = _mean([trial.mass({c: part.low for c, part in shown.items()}, of_mass).low for trial in trials])
    high = _mean([trial.mass({c: part.high for c, part in shown.items()}, of_mass).high for trial in trials])
    rows = [
        CountRow(
            count=count,
            n_subpopulations=_mean([trial.number[count] for trial in trials]),
            misfitted=_mean([trial.share[count] for trial in trials if count in trial.share]),
            misfits_carried=carried[count],
            fits_carried=coupling[str(count)].fits,
        )
        for count in _COUNTS
    ]
    excess = Estimate(value=value, low=min(low, value), high=max(high, value), level=level, method=METHOD)
    return MixtureBound(excess=excess, rows=rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class _TrialMisfits:
    """One training subset: its fingerprint, and by count, of those asked for, how many subpopulations there are and the
    share misfitted.
    """

    fingerprint: Fingerprint
    number: dict[int, int]
    share: dict[int, float]

    @classmethod
    def of(cls, inside: NDArray[np.bool_], right: NDArray[np.bool_], kinds: NDArray[np.int64]) -> "_TrialMisfits":
        counts = np.bincount(kinds[inside])
        wrong = np.bincount(kinds[inside & ~right], minlength=len(counts))
        errors = {count: wrong[counts == count] / count for count in _COUNTS}
        return cls(
            fingerprint=Fingerprint.of(counts[counts > 0]),
            number={count: len(q) for count, q in errors.items()},
            share={count: float(q.mean()) for count, q in errors.items() if len(q)},
        )

    def mass(self, coupling: dict[int, float], level: float) -> Estimate:
        """Return the mass of what is misfitted and carried over."""
        weights = {count: factor * self.share[count] for count, factor in coupling.items() if count in self.share}
        return predicted_mass(self.fingerprint, weights, level)


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else float("nan")
