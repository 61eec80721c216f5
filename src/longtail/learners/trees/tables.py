"""The tables made last: all batches of trials of a study, in all threads, share one."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

import numpy as np
from numpy.typing import NDArray

from longtail.learners.trees.binning import fingerprint
from longtail.learners.trees.table import TreeTable

__all__ = ["table_of"]

_KEPT = 2
_tables: OrderedDict[Hashable, TreeTable] = OrderedDict()
_lock = threading.Lock()


def table_of(X: NDArray[np.float32], max_bins: int, categorical: tuple[int, ...]) -> TreeTable:
    """Return the table of all rows, which is made anew unless one of the last two was of equal values.

    Parameters
    ----------
    X : (n, d) float32 array
        C-contiguous.
    max_bins, categorical
        See :meth:`TreeTable.of`.
    """
    key = (_content(X), X.shape, max_bins, categorical)
    return _kept(key, lambda: TreeTable.of(X, max_bins=max_bins, categorical=categorical))


def _kept(key: Hashable, make: Callable[[], TreeTable]) -> TreeTable:
    with _lock:  # A second caller waits instead of making the table again.
        if key not in _tables:
            _tables[key] = make()
            while len(_tables) > _KEPT:
                _tables.popitem(last=False)
        _tables.move_to_end(key)
        return _tables[key]


def _content(X: NDArray[np.float32]) -> tuple[int, ...]:
    flat = X.reshape(-1)
    even = len(flat) // 2 * 2
    return int(fingerprint(flat[:even].view(np.uint64))), *flat[even:].view(np.uint32).tolist()
