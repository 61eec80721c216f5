"""What was given for one trial, logits, numbers or losses by what is learned: its laws, and the record that it makes.

- Classes: float logits, a row an example.
- Numbers: predictions in the target's own unit.
- Texts: the log loss of each text in nats a token, or of each of its tokens.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.errors import DamagedRunError, InputError, Said
from longtail.learners.learner import Answer, Performances, Predictions, Values
from longtail.membership.given_numbers import require_logits
from longtail.outcomes import Task
from longtail.trials import SubsetDesign, TrialStore
from longtail.trials.record import TrialRecord, performances_of
from longtail.trials.truth import Truth

__all__ = ["given_answer", "given_record", "held_record", "require_logits_of", "task_of_data"]

Arrays = dict[str, NDArray[Any]]


def task_of_data(data: Arrays) -> Task:
    """Return the task of the data that were handed out."""
    task: Task = str(data["task"]) if "task" in data else "classification"  # type: ignore[assignment]
    return task


def given_answer(name: str, given: Any, data: Arrays, performance: Mapping[Any, Any] | None = None) -> Answer:
    """Return what was given as a learner's answer.

    Parameters
    ----------
    name : str
        Of the file or argument, for errors.
    given : array or None
        Logits, predictions, or losses of texts; None where performances alone are given.
    data : dict of arrays
        What was handed out.
    performance : mapping, optional
        Performances on all examples by kind, of numbers or texts; the loss of texts, where it is given, comes first.

    Raises
    ------
    InputError
        If it is none of the task's answers, or a number is not finite.
    """
    task = task_of_data(data)
    if task == "classification":
        if performance is not None:
            raise InputError("performance", "be left out where classes are learned: give logits", Said("performances"))
        require_logits_of(name, np.asarray(given), data)
        return Predictions(labels=given.argmax(axis=1), logits=given)
    if given is None and not performance:
        raise InputError(name, f"hold {_WANTED[task]}, or come with performances", Said("nothing"))
    n_all = len(data["y"]) + len(data["y_test"])
    if given is not None:
        law = f"hold {_WANTED[task]} for each of {n_all} examples, training examples first"
        values = np.asarray(given)
        if values.shape != (n_all,) or values.dtype.kind not in "fiu":
            raise InputError(name, law, Said(f"{values.dtype} of shape {values.shape}"))
        values = values.astype(np.float64)
        if not np.isfinite(values).all():
            place = int(np.flatnonzero(~np.isfinite(values))[0])
            raise InputError(name, "hold finite numbers", Said(f"{values[place]} in row {place}"))
        if task == "regression" and performance is None:
            return Values(values=values)
        if task == "regression":
            raise InputError(name, "be predictions or performances, not both", Said("both"))
        performance = {"log_loss": values, **(performance or {})}
    assert performance is not None
    return Performances(values=performance)


_WANTED = {"regression": "one number that is predicted", "language": "one log loss, in nats a token,"}


def require_logits_of(name: str, logits: NDArray[Any], data: Arrays) -> None:
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


def given_record(trial: int, answer: Answer, design: SubsetDesign, data: Arrays, name: str) -> TrialRecord:
    """Return the record of a trial whose answer was given. ``name`` is that of the learner."""
    y, task = data["y"], task_of_data(data)
    inclusion = design.inclusion(len(y), trial, data.get("together"))
    if isinstance(answer, Performances):
        return performances_of(trial, inclusion, answer, len(y) + len(data["y_test"]), name)
    truth = Truth(
        task=task,
        y=np.concatenate([y, data["y_test"]]),
        n_classes=int(y.max()) + 1 if task == "classification" else 0,
        variance=float(y.var()) if task == "regression" else 1.0,
    )
    return truth.record(trial, inclusion, answer, name)


def held_record(store: TrialStore, trial: int) -> TrialRecord | None:
    """Return the trial in the run, or None if it is not there or damaged, so that it will be written over."""
    if not store.file(trial).exists():
        return None
    try:
        return store.read(trial)
    except DamagedRunError:
        return None
