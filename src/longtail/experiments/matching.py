"""Matched examples: as many others of the same classes, to stand beside a set that is left out.

Random examples of any class would not do: memorized ones are not spread evenly over classes, so that their removal
shifts the class balance as well [FeldmanZhang2020]_.
"""

import numpy as np

from longtail.array_types import Whole
from longtail.dataset import Dataset
from longtail.randomness import generator

__all__ = ["matched_examples"]


def matched_examples(
    dataset: Dataset, removed: Whole, seed: int, repeat: int, *, not_among: Whole | None = None
) -> tuple[Whole, int]:
    """Draw examples that are neither removed nor in ``not_among``, one for each removed, matched by class and group.

    Returns
    -------
    drawn : (k,) int array
        All different.
    n_unmatched : int
        For how many no example of the same class and group was left; they got one of the class, or else any.
    """
    rng = generator(seed, "matched", repeat)
    group = np.zeros(dataset.n_train, np.int64) if dataset.group is None else dataset.group
    free = np.ones(dataset.n_train, bool)
    free[removed if not_among is None else np.union1d(removed, not_among)] = False
    drawn, n_unmatched = [], 0
    for i in rng.permutation(removed).tolist():
        same_class = free & (dataset.y == dataset.y[i])
        alike = same_class & (group == group[i])
        n_unmatched += not alike.any()
        pool = next(pool for pool in (alike, same_class, free) if pool.any())
        chosen = int(rng.choice(np.flatnonzero(pool)))
        free[chosen] = False
        drawn.append(chosen)
    return np.array(drawn), n_unmatched
