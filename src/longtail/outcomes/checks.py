"""The laws that arrays must keep before they become a table of trials."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.array_types import Bits, Floats
from longtail.errors import InputError, Said
from longtail.outcomes.performance import ACCURACY, Performance, known_performance

__all__ = [
    "Performances",
    "bits",
    "check_numbers",
    "frozen",
    "performances",
    "reals",
    "refuse_copies",
]


_LARGEST_MARGIN = 65_504.0  # of half precision
_TRIALS_AT_A_TIME = 64
_TELLING = 64  # Number of examples from which equal subsets are not due to chance.


def frozen(array: NDArray[Any]) -> NDArray[Any]:
    """Return a read-only view."""
    view = array.view()
    view.flags.writeable = False
    return view


def bits(argument: str, values: ArrayLike, shape: tuple[int, ...] | None = None) -> Bits:
    """Return a table of true and false, read-only, made of 0 and 1 where it is of numbers."""
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
    return frozen(array)


def reals(argument: str, values: ArrayLike | None, shape: tuple[int, ...]) -> Floats | None:
    """Return a table of margins or confidences, read-only. Infinite margins become the largest ones."""
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
    return frozen(array)


def check_numbers(numbers: NDArray[np.int64], n_trials: int) -> None:
    """Refuse numbers of trials that are not one each, or not different."""
    if numbers.shape != (n_trials,):
        raise InputError("trial_numbers", f"have one entry for each of {n_trials} trials", numbers.shape)
    values, times = np.unique(numbers, return_counts=True)
    if (times > 1).any():
        raise InputError("trial_numbers", "name each trial once", Said(f"trial {values[times > 1][0]} twice"))


def refuse_copies(inclusion: Bits, tables: list[ArrayLike]) -> None:
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


class Performances(NamedTuple):
    """Numbers of one kind for training and test examples, checked."""

    train: Floats
    test: Floats
    kind: Performance

    @property
    def of_bits(self) -> bool:
        """Return whether they are right and wrong, written as accuracies of 1 and 0."""
        whole = (((x == 0) | (x == 1)).all() for x in (self.train, self.test))
        return self.kind == ACCURACY and all(whole)


def performances(
    shape: tuple[int, ...],
    correct: ArrayLike | None,
    performance: ArrayLike | None,
    test_performance: ArrayLike | None,
    name: str | Performance | None,
) -> Performances | None:
    """Check the performances of a table. None where it is of right and wrong.

    Raises
    ------
    InputError
        If there is neither or both, or the numbers break the law of their kind.
    """
    if performance is None:
        if correct is None:
            raise InputError("correct", "be given, or performance in its place", Said("neither"))
        if test_performance is not None or name is not None:
            argument = "performance_name" if test_performance is None else "test_performance"
            raise InputError(argument, "be given with performance", Said("it with correct"))
        return None
    if correct is not None:
        raise InputError("performance", "be given in place of correct", Said("both"))
    kind = known_performance(name)
    train = _performance("performance", performance, kind)
    if train.shape != shape:
        raise InputError("performance", f"have the shape of inclusion, {shape}", train.shape)
    test = np.zeros((shape[0], 0), train.dtype)
    if test_performance is not None:
        test = _performance("test_performance", test_performance, kind)
        if len(test) != shape[0]:
            raise InputError("test_performance", f"have one row for each of {shape[0]} trials", test.shape)
    return Performances(frozen(train), frozen(test), kind)


def _performance(argument: str, values: ArrayLike, kind: Performance) -> Floats:
    array = np.asarray(values)
    if array.ndim != 2 or array.dtype.kind not in "fiub":
        raise InputError(argument, "be numbers of shape (trials, examples)", Said(f"{array.dtype} of {array.shape}"))
    numbers: Floats = array if array.dtype.kind == "f" else array.astype(np.float64)
    for start in range(0, len(numbers), _TRIALS_AT_A_TIME):
        kind.require(argument, numbers[start : start + _TRIALS_AT_A_TIME], first=start)
    return numbers
