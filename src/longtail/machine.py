"""The machine's own: how many cores and threads there are, who may write to a folder, room in a file.

Nothing here needs what only one system has. Cores are counted by joblib, which knows affinities and the quotas of
containers; the lock is filelock's, which asks each system in its own way; room is reserved where a system can, and
written where it cannot.
"""

import ctypes
import errno
import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from filelock import FileLock, Timeout

from longtail.errors import BusyRunError, DamagedRunError, InputError, Said, parameter

__all__ = ["LOCK_NAME", "cores", "hand_back_memory", "held", "one_thread", "reserve"]

LOCK_NAME = ".lock"
"""In a folder that has one writer at a time."""

_BLOCK = 1 << 20
_CANNOT_RESERVE = (errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL)


def cores() -> int:
    """CPU cores that this process may use, at least 1."""
    import joblib  # here, as few who hold a folder count cores

    return int(joblib.cpu_count())


def one_thread() -> AbstractContextManager[None]:
    """Let products of matrices have one thread, till the end of the ``with``.

    To look for the libraries that make them takes longer than small products, so it is done once, and again when
    something was imported meanwhile. SciPy's, which compiled kernels use, would be loaded by the first of them, inside;
    it is loaded before.
    """
    import scipy.linalg.cython_blas  # noqa: F401  here, as few who hold a folder multiply matrices

    limit: AbstractContextManager[None] = _libraries(len(sys.modules)).limit(limits=1)
    return limit


def hand_back_memory() -> None:
    """Give memory that was freed back to the system, where the C library can be told to.

    GNU's keeps what was freed between what is held, so that a program of several large parts grows by each.
    """
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


@lru_cache(maxsize=1)
def _libraries(_n_modules: int) -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


@contextmanager
def held(folder: Path, patience: float = 0.0) -> Iterator[None]:
    """Hold a folder for this thread alone. Inside, the same thread may hold it again.

    Parameters
    ----------
    folder : Path
        There, and may be written to. Its lock lives no longer than its process: the system then gives it up.
    patience : float
        Seconds to wait for another that holds it.

    Raises
    ------
    BusyRunError
        If another process, or another thread of this one, holds it.
    DamagedRunError
        At the end, if the folder was removed meanwhile, or its lock: what was written may be gone.
    InputError
        If its ``.lock`` is a link or no file: neither is opened, so what a link points to stays as it is.
    """
    place = folder / LOCK_NAME
    if place.is_symlink() or (place.exists() and not place.is_file()):
        kind = "a link" if place.is_symlink() else "no file"
        raise InputError(str(place), "be a file of longtail's own", Said(kind), "Remove it.")
    lock = FileLock(place, timeout=0, is_singleton=True)
    try:
        lock.acquire(timeout=patience)
    except Timeout as error:
        remedy = f"Wait for it, or choose another folder for {parameter('out')}."
        raise BusyRunError(f"another process is writing to {folder}. {remedy}") from error
    try:
        mine = _mark(place)
        yield
        if _mark(place) != mine:
            raise DamagedRunError(
                f"{folder} was removed, in whole or in part, while it was written to. Run the same command again."
            )
    finally:
        lock.release()


def _mark(place: Path) -> tuple[int, int] | None:
    """Tells a file from any other, also from one of the same name that came later."""
    try:
        found = place.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def reserve(file: BinaryIO, start: int, size: int) -> None:
    """Take room in a file before it is mapped: a full disk is an ``OSError`` here, and no crash later.

    Parameters
    ----------
    file : binary file, open for writing
        Nothing of it is in a buffer.
    start, size : int
        Where the room begins, and its bytes.
    """
    if size <= 0:
        return
    if hasattr(os, "posix_fallocate"):
        try:
            os.posix_fallocate(file.fileno(), start, size)
            return
        except OSError as error:
            if error.errno not in _CANNOT_RESERVE:
                raise
    file.seek(start)
    nothing = bytes(_BLOCK)
    for first in range(0, size, _BLOCK):
        file.write(nothing[: min(_BLOCK, size - first)])
    file.flush()
