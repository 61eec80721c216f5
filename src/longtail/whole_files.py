"""Files that are there whole or not at all, also after a crash: another name, sync, rename, sync.

Whatever kills the process leaves the old file or the new one, and at most a leftover whose name begins with
``.partial-``, which the next writer of the folder removes.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

__all__ = ["regular", "remove_leftovers", "whole_file", "write_atomically"]

_LEFTOVER = ".partial-"


def regular(path: Path) -> Path:
    """Return a path that is to be read as it is, if it is that of a file.

    Raises
    ------
    OSError
        If it is a pipe or a device, whose reader would wait for whoever writes to it.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise OSError(f"{path} is a pipe or a device")
    return path


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    with whole_file(path) as partial:
        partial.write_bytes(content)


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give another name under which the file is to be written.

    It gets its own name when the block ends without an error.
    """
    partial = path.with_name(f"{_LEFTOVER}{os.getpid()}-{path.name}")
    try:
        yield partial
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        error.filename = error.filename or str(path)  # a full disk does not say where
        raise
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
    if os.name != "nt":  # Windows opens no folders, and writes renames to its journal by itself
        _sync_folder(path.parent)


def _sync_folder(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def remove_leftovers(folder: Path) -> None:
    """Remove what killed writers left in a folder that no other process is writing to."""
    for leftover in folder.glob(f"{_LEFTOVER}*"):
        leftover.unlink(missing_ok=True)
