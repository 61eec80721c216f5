"""Files that are there whole or not at all, also after a crash: another name, sync, rename, sync.

Whatever kills the process leaves the old file or the new one, and at most a leftover whose name begins with
``.partial-``, which the next writer of the file removes, or the next one that has the folder for itself.
"""

import contextlib
import os
import platform
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from zlib import crc32

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


def write_atomically(path: Path, content: bytes, *, among_many: bool = False) -> None:
    """Write a file whole or not at all."""
    with whole_file(path, among_many=among_many) as partial:
        partial.write_bytes(content)


@contextlib.contextmanager
def whole_file(path: Path, *, among_many: bool = False) -> Iterator[Path]:
    """Give another name under which the file is to be written.

    It gets its own name when the block ends without an error.

    Parameters
    ----------
    path : Path
        The file.
    among_many : bool
        Whether thousands of files lie beside it, in a folder that is swept as a whole when work on it begins. Then
        leftovers are not looked for with each file.
    """
    if not among_many:
        _remove_leftovers_of(path)
    partial = path.with_name(f"{_LEFTOVER}{_machine()}-{os.getpid()}-{path.name}")
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


def _remove_leftovers_of(path: Path) -> None:
    """Remove what killed writers of one file left beside it. What other machines are writing is not touched."""
    if os.name == "nt":  # where no signal asks whether a process is there
        return
    ours = f"{_LEFTOVER}{_machine()}-"
    with contextlib.suppress(OSError):
        for file in path.parent.iterdir():
            writer, _, rest = file.name.removeprefix(ours).partition("-")
            left = file.name.startswith(ours) and rest == path.name and writer.isdecimal()
            if left and not _is_running(int(writer)):
                file.unlink(missing_ok=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


@cache
def _machine() -> str:
    """Return a short mark of this machine: process numbers are of one machine, folders may be of several."""
    return f"{crc32(platform.node().encode(errors='replace')):08x}"
