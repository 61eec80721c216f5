"""Compile a kernel: without the interpreter lock, and kept on disk where there is a place to keep it.

numba's cache notices a change in the file of a function but not in the files of those it calls, so a kernel and the
kernels it calls belong in one file.
"""

from collections.abc import Callable
from typing import Any

from numba import njit

__all__ = ["compiled"]


def compiled(function: Callable[..., Any]) -> Any:
    """The compiled function; sums keep their order and NaN stays NaN (no ``fastmath``)."""
    try:
        return njit(nogil=True, cache=True)(function)
    except RuntimeError:  # numba found neither the package's folder nor the user's cache writable
        return njit(nogil=True)(function)
