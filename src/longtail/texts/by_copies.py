r"""Memorization against the number of near copies, beside what the tail says of what was seen so often.

A document of a kind that has :math:`\ell` of them was seen :math:`\ell` times. The theory charges for misfitting it
:math:`\tau_\ell`, the mean frequency of kinds seen so often [Feldman2020]_, and expects it to be memorized where
:math:`\ell` is small: its copies teach it otherwise. A *kind* is memorized by what any of its documents being there
gives: models that have none of them against models that have one or more. That is what deduplication can lower.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.estimate import Estimate
from longtail.findings.texts import CopiesRow
from longtail.near_copies import NearCopies
from longtail.outcomes import Outcomes
from longtail.sampling_laws import student_half_width
from longtail.tail import FrequencyCounts, estimate_tail

__all__ = ["kind_memorization", "memorization_by_copies"]

_BINS: Sequence[tuple[int, int]] = ((0, 0), (1, 1), (2, 3), (4, 7), (8, 2**62))


@checked
def memorization_by_copies(value: NDArray[np.float64], copies: NearCopies, level: float = 0.95) -> list[CopiesRow]:
    """Average memorization over documents with 0, 1, 2-3, 4-7 and more near copies.

    Parameters
    ----------
    value : (n,) float array
        Memorization of each document; NaN ones are left out.
    copies : NearCopies
        Of the same documents.
    level : float
        Nominal coverage of each interval. Kinds are independent, the documents of one are not.
    """
    tail = estimate_tail(FrequencyCounts.from_labels(copies.kind), level)
    rows = []
    for least, most in _BINS:
        mine = (copies.count >= least) & (copies.count <= most) & np.isfinite(value)
        if mine.any():
            tau = tail.tau(least + 1)
            rows.append(
                CopiesRow(
                    least=least,
                    most=min(most, int(copies.count[mine].max())),
                    n_documents=int(mine.sum()),
                    n_kinds=len(np.unique(copies.kind[mine])),
                    memorization=_mean_over_kinds(value[mine], copies.kind[mine], level),
                    tau=tau if np.isfinite(tau.value) else None,
                )
            )
    return rows


@checked
def kind_memorization(outcomes: Outcomes, kind: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return, for each document, how much better models with one or more documents of its kind are on it.

    Parameters
    ----------
    outcomes : Outcomes
        Of documents.
    kind : (n,) int64 array
        The kind of each.

    Returns
    -------
    (n,) float64 array
        Mean performance of models that have one or more less that of models that have none, as a gain. NaN where no
        model lacks, or has, the kind.
    """
    table = outcomes.numbers()[0].astype(np.float64)
    held = np.zeros((outcomes.n_trials, int(kind.max()) + 1), bool)
    for row, included in zip(held, outcomes.inclusion, strict=True):
        row[kind[included]] = True
    inside = held[:, kind]
    n_in = inside.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        with_any = (table * inside).sum(axis=0) / n_in
        without = (table * ~inside).sum(axis=0) / (outcomes.n_trials - n_in)
    return np.asarray(outcomes.kind.sign * (with_any - without))


def _mean_over_kinds(value: NDArray[np.float64], kind: NDArray[np.int64], level: float) -> Estimate:
    """Return the mean, with the standard error of kinds as clusters [CameronGelbachMiller2011]_."""
    mean = float(value.mean())
    _, place = np.unique(kind, return_inverse=True)
    sums = np.bincount(place, value - mean)
    n_kinds = len(sums)
    half = float("nan")
    if n_kinds > 1:
        error = float(np.sqrt((sums**2).sum() * n_kinds / (n_kinds - 1))) / len(value)
        half = float(student_half_width(level, n_kinds - 1)) * error
    low, high = mean - half, mean + half
    return Estimate(value=mean, low=low, high=high, level=level, method="mean over documents, clustered by kind")
