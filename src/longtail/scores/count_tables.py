"""Two-by-two tables of counts: thousands of examples share few different ones, so each is computed once."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from longtail.array_types import Reals, Whole

__all__ = ["on_distinct_tables"]

_LARGEST_RADIX = 2**15


def on_distinct_tables(
    function: Callable[[Whole, Whole, Whole, Whole], tuple[Reals, ...]], *counts: ArrayLike
) -> tuple[Reals, ...]:
    """Return the results of ``function(k1, n1, k2, n2)``, evaluated once for each different table. Arguments broadcast.

    Parameters
    ----------
    function : callable
        Takes four int arrays of one length, returns float arrays of that length.
    *counts : four arrays of counts
        Successes and trials of the first side, then of the second. Below 2**15 four fit into one code; larger ones are
        sorted as rows, which is slower.
    """
    each: list[Whole] = [np.asarray(part).astype(np.int64, copy=False) for part in np.broadcast_arrays(*counts)]
    radix = max(int(part.max(initial=0)) for part in each) + 1
    if radix > _LARGEST_RADIX:
        rows, where = np.unique(np.stack(each, axis=-1).reshape(-1, 4), axis=0, return_inverse=True)
        return tuple(result[where.ravel()].reshape(each[0].shape) for result in function(*rows.T))
    codes = np.zeros(each[0].shape, np.int64)
    for part in each:
        codes *= radix
        codes += part
    values, where = np.unique(codes, return_inverse=True)
    parts: list[Any] = [values // radix**power % radix for power in (3, 2, 1, 0)]
    return tuple(result[where].reshape(codes.shape) for result in function(*parts))
