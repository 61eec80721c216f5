"""Stand-ins for memorization, of each training example, as a run keeps them: ``proxies.npz``, an array for each."""

from collections.abc import Mapping

import numpy as np

from longtail.array_types import Reals
from longtail.errors import DamagedRunError
from longtail.runs.run_folder import RunFolder
from longtail.study.kept_arrays import arrays_kept, keep_arrays

__all__ = ["keep_proxies", "proxies_kept"]

_FILE = "proxies.npz"
_REMEDY = "longtail proxies RUN makes it anew."


def keep_proxies(folder: RunFolder, scores: Mapping[str, Reals]) -> None:
    """Write stand-ins into a run, in the place of earlier ones.

    Parameters
    ----------
    folder : RunFolder
        Held for writing.
    scores : mapping of str to (n,) array
        Name -> value of each training example.
    """
    arrays = {f"score_{place}": np.asarray(values, np.float64) for place, values in enumerate(scores.values())}
    keep_arrays(folder, _FILE, {"names": np.array(list(scores)), **arrays}, "longtail proxies RUN")


def proxies_kept(folder: RunFolder, n_train: int) -> dict[str, Reals] | None:
    """Return the stand-ins that a run keeps. None where it keeps none.

    Raises
    ------
    DamagedRunError
        If the file is damaged, or of other examples.
    """
    held = arrays_kept(folder, _FILE, _REMEDY)
    if held is None:
        return None
    file = folder.path / _FILE
    try:
        found = {str(name): held[f"score_{place}"] for place, name in enumerate(held["names"])}
    except (KeyError, TypeError) as error:
        raise DamagedRunError(f"{file} does not hold {error}. {_REMEDY}") from error
    if any(values.shape != (n_train,) or values.dtype != np.float64 for values in found.values()):
        raise DamagedRunError(f"{file} does not hold a number for each of {n_train:,} training examples. {_REMEDY}")
    return found
