"""The record of one trial: what its model said of every example, or why there is no model.

Correctness comes from the predicted labels. The margin is the logit of the true class minus the largest other one;
the confidence is the logit of the true class's probability. Both are kept as float16, clipped to its range.

Where the target is a number, or the learner measures its own performance, the record holds performances instead, a row
of float32 for each kind (:mod:`longtail.outcomes.performance`).
"""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.arguments.arrays import require_unmasked
from longtail.errors import InputError, Said
from longtail.learners.learner import Performances, Predictions
from longtail.learners.token_losses import TokenLosses
from longtail.outcomes import Performance, known_performance

__all__ = ["TrialRecord", "failed_record", "performances_of", "record_of", "without_margins"]

_FLOAT16_LIMIT = 65504.0
_LEAST_MARGIN = 2.0**-14  # This is the smallest normal float16.
_FLOAT32_LIMIT = float(np.finfo(np.float32).max)
_NO_PERFORMANCE = np.zeros((0, 0), np.float32)
_NO_PERFORMANCE.flags.writeable = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialRecord:
    """One trial.

    Parameters
    ----------
    trial : int
        Its number in the design.
    inclusion : (n,) bool array
        Its subset.
    correct : (n + n_test,) bool array, empty if the trial failed
        Training examples first, then test examples.
    margin, confidence : (n + n_test,) float16 array, empty where the learner gives none
        In the same order.
    failure : str
        Why there is no model; empty if there is one.
    performance : (k, n + n_test) float32 array, empty where models are right or wrong
        How well the model does on each example, a row for each of ``kinds``.
    kinds : tuple of Performance
        What the rows are; the first is shown where no other is asked for.
    tokens : TokenLosses or None
        Losses of single tokens, where the learner says them. They lie in a file of their own, and are read apart.
    """

    trial: int
    inclusion: NDArray[np.bool_]
    correct: NDArray[np.bool_]
    margin: NDArray[np.float16]
    confidence: NDArray[np.float16]
    failure: str = ""
    performance: NDArray[np.float32] = field(default_factory=lambda: _NO_PERFORMANCE)
    kinds: tuple[Performance, ...] = ()
    tokens: TokenLosses | None = field(default=None, compare=False, repr=False)

    @property
    def n_all(self) -> int:
        """Number of examples that it tells of, training and test."""
        return self.performance.shape[1] if self.kinds else len(self.correct)


def record_of(
    trial: int,
    inclusion: NDArray[np.bool_],
    predictions: Predictions,
    truth: NDArray[np.int64],
    n_classes: int,
    learner: str,
) -> TrialRecord:
    """Return the record of a trial's predictions.

    Parameters
    ----------
    trial, inclusion
        See :class:`TrialRecord`.
    predictions : Predictions
        Of all examples, training then test.
    truth : (n + n_test,) int array
        Their classes.
    n_classes : int
        Of the study.
    learner : str
        Its name, for errors.

    Raises
    ------
    InputError
        If the predictions have the wrong shape, hold NaN, or name an unknown class.
    """
    require_unmasked(f"learner {learner}", predictions.labels, predictions.logits)
    labels = np.asarray(predictions.labels)
    law = f"predict one class in 0..{n_classes - 1} for each of {len(truth)} examples"
    if labels.shape != truth.shape:
        raise InputError(f"learner {learner}", law, Said(f"shape {labels.shape} in trial {trial}"))
    if labels.dtype.kind not in "iu" or labels.min() < 0 or labels.max() >= n_classes:
        strange = labels[(labels < 0) | (labels >= n_classes)] if labels.dtype.kind in "iuf" else labels
        raise InputError(f"learner {learner}", law, Said(f"class {strange[:1].tolist()} in trial {trial}"))
    empty = np.zeros(0, np.float16)
    margin, confidence = empty, empty
    if predictions.logits is not None:
        # Imported here, because reading trials needs no numba.
        from longtail.trials.margins import margins_and_confidences

        logits = _checked_logits(predictions.logits, (len(truth), n_classes), trial, learner)
        margins, confidences = margins_and_confidences(logits, truth)
        margin = _stored(_of_the_labels_sign(margins, labels == truth))
        if predictions.calibrated:
            confidence = _stored(confidences)
    return TrialRecord(trial=trial, inclusion=inclusion, correct=labels == truth, margin=margin, confidence=confidence)


