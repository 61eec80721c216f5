"""Compile a kernel: without the interpreter lock, and kept on disk where there is a place to keep it.

What is kept may be torn by a power loss, as numba does not wait for the disk, or find no room. Neither is a reason to
fail: it is compiled again, and a notice says so.

numba's cache notices a change in the file of a function but not in the files of those it calls. So a kernel and the
kernels it calls belong in one file; where that file would be too long, the kernel is made inside a function whose
argument is :func:`source_number` of the other files, and reads it: the cache tells free variables apart.

A quarter of the time goes into the entries by which Python calls a kernel, most of all where it takes many arrays. What
only kernels call is a :func:`part` of them: it has no such entry, and Python that calls it runs it as it is written. It
is not kept by itself either, so what is large and called by several kernels is better a kernel.

A kernel is compiled once more for arrays that may not be written, and for each order in memory. What it only reads is
handed to it as :func:`read_only`, so that it is compiled once.
"""

import contextlib
from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, TypeVar

import numpy as np
from numba import njit
from numba.core import types
from numba.extending import register_jitable
from numpy.typing import NDArray

from longtail.notices import notice

__all__ = ["compiled", "compiled_without_checks", "part", "part_without_checks", "read_only", "source_number"]

_Scalar = TypeVar("_Scalar", bound=np.generic)

_OPTIONS: dict[str, Any] = {
    "nogil": True,
    "no_cfunc_wrapper": True,  # An entry for C takes a sixth of the time to compile, and no C calls a kernel.
}


def compiled(function: Callable[..., Any]) -> Any:
    """Return the compiled function. Sums keep their order and NaN stays NaN (no ``fastmath``)."""
    return _compiled(function, "python")


def compiled_without_checks(function: Callable[..., Any]) -> Any:
    """Compile likewise, but let a division by zero give infinity or NaN: to look for it would keep a loop scalar."""
    return _compiled(function, "numpy")


def part(function: Callable[..., Any]) -> Any:
    """Let kernels that are ``compiled`` call the function, which is compiled with them."""
    return _part(function, "python")


def part_without_checks(function: Callable[..., Any]) -> Any:
    """Let kernels that are ``compiled_without_checks`` call the function."""
    return _part(function, "numpy")


def read_only(array: NDArray[_Scalar]) -> NDArray[_Scalar]:
    """Return a view that cannot be written."""
    view = array.view()
    view.flags.writeable = False
    return view


def source_number(*modules: ModuleType) -> int:
    """Make a number that changes with the source of ``modules``."""
    digest = blake2b(digest_size=4)
    for module in modules:
        digest.update(Path(str(module.__file__)).read_bytes())
    return int.from_bytes(digest.digest())


def _compiled(function: Callable[..., Any], error_model: Literal["python", "numpy"]) -> Any:
    try:
        kernel: Any = njit(cache=True, error_model=error_model, **_OPTIONS)(function)
    except RuntimeError:  # Numba can write neither to the package's folder nor to the user's cache.
        return _for_any_number(njit(error_model=error_model, **_OPTIONS)(function))
    kernel._cache = _MendedCache(kernel._cache)
    return _for_any_number(kernel)


def _part(function: Callable[..., Any], error_model: Literal["python", "numpy"]) -> Any:
    return register_jitable(error_model=error_model, no_cpython_wrapper=True, **_OPTIONS)(function)


def _for_any_number(kernel: Any) -> Any:
    """Let a kernel that another one calls with a constant be the one for all numbers of that type.

    numba compiles it for the constant as well, which took a third of the time for trees.
    """
    template: Any = kernel.get_call_template
    unliteral: Any = types.unliteral

    def of_types(args: Iterable[Any], names: Mapping[str, Any]) -> Any:
        return template(tuple(map(unliteral, args)), {name: unliteral(kind) for name, kind in names.items()})

    kernel.get_call_template = of_types
    return kernel


class _MendedCache:
    """numba's cache of one function, whose faults cost a compilation and nothing else."""

    def __init__(self, cache: Any) -> None:
        self._cache = cache

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cache, name)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return the compiled function if its file is whole. A damaged file is forgotten."""
        try:
            return self._cache.load_overload(sig, target_context)
        except Exception as error:  # Damaged bytes make pickle raise many kinds of errors.
            notice(f"Compiled code in {self._cache.cache_path} is damaged ({type(error).__name__}); it is made anew.")
        with contextlib.suppress(Exception):
            self._cache.flush()
        return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep it, if there is room."""
        try:
            self._cache.save_overload(sig, data)
        except Exception as error:
            reason = error.strerror if isinstance(error, OSError) else type(error).__name__
            notice(
                f"Compiled code could not be kept in {self._cache.cache_path} ({reason}); the next run makes it anew."
            )
