r"""Outcomes, the waist of the library: who was in, who was right, by what margin.

One table with a row for each trial. Memorization, influence and membership inference are reductions of it, whoever
made it: our trials, or a published archive.

``margin`` is the logit of the true class minus the largest other logit (its sign is correctness, but for ties);
``confidence`` is the logit :math:`\log p/(1-p)` of the predicted probability of the true class.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import checked
from longtail.errors import InputError, Said
from longtail.failed_trials import FailedTrials

__all__ = ["Outcomes"]

Bits = NDArray[np.bool_]
Floats = NDArray[np.floating]

_LARGEST_MARGIN = 65_504.0  # of half precision
_TELLING = 64  # Number of examples from which equal subsets are not due to chance.


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """The table of trials. Make one with :meth:`from_arrays`.

    Parameters
    ----------
    inclusion : (trials, n) bool array
        Whether each example was in the trial's training subset.
    correct : (trials, n) bool array
        Whether the trial's model labels each training example, in or out, correctly.
    test_correct : (trials, n_test) bool array
        The same for test examples; ``n_test`` may be 0.
    margin, confidence : (trials, n) float array or None
        See the module.
    test_margin, test_confidence : (trials, n_test) float array or None
        The same for test examples.
    trial_numbers : (trials,) int array
        Which trial of the design each row is.
    failed : FailedTrials or None
        The trials of the set that have no model; None where none failed, or nothing is known of them.
    """

    inclusion: Bits
    correct: Bits
    test_correct: Bits
    margin: Floats | None
    confidence: Floats | None
    test_margin: Floats | None
    test_confidence: Floats | None
    trial_numbers: NDArray[np.int64]
    failed: FailedTrials | None = None

    def __repr__(self) -> str:
        kept = [name for name in ("margin", "confidence") if getattr(self, name) is not None]
        return (
            f"Outcomes({self.n_trials:,} trials, {self.n_train:,} training and {self.n_test:,} test examples, "
            f"{'with ' + ' and '.join(kept) if kept else 'correctness alone'})"
        )

    @property
    def n_trials(self) -> int:
        """Number of trials."""
        return len(self.inclusion)

    @property
    def n_train(self) -> int:
        """Number of training examples."""
        return int(self.inclusion.shape[1])

    @property
    def n_test(self) -> int:
        """Number of test examples."""
        return int(self.test_correct.shape[1])

    def of_trials(self, numbers: ArrayLike) -> "Outcomes":
        """Return the table with only the trials of these numbers, in its own order. It shares memory where they are in
        a row.

        Examples
        --------
        >>> table = Outcomes.from_arrays([[1, 0], [0, 1], [1, 0]], [[1, 0], [1, 1], [0, 1]])
        >>> table.of_trials([2, 0]).trial_numbers.tolist()
        [0, 2]
        """
        places = np.flatnonzero(np.isin(self.trial_numbers, numbers))
        in_a_row = len(places) > 0 and places[-1] - places[0] + 1 == len(places)
        return self.restricted_to(slice(int(places[0]), int(places[-1]) + 1) if in_a_row else places)

    def restricted_to(self, rows: slice | NDArray[np.intp]) -> "Outcomes":
        """Return the table with only some of its rows. For a slice, it shares the memory."""
        return Outcomes(
            inclusion=self.inclusion[rows],
            correct=self.correct[rows],
            test_correct=self.test_correct[rows],
            margin=None if self.margin is None else self.margin[rows],
            confidence=None if self.confidence is None else self.confidence[rows],
            test_margin=None if self.test_margin is None else self.test_margin[rows],
            test_confidence=None if self.test_confidence is None else self.test_confidence[rows],
            trial_numbers=self.trial_numbers[rows],
            failed=self.failed,
        )

    def with_failed(self, failed: FailedTrials | None) -> "Outcomes":
        """Return the table with the trials that have no model."""
        return replace(self, failed=failed)

    def labeled(self, labels: NDArray[np.int64]) -> "Outcomes":
        """Return the table with the classes of the training examples, by which failed trials are tested."""
        return self if self.failed is None else self.with_failed(self.failed.with_labels(labels))

    @property
    def about_failed(self) -> str:
        """Describe failed trials in a sentence: how many, why, and what follows. It is empty where none failed."""
        return "" if self.failed is None else self.failed.sentence(self.inclusion)

    @property
    def refused(self) -> Bits:
        """Return the (n,) bool array of training examples whose scores would be biased by failed trials."""
        return np.zeros(self.n_train, bool) if self.failed is None else self.failed.associated(self.inclusion)

    @classmethod
    def from_arrays(
        cls,
        inclusion: ArrayLike,
        correct: ArrayLike,
        margin: ArrayLike | None = None,
        test_correct: ArrayLike | None = None,
        test_margin: ArrayLike | None = None,
        *,
        confidence: ArrayLike | None = None,
        test_confidence: ArrayLike | None = None,
        trial_numbers: NDArray[np.int64] | Sequence[int] | None = None,
    ) -> "Outcomes":
        """Check arrays and make a table of them.

        Parameters
        ----------
        inclusion, correct : (trials, n) arrays of bool, or of 0 and 1
            See :class:`Outcomes`.
        margin, confidence : (trials, n) arrays of float, optional
        test_correct, test_margin, test_confidence : (trials, n_test) arrays, optional
        trial_numbers : (trials,) array of int, optional
            0, 1, … where it is not given; then no trial may be a copy of another.

        Raises
        ------
        InputError
            On other shapes or values, a trial that holds every example or none, or a trial given twice.

        Examples
        --------
        >>> Outcomes.from_arrays([[1, 0], [0, 1]], [[1, 0], [1, 1]]).n_trials
        2
        """
        included = _bits("inclusion", inclusion)
        if 0 in included.shape:
            raise InputError("inclusion", "have at least one trial and one example", included.shape)
        shape = included.shape
        for trial, kept in enumerate(included.sum(axis=1)):
            if kept in (0, shape[1]):
                what = Said(f"{'all' if kept else 'none'} of {shape[1]} in trial {trial}")
                raise InputError("inclusion", "leave some examples in and some out in every trial", what)
        numbers = np.arange(shape[0]) if trial_numbers is None else np.asarray(trial_numbers, np.int64)
        _check_numbers(numbers, shape[0])
        if trial_numbers is None:
            _refuse_copies(included, [table for table in (correct, margin, confidence) if table is not None])
        held = np.zeros((shape[0], 0), bool) if test_correct is None else _bits("test_correct", test_correct)
        if len(held) != shape[0]:
            raise InputError("test_correct", f"have one row for each of {shape[0]} trials", held.shape)
        return cls(
            inclusion=included,
            correct=_bits("correct", correct, shape),
            test_correct=held,
            margin=_reals("margin", margin, shape),
            confidence=_reals("confidence", confidence, shape),
            test_margin=_reals("test_margin", test_margin, held.shape),
            test_confidence=_reals("test_confidence", test_confidence, held.shape),
            trial_numbers=_frozen(numbers),
        )


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    view = array.view()
    view.flags.writeable = False
    return view


def _bits(argument: str, values: ArrayLike, shape: tuple[int, ...] | None = None) -> Bits:
    array = np.asarray(values)
    if array.ndim != 2 or (shape is not None and array.shape != shape):
        law = "have shape (trials, examples)" if shape is None else f"have the shape of inclusion, {shape}"
        raise InputError(argument, law, array.shape)
    if array.dtype != bool:
        strange = (array != 0) & (array != 1)
        if strange.any():
            trial, example = (int(i) for i in np.argwhere(strange)[0])
            what = Said(f"{array[trial, example]} in trial {trial}, example {example}")
            raise InputError(argument, "hold only true and false, or 0 and 1", what)
        array = array.astype(bool)
    return _frozen(array)


def _reals(argument: str, values: ArrayLike | None, shape: tuple[int, ...]) -> Floats | None:
    if values is None:
        return None
    array = np.asarray(values)
    if array.shape != shape or not np.issubdtype(array.dtype, np.floating):
        raise InputError(argument, f"be floats of shape {shape}", Said(f"{array.dtype} of shape {array.shape}"))
    if (
        argument != "confidence" and np.isnan(array).any()
    ):  # Attacks refuse examples with such confidences, and say how many.
        place = np.argwhere(np.isnan(array))[0].tolist()
        raise InputError(argument, "hold no NaN", Said(f"one in trial {place[0]}, example {place[1]}"))
    if argument in ("margin", "test_margin") and np.isinf(array).any():  # of a probability of 0: as trials record it
        array = np.clip(array, -_LARGEST_MARGIN, _LARGEST_MARGIN)
    return _frozen(array)


def _check_numbers(numbers: NDArray[np.int64], n_trials: int) -> None:
    if numbers.shape != (n_trials,):
        raise InputError("trial_numbers", f"have one entry for each of {n_trials} trials", numbers.shape)
    values, times = np.unique(numbers, return_counts=True)
    if (times > 1).any():
        raise InputError("trial_numbers", "name each trial once", Said(f"trial {values[times > 1][0]} twice"))


def _refuse_copies(inclusion: Bits, tables: list[ArrayLike]) -> None:
    """Refuse two trials on one subset with the same outcomes. They are one trial, and would be counted as two.

    Of fewer than 64 examples two subsets may be the same by chance.
    """
    if inclusion.shape[1] < _TELLING:
        return
    rows = [np.asarray(table) for table in tables]
    seen: dict[tuple[int, ...], int] = {}
    for trial, subset in enumerate(inclusion):
        content = tuple(
            hash(part.tobytes()) for part in (subset, *(table[trial] for table in rows if len(table) > trial))
        )
        first = seen.setdefault(content, trial)
        if first != trial:
            remedy = "Leave it out, or give trial_numbers if it is another model."
            raise InputError(
                "inclusion", "hold each trial once", Said(f"trial {trial}, a copy of trial {first}"), remedy
            )
