"""Exact memorization by the nearest neighbor, beside the memorization that a run's models measure.

It needs no model (:mod:`longtail.scores.exact_knn`), only the neighbors of every example: seconds for thousands of
pictures, a minute for 60,000. It is of one nearest neighbor and of the fraction of the study, and is kept in the run as
``exact_knn.npz``. Distances are those of the features as they are, so it is made where all features have one unit: of
pictures and of embeddings.
"""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np

from longtail.dataset import Dataset
from longtail.dataset.kind_of_data import kind_of_data
from longtail.machine import cores
from longtail.runs.run_folder import RunFolder
from longtail.scores.exact_knn import ExactMemorization, exact_knn_memorization
from longtail.whole_files import write_atomically

__all__ = ["EXACT_KNN", "exact_knn_found", "keep_exact_knn", "may_have_exact_knn", "seconds_of_exact_knn"]

EXACT_KNN = "exact kNN memorization"
"""What it is called in plans, tables and omissions."""

_FILE = "exact_knn.npz"
_NEIGHBORS = 1
_PER_PAIR, _PER_PRODUCT = 9e-9, 1.1e-11  # Seconds of one core; measured on 60,000 x 784.


def may_have_exact_knn(dataset: Dataset) -> bool:
    """Return whether it is defined here: for classes, features of one unit, and examples that are in or out alone."""
    if dataset.task != "classification" or dataset.together is not None or dataset.n_train < 2:
        return False
    return kind_of_data(dataset) in ("pictures", "embedding")


def seconds_of_exact_knn(dataset: Dataset) -> float:
    """Return about how many seconds it takes: each pair once, its product on all cores, the rest on one."""
    n, d = float(dataset.n_train), dataset.X.shape[1]
    return float(n * n * (_PER_PAIR + _PER_PRODUCT * d / cores()))


def keep_exact_knn(dataset: Dataset, folder: RunFolder, identity: Mapping[str, Any]) -> ExactMemorization:
    """Compute it and write it to the run, unless it is there.

    Parameters
    ----------
    dataset : Dataset
        Of the study.
    folder : RunFolder
        Held for writing.
    identity : mapping
        Of the study, whose design says the fraction.
    """
    found = exact_knn_found(dataset, folder, identity)
    if found is not None:
        return found
    fraction = identity["design"]["fraction"]
    made = exact_knn_memorization(dataset.X, dataset.y, _NEIGHBORS, fraction)
    packed = io.BytesIO()
    np.savez_compressed(
        packed,
        value=made.value,
        correct_in=made.correct_in,
        correct_out=made.correct_out,
        neglected=made.neglected,
        estimand=made.estimand,
        data=dataset.content_hash,
        fraction=fraction,
    )
    write_atomically(folder.path / _FILE, packed.getvalue())
    folder.remember(_FILE, folder.command("audit"))
    return made


def exact_knn_found(dataset: Dataset, folder: RunFolder, identity: Mapping[str, Any]) -> ExactMemorization | None:
    """Read it back. None where it is not there, is of other data or another fraction, or cannot be read."""
    file = folder.path / _FILE
    if not file.is_file():
        return None
    try:
        with np.load(io.BytesIO(file.read_bytes())) as kept:
            if str(kept["data"]) != dataset.content_hash or float(kept["fraction"]) != identity["design"]["fraction"]:
                return None
            return ExactMemorization(
                value=kept["value"],
                correct_in=kept["correct_in"],
                correct_out=kept["correct_out"],
                neglected=float(kept["neglected"]),
                estimand=str(kept["estimand"]),
            )
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError):
        return None
