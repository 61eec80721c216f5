"""Handed rows: the features of a study, or its rows as they are where a learner wants those."""

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from longtail.dataset import Dataset
from longtail.dataset.kind_of_data import kind_of_data
from longtail.dataset.raw_rows import frame_rows, hash_of_rows, text_rows
from longtail.errors import InputError, Said
from longtail.learners.class_names import with_class_names, with_units, with_unordered
from longtail.learners.learner import Learner
from longtail.learners.wanted_rows import asked_columns, innermost, wanted_rows

__all__ = ["handed_rows", "raw_rows_hash", "require_features", "told_hash", "told_of", "units_of"]

_AnyLearner = TypeVar("_AnyLearner")


def handed_rows(learner: Learner, dataset: Dataset) -> Any:
    """All examples, training then test: a read-only float32 matrix, a frame of pandas, or an array of texts.

    A matrix of columns as they are, with gaps, comes where the learner wants that and the data are such a table; a
    sparse one of all words where it wants that and a column of the data is a text.

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
    if wanted == "words" and kind_of_data(dataset) == "text":
        from longtail.dataset.word_rows import word_rows  # Imported here: most learners need no sparse array.

        return word_rows(dataset)
    if wanted == "columns" and dataset.as_they_are is not None:
        return dataset.as_they_are.of(_positions(dataset))
    X = np.concatenate([dataset.X, dataset.X_test])
    X.flags.writeable = False  # All trials share the array.
    return X


def raw_rows_hash(learner: Learner, dataset: Dataset) -> dict[str, str]:
    """The hash of the rows as they are, for an identity. Empty if the learner is handed features."""
    wanted = wanted_rows(learner)
    if wanted == "columns":
        given = dataset.as_they_are
        return {} if given is None else {"rows": given.content_hash(_positions(dataset))}
    if wanted == "words":  # They follow from the texts and the features.
        return {"rows": hash_of_rows(text_rows(dataset))} if kind_of_data(dataset) == "text" else {}
    return {} if wanted == "features" else {"rows": hash_of_rows(handed_rows(learner, dataset))}


def told_of(learner: _AnyLearner, dataset: Dataset) -> _AnyLearner:
    """Tell a learner what it asks for beside rows.

    Names of classes, columns without an order and units of features; and a limit whatever it asks for of the study's
    examples, as their groups (``told``).
    """
    named = with_units(with_class_names(learner, dataset.class_names), units_of(dataset))
    named = named if dataset.as_they_are is None else with_unordered(named, dataset.as_they_are.unordered)
    return named.told(dataset) if _is_limit(named) else named  # type: ignore[attr-defined]


def told_hash(learner: Learner, dataset: Dataset) -> dict[str, str]:
    """Return hashes of what a limit is told of the study's examples, for an identity."""
    return dict(learner.told_hash(dataset)) if _is_limit(learner) else {}  # type: ignore[attr-defined]


def units_of(dataset: Dataset) -> tuple[float, ...]:
    """The standard deviation of each feature of a table over the training examples, or 1 where it is 0.

    Empty for pictures, texts and embeddings, whose features have one unit.
    """
    if kind_of_data(dataset) != "table":
        return ()
    spread = dataset.feature_moments[1]
    return tuple(np.where(spread > 0, spread, 1.0).tolist())


def require_features(learner: Learner, what: str) -> None:
    """Refuse a learner of rows as they are, for something that is made of features.

    Raises
    ------
    InputError
        With the name of both.
    """
    if (wanted := wanted_rows(learner)) in ("frame", "text", "words"):
        law = f"take encoded features, for {what}"
        given = Said("one that reads the columns of a frame" if wanted == "frame" else "one that reads texts")
        remedy = "batched-logistic takes features." if wanted == "words" else ""
        raise InputError(f"learner {learner.name}", law, given, remedy)


def _is_limit(learner: object) -> bool:
    """Return whether a learner is told of a study's examples. A class is none."""
    return not isinstance(learner, type) and hasattr(learner, "told") and hasattr(learner, "told_hash")


def _positions(dataset: Dataset) -> NDArray[np.int64]:
    return np.concatenate([dataset.position, dataset.position_test])
