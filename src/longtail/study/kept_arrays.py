"""Arrays that a run keeps beside its trials: a compressed file, there whole or not at all, and missed when gone."""

import io
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.errors import DamagedRunError
from longtail.runs.run_folder import RunFolder
from longtail.whole_files import write_atomically

__all__ = ["arrays_kept", "keep_arrays"]


def keep_arrays(folder: RunFolder, file: str, arrays: Mapping[str, ArrayLike], command: str) -> None:
    """Write arrays into a run, in the place of earlier ones.

    Parameters
    ----------
    folder : RunFolder
        Held for writing.
    file : str
        Its name in the run, an .npz.
    arrays : mapping of str to array
    command : str
        What makes it anew, with RUN in its place.
    """
    buffer = io.BytesIO()
    plain: dict[str, Any] = {name: np.asarray(array) for name, array in arrays.items()}
    np.savez_compressed(buffer, allow_pickle=False, **plain)
    write_atomically(folder.path / file, buffer.getvalue())
    folder.remember(file, command)


def arrays_kept(folder: RunFolder, file: str, remedy: str) -> dict[str, NDArray[Any]] | None:
    """Return the arrays that a run keeps. None where it keeps none.

    Parameters
    ----------
    folder : RunFolder
    file : str
        Its name in the run.
    remedy : str
        How to make it anew, a sentence.

    Raises
    ------
    DamagedRunError
        If the file cannot be read.
    """
    path = folder.path / file
    if not path.is_file():
        return None
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as held:
            return {name: held[name] for name in held.files}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise DamagedRunError(f"{path} is not readable ({error}). {remedy}") from error