def performances_of(
    trial: int, inclusion: NDArray[np.bool_], performances: Performances, n_all: int, learner: str
) -> TrialRecord:
    """Return the record of a trial whose performances on all examples were measured.

    Parameters
    ----------
    trial, inclusion, learner
        See :func:`record_of`.
    performances : Performances
        On all examples, training then test.
    n_all : int
        How many these are.

    Raises
    ------
    InputError
        If there is none, a kind is not known, or numbers have another shape, are not finite, or leave their range.
    """
    who = f"learner {learner}"
    kinds = tuple(known_performance(kind, who) for kind in performances.values)
    if not kinds or len({kind.name for kind in kinds}) < len(kinds):
        raise InputError(who, "give performances of different kinds, one at least", [kind.name for kind in kinds])
    require_unmasked(who, *performances.values.values())
    rows = np.zeros((len(kinds), n_all), np.float32)
    for row, kind, given in zip(rows, kinds, performances.values.values(), strict=True):
        values = np.asarray(given)
        if values.shape != (n_all,) or values.dtype.kind not in "fiub":
            law = f"give {kind.title} as one number for each of {n_all} examples"
            raise InputError(who, law, Said(f"{values.dtype} of shape {values.shape} in trial {trial}"))
        kind.require(who, values.astype(np.float64))
        row[:] = np.clip(values, -_FLOAT32_LIMIT, _FLOAT32_LIMIT)
    none = np.zeros(0, np.float16)
    return TrialRecord(
        trial=trial,
        inclusion=inclusion,
        correct=np.zeros(0, bool),
        margin=none,
        confidence=none,
        performance=rows,
        kinds=kinds,
        tokens=performances.tokens,
    )


def without_margins(record: TrialRecord) -> TrialRecord:
    """Return the record with its bits, or performances, alone."""
    none = np.zeros(0, np.float16)
    return replace(record, margin=none, confidence=none, tokens=None)


def failed_record(trial: int, inclusion: NDArray[np.bool_], error: Exception) -> TrialRecord:
    """Return the record of a trial without a model: its subset, and why."""
    none, no_bits = np.zeros(0, np.float16), np.zeros(0, bool)
    reason = " ".join(f"{type(error).__name__}: {error}".split())
    return TrialRecord(
        trial=trial, inclusion=inclusion, correct=no_bits, margin=none, confidence=none, failure=reason or "unknown"
    )


def _of_the_labels_sign(margin: NDArray[np.float64], correct: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Margins whose sign is correctness, but for ties: where scores and labels contradict, the label has the last word.

    scikit-learn's SVC(probability=True) is one whose probabilities are another model's than its labels.
    """
    contradicted = (margin != 0) & ((margin > 0) != correct)
    return np.where(contradicted, np.where(correct, _LEAST_MARGIN, -_LEAST_MARGIN), margin)


def _stored(values: NDArray[np.float64]) -> NDArray[np.float16]:
    return np.clip(values, -_FLOAT16_LIMIT, _FLOAT16_LIMIT).astype(np.float16)


def _checked_logits(logits: NDArray[Any], shape: tuple[int, int], trial: int, learner: str) -> NDArray[np.float64]:
    array = np.ascontiguousarray(logits, np.float64)
    if array.shape != shape:
        raise InputError(f"learner {learner}", f"give logits of shape {shape}", Said(f"{array.shape} in trial {trial}"))
    if np.isnan(array).any() or np.isposinf(array).any():
        raise InputError(f"learner {learner}", "give logits without NaN or infinity", Said(f"some in trial {trial}"))
    return np.maximum(array, np.finfo(np.float32).min)
