r"""Coupling of errors, measured: how far a misfit of a training example carries over to its subpopulation, and a fit.

A model sees :math:`\ell` examples of a subpopulation, misfits a share q of them, and meets a fresh one. What the theory
calls coupling [Feldman2020]_, that a model says of a fresh example what it says of those it has seen, has two parts
where errors are counted,

.. math:: \lambda^- = \Pr[\text{wrong at the fresh one} \mid \text{misfits the seen one}], \qquad
          \lambda^+ = \Pr[\text{right at the fresh one} \mid \text{fits the seen one}],

and the fresh example is misjudged with probability :math:`\lambda^- q + (1 - \lambda^+) (1 - q)`; coupling 1 means that
both are 1. Training examples that a trial left out are fresh examples for it: both parts are ratios of sums
over them. One of a subpopulation of one never is, so what is said of those is learned from larger subpopulations that
lost all but one example to chance.

Intervals are Wilson's [Wilson1927]_ with one draw a subpopulation. What rests on both parts and more takes them again
without each twentieth of the subpopulations (the jackknife), see :attr:`CarryOver.without`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import Axes, checked
from longtail.array_types import Bits, Reals
from longtail.estimate import Estimate
from longtail.scores.proportions import wilson_interval

__all__ = ["CarryOver", "carry_over"]

N_FOLDS = 20
_FEWEST = 5
_TRIALS_AT_A_TIME = 256
"""Subpopulations that a part must rest on, to be called measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryOver:
    """The two parts of coupling, for subpopulations that were seen about equally often.

    Parameters
    ----------
    misfits, fits : Estimate or None
        :math:`\\lambda^-` and :math:`\\lambda^+`; None where fewer than five subpopulations show it: assumed 1.
    without : (20, 2) array
        Both, as they are without each fold of the subpopulations; 1 where they are assumed.
    """

    misfits: Estimate | None
    fits: Estimate | None
    without: Reals

    @property
    def parts(self) -> tuple[float, float]:
        """Return both parts as numbers, 1 where one is assumed."""
        return _or_one(self.misfits), _or_one(self.fits)


@checked
def carry_over(
    inclusion: Annotated[Bits, Axes(2)],
    correct: Annotated[Bits, Axes(2)],
    subpopulations: NDArray[np.int64],
    bins: Mapping[str, tuple[int, int]],
    level: float = 0.95,
) -> dict[str, CarryOver]:
    """Measure coupling by how often a subpopulation was in the training subset.

    Parameters
    ----------
    inclusion, correct : (trials, n) bool arrays
        Who was in, and who was predicted right.
    subpopulations : (n,) int array
        Numbered from 0.
    bins : mapping
        Name -> the least and the largest number of examples seen.
    level : float
        Of the intervals.

    Examples
    --------
    >>> inclusion = np.array([[1, 0]] * 6, bool)
    >>> kinds = np.zeros(2, np.int64)
    >>> carry_over(inclusion, inclusion, kinds, {"seen once": (1, 1)})["seen once"].parts  # one kind: both are assumed
    (1.0, 1.0)
    """
    # Imported here, because the compiler's import takes a third of a second.
    from longtail.compilation import read_only
    from longtail.scores.carried_sums import add_trials

    n_kinds = int(subpopulations.max(initial=-1)) + 1
    ends = np.array(list(bins.values()), np.int64).reshape(-1, 2)
    sums = np.zeros((len(bins), n_kinds, 4))
    kinds, sizes = read_only(subpopulations), np.bincount(subpopulations, minlength=n_kinds)
    for start in range(0, len(inclusion), _TRIALS_AT_A_TIME):
        rows = slice(start, start + _TRIALS_AT_A_TIME)
        inside, right = (read_only(np.ascontiguousarray(table[rows])) for table in (inclusion, correct))
        add_trials(inside, right, kinds, sizes, ends, sums)
    return {name: _carry_over_of(by_kind, level) for name, by_kind in zip(bins, sums, strict=True)}


def _carry_over_of(by_kind: Reals, level: float) -> CarryOver:
    folds = np.zeros((N_FOLDS, 4))
    np.add.at(folds, np.arange(len(by_kind)) % N_FOLDS, by_kind)
    misfits, fits = (_part(by_kind[:, 2 * place], by_kind[:, 2 * place + 1], level) for place in (0, 1))
    rest = by_kind.sum(axis=0) - folds
    without = np.ones((N_FOLDS, 2))
    for place, part in enumerate((misfits, fits)):
        if part is not None:
            carried, possible = rest[:, 2 * place], rest[:, 2 * place + 1]
            np.divide(carried, possible, out=without[:, place], where=possible > 0)
    return CarryOver(misfits=misfits, fits=fits, without=without)


def _part(carried: Reals, possible: Reals, level: float) -> Estimate | None:
    """Return a ratio of sums over subpopulations, or None where there are too few."""
    n_kinds = int((possible > 0).sum())
    if n_kinds < _FEWEST:
        return None
    value = float(carried.sum() / possible.sum())
    low, high = (float(end) for end in wilson_interval(value * n_kinds, n_kinds, level))
    return Estimate(
        value=value,
        low=min(low, value),
        high=max(high, value),
        level=level,
        method="share of left-out training examples, Wilson interval over subpopulations",
    )


def _or_one(part: Estimate | None) -> float:
    return 1.0 if part is None else part.value
