"""What a learner is handed as ``X``: features, or the rows as they are where it wants those."""

from typing import Any

import numpy as np

from longtail.dataset import Dataset
from longtail.dataset.raw_rows import frame_rows, hash_of_rows, text_rows
from longtail.errors import InputError, Said
from longtail.learners.learner import Learner
from longtail.learners.wanted_rows import asked_columns, innermost, wanted_rows

__all__ = ["handed_rows", "raw_rows_hash", "require_features"]


def handed_rows(learner: Learner, dataset: Dataset) -> Any:
    """All examples, training then test: a read-only float32 matrix, a frame of pandas, or an array of texts.

    Raises
    ------
    InputError
        If the learner wants rows of a table, and there is none, or asks for a column that is not there.
    """
    wanted, who = wanted_rows(learner), f"learner {learner.name}"
    if wanted == "text":
        return text_rows(dataset, who)
    if wanted == "frame":
        return frame_rows(dataset, asked_columns(getattr(innermost(learner), "estimator", None)), who)
    X = np.concatenate([dataset.X, dataset.X_test])
    X.flags.writeable = False  # all trials share it
    return X


def raw_rows_hash(learner: Learner, dataset: Dataset) -> dict[str, str]:
    """The hash of the rows as they are, for an identity. Empty if the learner is handed features."""
    return {} if wanted_rows(learner) == "features" else {"rows": hash_of_rows(handed_rows(learner, dataset))}


def require_features(learner: Learner, what: str) -> None:
    """Refuse a learner of rows as they are, for something that is made of features.

    Raises
    ------
    InputError
        With the name of both.
    """
    if (wanted := wanted_rows(learner)) != "features":
        law = f"take encoded features, for {what}"
        given = Said("one that reads texts" if wanted == "text" else "one that reads the columns of a frame")
        raise InputError(f"learner {learner.name}", law, given)
