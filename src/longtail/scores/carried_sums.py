"""The sums that coupling is made of, over trials: compiled, because there is one for each trial, kind and bin."""

import numpy as np

from longtail.array_types import Bits, Reals, Whole
from longtail.compilation import compiled

__all__ = ["add_trials"]


@compiled
def add_trials(inclusion: Bits, correct: Bits, kinds: Whole, sizes: Whole, bins: Whole, sums: Reals) -> None:
    """Add four numbers of each kind to the sums of the bins that hold how often a trial saw it.

    They are its fresh examples times the share of the seen ones that is misfitted: of those wrong, then of all; and the
    same times the share fitted: of those right, then of all.

    Parameters
    ----------
    inclusion, correct : (trials, n) bool arrays
        Who was in, and who was predicted right.
    kinds, sizes : (n,), (n_kinds,) int arrays
        The kind of each example, from 0, and the number of examples of each kind.
    bins : (n_bins, 2) int array
        The least and the largest number of examples seen.
    sums : (n_bins, n_kinds, 4) array
        Changed.
    """
    n_kinds = len(sizes)
    seen, seen_right, fresh_right = np.empty(n_kinds), np.empty(n_kinds), np.empty(n_kinds)
    for trial in range(len(inclusion)):
        seen[:], seen_right[:], fresh_right[:] = 0.0, 0.0, 0.0
        inside, right = inclusion[trial], correct[trial]
        for example in range(len(kinds)):
            kind = kinds[example]
            if inside[example]:
                seen[kind] += 1.0
                seen_right[kind] += 1.0 if right[example] else 0.0
            elif right[example]:
                fresh_right[kind] += 1.0
        for kind in range(n_kinds):
            fresh = sizes[kind] - seen[kind]
            if fresh == 0.0:  # Nothing to add.
                continue
            fitted = seen_right[kind] / seen[kind] if seen[kind] > 0.0 else 0.0
            for place in range(len(bins)):
                if bins[place, 0] <= seen[kind] <= bins[place, 1]:
                    of_kind = sums[place, kind]
                    of_kind[0] += (1.0 - fitted) * (fresh - fresh_right[kind])
                    of_kind[1] += (1.0 - fitted) * fresh
                    of_kind[2] += fitted * fresh_right[kind]
                    of_kind[3] += fitted * fresh
