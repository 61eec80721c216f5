r"""Who pays twice: privacy risk and accuracy of each subgroup, in one table.

The tail of a subgroup is memorized because it is rare; the same examples are the ones that an attacker finds. So a
subgroup with a long tail has the lower accuracy on what was left out *and* the higher exposure.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import checked
from longtail.errors import InputError, Said
from longtail.estimate import Estimate
from longtail.membership.attack_scores import AttackScores
from longtail.membership.roc import roc
from longtail.outcomes import Outcomes
from longtail.sampling_laws import student_half_width
from longtail.scores.memorization import MemorizationScores, memorization
from longtail.scores.subgroup_cost import group_accuracy

__all__ = ["SubgroupRisk", "subgroup_risks"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubgroupRisk:
    """Privacy risk and accuracy of one subgroup.

    Parameters
    ----------
    name : str
        Text that comes from the data.
    n_examples : int
        How many of its examples were attacked.
    left_out_accuracy : Estimate
        Over models without them, and its examples.
    memorization : Estimate
        Mean over its examples.
    auc, tpr_at_1_percent : Estimate
        Of the attack, with a curve of the subgroup's own.
    """

    name: str
    n_examples: int
    left_out_accuracy: Estimate
    memorization: Estimate
    auc: Estimate
    tpr_at_1_percent: Estimate


@checked
def subgroup_risks(
    outcomes: Outcomes,
    scores: AttackScores,
    groups: ArrayLike,
    level: float = 0.95,
    *,
    memorized: MemorizationScores | None = None,
) -> list[SubgroupRisk]:
    """Estimate the privacy risk and accuracy of each subgroup, the most exposed first.

    Parameters
    ----------
    outcomes : Outcomes
        The table of trials.
    scores : AttackScores
        Made from it.
    groups : (n,) array
        Which subgroup each training example is in.
    level : float
        Nominal coverage of the intervals.
    memorized : MemorizationScores, optional
        Those of this very table, where they are there already; else they are computed.

    Raises
    ------
    InputError
        If ``groups`` has another length.
    """
    names = np.asarray(groups)
    if names.dtype.kind not in "UOT":
        names = names.astype(str)
    if names.shape != (outcomes.n_train,):
        raise InputError("groups", f"name a subgroup for each of {outcomes.n_train} examples", Said(str(names.shape)))
    known = ~np.isnan(scores.score).all(axis=0)
    memorization_of_each = (memorized or memorization(outcomes, level)).value
    risks = []
    for name in np.unique(names[known]):
        mine = known & (names == name)
        curve = roc(scores.of_examples(mine), level=level)
        risks.append(
            SubgroupRisk(
                name=str(name),
                n_examples=int(mine.sum()),
                left_out_accuracy=group_accuracy(outcomes.correct[:, mine], level, ~outcomes.inclusion[:, mine]),
                memorization=_mean(memorization_of_each[mine], level),
                auc=curve.auc,
                tpr_at_1_percent=curve.tpr_at_1_percent,
            )
        )
    return sorted(risks, key=lambda risk: -risk.auc.value)


def _mean(values: NDArray[np.float64], level: float) -> Estimate:
    """Return the mean with Student's interval for other such examples, or the whole range for one example."""
    value = float(values.mean())
    if len(values) < 2 or np.ptp(values) == 0:
        return Estimate(value=value, low=-1.0, high=1.0, level=level, method="too few different examples to tell")
    half = float(student_half_width(level, len(values) - 1)) * float(values.std(ddof=1)) / len(values) ** 0.5
    low, high = max(value - half, -1.0), min(value + half, 1.0)
    return Estimate(value=value, low=low, high=high, level=level, method="Student's interval over examples")
