r"""The tail of the very subset that a model was trained on, and its misfits there, by how often a kind was seen.

A subpopulation that was seen :math:`\ell` times has the mean frequency :math:`\tau_\ell`. Up to five copies Good and
Turing estimate it [Good1953]_, :math:`\tau_\ell = (\ell + 1)\,\Phi_{\ell + 1} / (n\,\Phi_\ell)`. Beyond, where counts
of counts are too thin, it is the share of the examples, brought to what is left of the whole mass.

:math:`\mathrm{errn}(\ell)` [Feldman2020]_ counts subpopulations seen :math:`\ell` times, each by the share of its own
examples that the model misfits. All of them having as many examples, that is the number of misfitted examples in them,
over :math:`\ell`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.array_types import Bits, Reals
from longtail.tail import TailEstimate

__all__ = ["BY_GOOD_TURING", "TrialTail", "errn", "trial_tail"]

BY_GOOD_TURING = 5
"""The most copies whose mean frequency is estimated by Good and Turing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialTail:
    """The tail of one subset: numbers for each count that occurs in it.

    Parameters
    ----------
    count, number : (C,) int arrays
        How often a subpopulation was seen, and how many were.
    misfits : (C,) array
        errn of the learner without limits.
    tau : (C,) array
        The mean frequency of what was seen so often.
    tail : TailEstimate
        The estimate of the same subset.
    """

    count: NDArray[np.int64]
    number: NDArray[np.int64]
    misfits: Reals
    tau: Reals
    tail: TailEstimate


def trial_tail(counts: NDArray[np.int64], members: NDArray[np.int64], wrong: Bits, tail: TailEstimate) -> TrialTail:
    """Make the tail of one subset.

    Parameters
    ----------
    counts : (kinds,) int array
        How many examples of each subpopulation the subset has.
    members : (m,) int array
        The subpopulation of each of its examples.
    wrong : (m,) bool array
        Whether the model without limits misfits each of them.
    tail : TailEstimate
        Of these counts.
    """
    number = np.bincount(counts)
    number[0] = 0
    count = np.flatnonzero(number)
    return TrialTail(
        count=count,
        number=number[count],
        misfits=errn(counts, members, wrong, count),
        tau=_tau(count, number[count], tail.n_samples),
        tail=tail,
    )


def errn(counts: NDArray[np.int64], members: NDArray[np.int64], wrong: Bits, count: NDArray[np.int64]) -> Reals:
    """Return, for each of some counts, the number of subpopulations seen so often, weighted by the share misfitted."""
    misfitted = np.bincount(counts[members[wrong]], minlength=int(count.max(initial=0)) + 1)
    shares: Reals = misfitted[count] / count
    return shares


def _tau(count: NDArray[np.int64], number: NDArray[np.int64], n: int) -> Reals:
    following = np.zeros(len(count))
    following[:-1] = np.where(np.diff(count) == 1, number[1:], 0)
    few = count <= BY_GOOD_TURING
    mass = np.where(few, np.minimum((count + 1) * following / n, 1.0), count * number / n)
    unseen = float(number[count == 1].sum()) / n
    left = max(0.0, 1 - unseen - float(mass[few].sum()))
    mass[~few] *= left / max(float(mass[~few].sum()), 1 / n)
    tau: Reals = mass / number
    return tau
