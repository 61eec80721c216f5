"""``load_dataset``: whatever the user typed as DATA, made into a data set."""

import difflib
from pathlib import Path

from longtail.dataset.archives import load_archive
from longtail.dataset.bundled import BUNDLED
from longtail.dataset.examples import Dataset
from longtail.dataset.image_folder import load_image_folder
from longtail.dataset.tables import load_table
from longtail.errors import InputError, Said

__all__ = ["load_dataset"]

_TABLES = {".csv", ".tsv", ".parquet"}


def load_dataset(
    data: str | Path, target: str | None = None, group: str | None = None, together: str | None = None
) -> Dataset:
    """Load a data set for classification.

    Parameters
    ----------
    data : str or Path
        A bundled name (``digits``, ``fashion-mnist``, …), an ``.npz`` archive (``X``, ``y``, optional ``X_test``,
        ``y_test``, ``group``), a ``.csv``, ``.tsv`` or ``.parquet`` table, or a folder of images by class.
    target : str, optional
        Of a table: the column that holds the labels.
    group : str, optional
        Of a table: the column that holds given subpopulations.
    together : str, optional
        Of a table, the column, and of an archive, the array, that says which examples stay together: those with the
        same value are in or out of a subset together. It is no feature.

    Raises
    ------
    InputError
        If there is no such data, or it breaks a law of :class:`Dataset`.

    Examples
    --------
    >>> digits = load_dataset("digits")
    >>> digits.n_train, digits.n_test, digits.image_shape
    (1437, 360, (8, 8, 1))
    """
    path, name = Path(data), str(data)
    if path.suffix in _TABLES and path.is_file():
        return load_table(path, target, group, together)
    if path.suffix in _TABLES and not path.exists():
        raise InputError("data", "be a file that exists", name)
    for argument, value in (("--target", target), ("--group", group)):
        if value is not None:
            what = Said(f"it for the folder {name}" if path.is_dir() else f"it for {name}")
            raise InputError(argument, "be given for a table alone (.csv, .tsv, .parquet)", what)
    if path.is_file() and path.suffix == ".npz":
        return load_archive(path, together)
    if together is not None:
        raise InputError("--together", "be given for a table or an .npz alone", Said(f"it for {name}"))
    if name in BUNDLED:
        return BUNDLED[name]()
    if path.is_dir():
        return load_image_folder(path)
    if path.is_file():
        raise InputError("data", "be .npz, .csv, .tsv, .parquet or a folder of images", name)
    raise InputError("data", "exist as a file or folder, or be the name of a bundled data set", name, _suggestion(name))


def _suggestion(name: str) -> str:
    near = difflib.get_close_matches(name, BUNDLED, n=1)
    return f"Did you mean {near[0]!r}?" if near else f"Bundled are {', '.join(BUNDLED)}."
