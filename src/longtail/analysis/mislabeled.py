"""Whether each memorized example looks mislabeled or rare, in the features in which distances are compared."""

import numpy as np
from numpy.typing import NDArray

from longtail.analysis.partitions import comparable_units
from longtail.arguments import checked
from longtail.dataset import Dataset
from longtail.outcomes import Outcomes
from longtail.scores.mislabeled_or_rare import MislabeledOrRare, mislabeled_or_rare

__all__ = ["MEMORIZED", "evidence_of"]

MEMORIZED = 0.25
"""Memorization from which on an example is asked about."""


@checked
def evidence_of(
    data: Dataset, outcomes: Outcomes, memorization: NDArray[np.float64], threshold: float = MEMORIZED
) -> MislabeledOrRare:
    """Weigh the examples that are memorized by ``threshold`` or more, the likely mislabeled first.

    Parameters
    ----------
    data, outcomes
        The data set that was studied, and its trials.
    memorization : (n,) array
        Of each training example; one whose memorization is undetermined is not asked about.
    threshold : float
        In (0, 1].
    """
    asked = (memorization >= threshold).nonzero()[0]
    return mislabeled_or_rare(
        outcomes,
        data.X,
        data.y,
        data.X_test,
        asked,
        units=comparable_units(data),
        group=data.group,
        group_test=data.group_test,
    ).falling()
