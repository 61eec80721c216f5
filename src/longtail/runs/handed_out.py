"""What ``longtail masks`` handed out, against the study: whoever trained elsewhere must have had these very examples.

Labels that were changed in ``data.npz``, rows that were sorted in ``rows.arrow``, or subsets in ``masks.npz``, would
make every outcome wrong without looking wrong. All are compared with what the study says of them before a logit is
read. The rows are of the study's data if ``masks.npz`` holds their SHA-256.
"""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.dataset.content import content_hash
from longtail.errors import DamagedRunError
from longtail.notices import notice
from longtail.runs.run_folder import Study
from longtail.trials import SubsetDesign

__all__ = ["DATA_FILE", "MASKS_FILE", "ROWS_FILE", "data_as_handed_out", "require_as_handed_out", "rows_as_handed_out"]

DATA_FILE, MASKS_FILE, ROWS_FILE = "data.npz", "masks.npz", "rows.arrow"
_REMEDY = "Run longtail masks again with the same options, and train on what it writes."


def require_as_handed_out(run: Path, study: Study, design: SubsetDesign) -> None:
    """Refuse files that are not what was handed out.

    Parameters
    ----------
    run : Path
        The run folder.
    study : Study
        That it holds.
    design : SubsetDesign
        Of its subsets.

    Raises
    ------
    DamagedRunError
        If examples, labels or subsets differ from the study's, or a file cannot be read.
    """
    data = data_as_handed_out(run, study)
    if not (run / MASKS_FILE).exists():
        return
    rows_as_handed_out(run)
    subsets, n_train = _arrays(run / MASKS_FILE).get("inclusion"), study.identity["data"]["n_train"]
    if subsets is None or subsets.ndim != 2 or subsets.shape[1] != n_train:
        raise DamagedRunError(f"{run / MASKS_FILE} is not what longtail masks wrote. {_REMEDY}")
    for trial, subset in enumerate(subsets):
        if not np.array_equal(subset, design.inclusion(n_train, trial, data.get("together"))):
            reason = f"the subset of trial {trial} differs"
            raise DamagedRunError(f"{run / MASKS_FILE} is not what longtail masks wrote: {reason}. {_REMEDY}")


def data_as_handed_out(run: Path, study: Study) -> dict[str, NDArray[Any]]:
    """Return the arrays of ``data.npz``.

    Raises
    ------
    DamagedRunError
        If examples or labels differ from the study's, or the file cannot be read.
    """
    data = _arrays(run / DATA_FILE)
    names = ("X", "y", "X_test", "y_test")
    if "class_names" not in data:
        notice(f"{run / DATA_FILE} is of an earlier version and cannot be compared with the study.")
    elif not all(name in data for name in names) or (
        content_hash([data[name] for name in names], _words_hashed(data)) != study.identity["data"]["hash"]
    ):
        raise DamagedRunError(f"{run / DATA_FILE} is not what longtail masks wrote: examples differ. {_REMEDY}")
    return data


def _words_hashed(data: dict[str, NDArray[Any]]) -> list[str]:
    """Return the words in the hash of a data set: that numbers are predicted, otherwise the names of the classes."""
    of_numbers = str(data.get("task", "")) == "regression"
    names: list[str] = ["regression"] if of_numbers else data["class_names"].tolist()
    return names


def rows_as_handed_out(run: Path) -> bytes | None:
    """Return the content of ``rows.arrow``. None if no rows were handed out.

    Raises
    ------
    DamagedRunError
        If it is another one than was written, or gone.
    """
    wanted = _arrays(run / MASKS_FILE).get("rows_sha256")
    if wanted is None:
        return None
    try:
        content = (run / ROWS_FILE).read_bytes()
    except OSError as error:
        raise DamagedRunError(f"{run / ROWS_FILE} is not readable ({error.strerror}). {_REMEDY}") from error
    if hashlib.sha256(content).hexdigest() != str(wanted):
        raise DamagedRunError(f"{run / ROWS_FILE} is not what longtail masks wrote: rows differ. {_REMEDY}")
    return content


def _arrays(path: Path) -> dict[str, NDArray[Any]]:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except Exception as error:  # Damaged bytes make zipfile and NumPy raise many kinds of errors.
        raise DamagedRunError(f"{path} is not readable ({error}). {_REMEDY}") from error
