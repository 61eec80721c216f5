r"""Trials without a model, and whether they have to do with who was left out.

A trial that fails gives no outcome. Where failing depends on the subset, what is left is no fair sample: the subsets in
which a rare class is hard may be just those that are gone. So each training example is tested for association of its
inclusion with failing, by Fisher's exact test, and each class by two more: whether none of it was in, and whether one
was (a class of one member is what a learner that splits off a validation set stumbles over). All tests together hold a
level of 5 %: half of it is divided among the examples, half among the tests of classes. Scores of examples that are
associated, by themselves or by their class, are refused.
"""

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from longtail.array_types import Bits
from longtail.percent import chosen

__all__ = ["LEVEL", "FailedTrials"]

LEVEL = 0.05
_REASONS_SHOWN = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedTrials:
    """Facts that are known of the trials that have no model.

    Parameters
    ----------
    inclusion : (failed, n) bool array
        Their subsets.
    reasons : tuple of str
        Why each failed.
    labels : (n,) int array, optional
        Classes of the training examples; without them, classes are not tested.
    """

    inclusion: Bits
    reasons: tuple[str, ...]
    labels: NDArray[np.int64] | None = None

    def with_labels(self, labels: NDArray[np.int64]) -> "FailedTrials":
        """Return the same, with the classes of the training examples."""
        return replace(self, labels=labels)

    def associated(self, finished: Bits) -> Bits:
        """Mark the training examples whose inclusion, or class, has to do with failing.

        Parameters
        ----------
        finished : (trials, n) bool array
            Subsets of the trials that have a model.

        Returns
        -------
        (n,) bool array
        """
        n_failed, n = self.inclusion.shape
        n_trials = n_failed + len(finished)
        inside = self.inclusion.sum(axis=0)
        found: Bits = _fisher(inside, inside + finished.sum(axis=0), n_failed, n_trials) < LEVEL / 2 / n
        if self.labels is None:
            return found
        classes = np.unique(self.labels)
        for label in classes:
            members = self.labels == label
            among_failed, among_finished = self.inclusion[:, members].sum(axis=1), finished[:, members].sum(axis=1)
            for number in (0, 1):
                x = np.array([(among_failed == number).sum()])
                p = _fisher(x, x + (among_finished == number).sum(), n_failed, n_trials)[0]
                if p < LEVEL / 2 / (2 * len(classes)):
                    found = found | members
        return found

    def sentence(self, finished: Bits) -> str:
        """Return a sentence that says how many failed, why, and what follows for the scores."""
        n_failed, n = self.inclusion.shape
        reasons = Counter(self.reasons).most_common()
        shown = "; ".join(f"{times} with {reason}" for reason, times in reasons[:_REASONS_SHOWN])
        more = "; …" if len(reasons) > _REASONS_SHOWN else ""
        refused = int(self.associated(finished).sum())
        tested = f"Fisher's exact tests, level {chosen(LEVEL)} over {n:,} examples" + (
            "" if self.labels is None else " and their classes"
        )
        follows = (
            f"failing has to do with whether {refused:,} of them, or their class, were in: their scores are refused"
            if refused
            else "failing has nothing to do with who was left out, as far as that can be seen"
        )
        return (
            f"{n_failed:,} of {n_failed + len(finished):,} trials failed and are left out ({shown}{more}); "
            f"{follows} ({tested})."
        )


def _fisher(x: NDArray[np.int64], n_marked: NDArray[np.int64], n_failed: int, n_trials: int) -> NDArray[np.float64]:
    """Two-sided p-values, twice the smaller tail: of ``n_marked`` marked trials ``x`` are among the failed ones."""
    from scipy.stats import hypergeom  # Imported here, because the import takes most of a second.

    below, above = hypergeom.cdf(x, n_trials, n_marked, n_failed), hypergeom.sf(x - 1, n_trials, n_marked, n_failed)
    p_value: NDArray[np.float64] = np.minimum(1, 2 * np.minimum(below, above))
    return p_value
