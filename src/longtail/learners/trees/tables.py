"""The tables made last: all batches of trials of a study, in all threads, share one."""

import numpy as np
from numpy.typing import NDArray

from longtail.learners.kept import Kept, content_of
from longtail.trees.table import TreeTable

__all__ = ["table_of"]

_tables: Kept[TreeTable] = Kept()


def table_of(X: NDArray[np.float32], max_bins: int, categorical: tuple[int, ...]) -> TreeTable:
    """Return the table of all rows, which is made anew unless one of the last two was of equal values.

    Parameters
    ----------
    X : (n, d) float32 array
        C-contiguous.
    max_bins, categorical
        See :meth:`TreeTable.of`.
    """
    key = (content_of(X), max_bins, categorical)
    return _tables.get(key, lambda: TreeTable.of(X, max_bins=max_bins, categorical=categorical))
