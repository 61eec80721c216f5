"""``.npz`` archives: ``X``, ``y``, optional ``X_test``, ``y_test``, ``group``, ``feature_names`` …; never a pickle."""

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.dataset.dataset import Dataset
from longtail.errors import InputError, Said

__all__ = ["load_archive"]

_KNOWN = ("X", "y", "X_test", "y_test", "group", "group_test", "feature_names")


def load_archive(path: Path, together: str | None = None) -> Dataset:
    """Read a data set from an ``.npz`` file.

    Parameters
    ----------
    path : Path
        Of the file.
    together : str, optional
        The array that says which examples stay together.

    Raises
    ------
    InputError
        If it is no archive, holds Python objects, lacks ``X`` or ``y``, or its arrays break a law of
        :meth:`Dataset.from_arrays`.
    """
    arrays = _read(path, (*_KNOWN, *([together] if together else [])))
    if together is not None and together not in arrays:
        raise InputError("--together", f"name an array in {path.name}", together)
    for required in ("X", "y"):
        if required not in arrays:
            held = Said(f"only {', '.join(sorted(arrays)) or 'arrays of other names'} in {path.name}")
            raise InputError("data", f"hold an array named {required}", held)
    names = arrays.get("feature_names")
    return Dataset.from_arrays(
        arrays["X"],
        arrays["y"],
        arrays.get("X_test"),
        arrays.get("y_test"),
        group=arrays.get("group"),
        group_test=arrays.get("group_test"),
        together=None if together is None else arrays[together],
        name=path.stem,
        feature_names=None if names is None else [str(name) for name in names.tolist()],
    )


def _read(path: Path, names: tuple[str, ...]) -> dict[str, NDArray[Any]]:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            return {key: archive[key] for key in names if key in archive.files}
    except (ValueError, OSError, EOFError, zipfile.BadZipFile, AttributeError) as error:
        remedy = "Arrays of Python objects are refused: save numbers or fixed-width strings."
        raise InputError("data", "be an .npz archive of plain arrays", Said(f"{path.name}: {error}"), remedy) from error
