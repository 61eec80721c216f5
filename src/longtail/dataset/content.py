"""The content of a data set in one number: equal where a model would see the same."""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["content_hash"]


def content_hash(arrays: Sequence[NDArray[Any]], class_names: Sequence[str]) -> str:
    """Return the SHA-256, in hexadecimal, of arrays with their kinds and shapes and of names of classes.

    Parameters
    ----------
    arrays : sequence of arrays
        ``X``, ``y``, ``X_test``, ``y_test``, in this order.
    class_names : sequence of str
        In the order of the class codes.
    """
    digest = hashlib.sha256()
    for part in arrays:
        digest.update(f"{part.dtype.str}{part.shape}".encode())
        digest.update(np.ascontiguousarray(part).reshape(-1).view(np.uint8).data)
    digest.update("\0".join(class_names).encode())
    return digest.hexdigest()
