"""The tail as the learner meets it, as findings: errors at several training-set sizes in, what they say out."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.findings.learner_tail import LearnerTailFindings
from longtail.outcomes import Outcomes
from longtail.scores.learner_tail import learner_tail

__all__ = ["learner_tail_findings"]


def learner_tail_findings(
    outcomes: Mapping[float, Outcomes],
    level: float = 0.95,
    *,
    together: ArrayLike | None = None,
    test_unit: NDArray[np.int64] | None = None,
) -> LearnerTailFindings:
    """Measure what single training examples decide, by :func:`longtail.scores.learner_tail`.

    Parameters
    ----------
    outcomes : mapping of float to Outcomes
        Fraction -> trials; at least two.
    level : float
        Of the intervals.
    together : (n,) array, optional
        The unit of each training example.
    test_unit : (n_test,) int array, optional
        The unit of each test example.
    """
    found = learner_tail(outcomes, level, together=together, test_unit=test_unit)
    check = found.check
    return LearnerTailFindings(
        fractions=list(found.fractions),
        sizes=list(found.sizes),
        errors=list(found.errors),
        training_error=found.training_error,
        singleton_worth=found.singleton_worth,
        exponent=found.exponent,
        error_left=found.error_left(2.0),
        checked_at=None if check is None else check.fraction,
        predicted=None if check is None else check.predicted,
        found=None if check is None else check.found,
        witnesses=[f"{size:,} {name}" for name, size in found.witnesses.items()],
        notes=list(found.notes),
    )
