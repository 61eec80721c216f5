"""Compile a kernel: without the interpreter lock, and kept on disk where there is a place to keep it.

numba's cache notices a change in the file of a function but not in the files of those it calls. So a kernel and the
kernels it calls belong in one file; where that file would be too long, the kernel is made inside a function whose
argument is :func:`source_number` of the other files, and reads it: the cache tells free variables apart.
"""

from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from types import ModuleType
from typing import Any

from numba import njit

__all__ = ["compiled", "compiled_without_checks", "source_number"]


def compiled(function: Callable[..., Any]) -> Any:
    """The compiled function; sums keep their order and NaN stays NaN (no ``fastmath``)."""
    return _compiled(function, "python")


def compiled_without_checks(function: Callable[..., Any]) -> Any:
    """Compile likewise, but dividing by zero gives infinity or NaN: a check in a loop keeps it from being vectorized."""
    return _compiled(function, "numpy")


def source_number(*modules: ModuleType) -> int:
    """Number that changes with the source of ``modules``."""
    digest = blake2b(digest_size=4)
    for module in modules:
        digest.update(Path(str(module.__file__)).read_bytes())
    return int.from_bytes(digest.digest())


def _compiled(function: Callable[..., Any], error_model: str) -> Any:
    try:
        return njit(nogil=True, cache=True, error_model=error_model)(function)
    except RuntimeError:  # numba found neither the package's folder nor the user's cache writable
        return njit(nogil=True, error_model=error_model)(function)
