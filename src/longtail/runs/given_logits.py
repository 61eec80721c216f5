"""Logits that were given for one trial: what they must be, and the record that they make."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.errors import DamagedRunError, InputError, Said
from longtail.learners.learner import Predictions
from longtail.membership.given_numbers import require_logits
from longtail.trials import SubsetDesign, TrialStore
from longtail.trials.record import TrialRecord, record_of

__all__ = ["given_record", "held_record", "require_given"]

Arrays = dict[str, NDArray[Any]]


def require_given(name: str, logits: NDArray[Any], data: Arrays) -> None:
    """Refuse what cannot be the logits of a model for all examples.

    Parameters
    ----------
    name : str
        Of the file or argument, for errors.
    logits : array
        As given.
    data : dict of arrays
        What was handed out; ``y`` and ``y_test`` are read.

    Raises
    ------
    InputError
        If the shape or kind is another, a number is NaN or infinite, or they are probabilities.
    """
    wanted = (len(data["y"]) + len(data["y_test"]), int(data["y"].max()) + 1)
    if logits.shape != wanted or logits.dtype.kind != "f":
        law = f"hold float logits of shape {wanted}, a row an example, training examples first"
        raise InputError(name, law, Said(f"{logits.dtype} of shape {logits.shape}"))
    if np.isnan(logits).any() or np.isposinf(logits).any():
        row = int(np.flatnonzero((np.isnan(logits) | np.isposinf(logits)).any(axis=1))[0])
        raise InputError(name, "hold no NaN or infinity", Said(f"some, the first in row {row}"))
    require_logits(name, logits)


def given_record(trial: int, logits: NDArray[Any], design: SubsetDesign, data: Arrays, name: str) -> TrialRecord:
    """Return the record of a trial whose logits were given. ``name`` is that of the learner."""
    truth = np.concatenate([data["y"], data["y_test"]])
    n_train, n_classes = len(data["y"]), int(data["y"].max()) + 1
    inclusion = design.inclusion(n_train, trial, data.get("together"))
    predictions = Predictions(labels=logits.argmax(axis=1), logits=logits)
    return record_of(trial, inclusion, predictions, truth, n_classes, name)


def held_record(store: TrialStore, trial: int) -> TrialRecord | None:
    """Return the trial in the run, or None if it is not there or damaged, so that it will be written over."""
    if not store.file(trial).exists():
        return None
    try:
        return store.read(trial)
    except DamagedRunError:
        return None
