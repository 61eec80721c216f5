"""Exact memorization by the nearest neighbor, beside the memorization that a run's models measure.

It needs no model (:mod:`longtail.scores.exact_knn`), only the neighbors of every example: seconds for thousands of
pictures, a minute for 60,000. It is of one nearest neighbor and of the fraction of the study, and is kept in the run as
``exact_knn.npz``. Distances are those of the features as they are, so it is made where all features have one unit: of
pictures and of embeddings.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from longtail.dataset import Dataset
from longtail.dataset.kind_of_data import kind_of_data
from longtail.errors import DamagedRunError
from longtail.machine import cores
from longtail.runs.run_folder import RunFolder
from longtail.scores.exact_knn import ExactMemorization, exact_knn_memorization
from longtail.study.kept_arrays import arrays_kept, keep_arrays

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
    found, _ = exact_knn_found(dataset, folder, identity)
    if found is not None:
        return found
    fraction = identity["design"]["fraction"]
    made = exact_knn_memorization(dataset.X, dataset.y, _NEIGHBORS, fraction)
    arrays = {field.name: getattr(made, field.name) for field in fields(made)}
    keep_arrays(folder, _FILE, {**arrays, "data": dataset.content_hash, "fraction": fraction}, folder.command("audit"))
    return made


def exact_knn_found(
    dataset: Dataset, folder: RunFolder, identity: Mapping[str, Any]
) -> tuple[ExactMemorization | None, list[str]]:
    """Read it back, and tell what cannot be read, a sentence.

    It is None where it is not there, is of other data or another fraction, or cannot be read.
    """
    remedy = f"{folder.command('audit')} makes it anew."
    try:
        held = arrays_kept(folder, _FILE, remedy)
        if held is None or not _is_of(held, dataset, identity):
            return None, []
        scores = [held[name] for name in ("value", "correct_in", "correct_out")]
        if any(score.shape != (dataset.n_train,) for score in scores):
            raise DamagedRunError(f"{_FILE} does not hold a number for each of {dataset.n_train:,} examples. {remedy}")
        neglected, estimand = float(held["neglected"]), str(held["estimand"])
    except (DamagedRunError, KeyError, TypeError, ValueError) as error:
        told = error if isinstance(error, DamagedRunError) else f"{_FILE} does not hold {error}. {remedy}"
        return None, [f"The {EXACT_KNN} is left out: {told}"]
    value, correct_in, correct_out = scores
    return ExactMemorization(
        value=value, correct_in=correct_in, correct_out=correct_out, neglected=neglected, estimand=estimand
    ), []


def _is_of(held: Mapping[str, Any], dataset: Dataset, identity: Mapping[str, Any]) -> bool:
    of_fraction = float(held["fraction"]) == identity["design"]["fraction"]
    return str(held["data"]) == dataset.content_hash and of_fraction
