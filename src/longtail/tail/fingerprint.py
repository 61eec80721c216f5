r"""The fingerprint of a sample: how many subpopulations were seen exactly :math:`\ell` times.

.. math:: \Phi_\ell = \#\{x : x \text{ occurs } \ell \text{ times among } n \text{ examples}\},
          \qquad \sum_\ell \Phi_\ell = \text{subpopulations seen}, \qquad \sum_\ell \ell \Phi_\ell = n.

Nothing that does not name the subpopulations can be estimated from more than this [OrlitskySuresh2015]_.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import checked
from longtail.errors import InputError

__all__ = ["Fingerprint", "times"]


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """Numbers of subpopulations, by how often they were seen.

    Parameters
    ----------
    multiplicities : array of int
        The counts that occur, ascending, each at least 1.
    numbers : array of int
        How many subpopulations have each of those counts, each at least 1.

    Examples
    --------
    >>> fingerprint = Fingerprint.of([5, 1, 1, 2])
    >>> fingerprint(1), fingerprint(3), fingerprint.n_samples, fingerprint.n_distinct
    (2, 0, 9, 4)
    """

    multiplicities: NDArray[np.int64]
    numbers: NDArray[np.int64]

    def __post_init__(self) -> None:
        self.multiplicities.setflags(write=False)
        self.numbers.setflags(write=False)

    @classmethod
    def of(cls, counts: ArrayLike) -> "Fingerprint":
        """Make the fingerprint of checked positive counts."""
        found = np.asarray(counts)
        if found.size and found.dtype.kind not in "iu":
            raise InputError("counts", "be whole numbers of 64 bits", counts)
        if found.size and found.max() <= found.size:  # Counting in place is cheaper than sorting.
            numbers = np.bincount(found)
            multiplicities = np.flatnonzero(numbers)
            numbers = numbers[multiplicities]
        else:
            multiplicities, numbers = np.unique(found, return_counts=True)
        return cls(multiplicities=multiplicities.astype(np.int64), numbers=numbers.astype(np.int64))

    def __call__(self, count: int) -> int:
        r"""The number :math:`\Phi_\ell` of subpopulations seen exactly ``count`` times."""
        place = int(np.searchsorted(self.multiplicities, count))
        found = place < len(self.multiplicities) and self.multiplicities[place] == count
        return int(self.numbers[place]) if found else 0

    @property
    def n_samples(self) -> int:
        """The number of examples."""
        return int(self.multiplicities @ self.numbers)

    @property
    def n_distinct(self) -> int:
        """The number of subpopulations that were seen."""
        return int(self.numbers.sum())

    def to_json(self) -> dict[str, Any]:
        """Return the number of subpopulations by count."""
        return {str(count): int(number) for count, number in zip(self.multiplicities, self.numbers, strict=True)}


def times(count: int) -> str:
    """Return a count in words, as it is said."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
