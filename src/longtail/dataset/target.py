"""The target of a data set: classes, or a quantity that a regression predicts.

A number is a quantity where the user says so. Where nobody says, it is one if values are no whole numbers, more than
two of them; and in a column of a table also if there are more than 30 different whole numbers, as prices, ages and
counts have. Whole numbers of an array are classes, since class codes are what arrays hold. The choice is told.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from longtail.dataset.labels import encode_labels, looks_like_quantity
from longtail.dataset.names import named, number_of
from longtail.errors import InputError, Said
from longtail.outcomes import Task

__all__ = ["AskedTask", "Target", "is_quantity", "numbers_of", "read_target"]

AskedTask = Literal["classification", "regression"]
"""What a user may say of a target; otherwise its values decide."""

_INFINITE = ("inf", "-inf")
"""How infinite numbers are written by name. They are numbers, and are refused as such."""

_LAW = "be a finite number for every example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The target of all examples.

    Parameters
    ----------
    codes : (n,) int64 array
        Of classes; 0 everywhere for a quantity.
    class_names : tuple of str
        Empty for a quantity.
    numbers : (n,) float64 array or None
        The quantity.
    said : tuple of str
        What was decided, where the user did not.
    """

    codes: NDArray[np.int64]
    class_names: tuple[str, ...]
    numbers: NDArray[np.float64] | None = None
    said: tuple[str, ...] = ()

    @property
    def task(self) -> Task:
        """Task that follows: classification, or regression of a quantity."""
        return "classification" if self.numbers is None else "regression"


def read_target(argument: str, y: Any, task: AskedTask | None, column: str | None = None) -> Target:
    """Return classes or quantities.

    Parameters
    ----------
    argument : str
        The name to use in an error.
    y : array-like of n values
        One for each example.
    task : {"classification", "regression"}, optional
        What the user says.
    column : str, optional
        The column of a table that they are; without one, whole numbers are classes.

    Raises
    ------
    InputError
        If they are neither, a quantity does not vary, or there is no such task.

    Examples
    --------
    >>> read_target("y", [0.5, 1.25, 3.0, 0.5], None).numbers.tolist()
    [0.5, 1.25, 3.0, 0.5]
    >>> read_target("y", [0, 1, 3, 0, 1, 3], None).class_names
    ('0', '1', '3')
    """
    if task not in (None, "classification", "regression"):
        raise InputError("task", "be classification or regression", task)
    if is_quantity(argument, y, task, column):
        numbers = numbers_of(argument, y)
        if len(numbers) and np.ptp(numbers) == 0:
            raise InputError(argument, "vary, to be predicted", Said(f"{numbers[0]:g} everywhere"))
        _require_squares(argument, numbers)
        said = () if task else (_note(column or argument, len(np.unique(numbers))),)
        return Target(codes=np.zeros(len(numbers), np.int64), class_names=(), numbers=numbers, said=said)
    codes, class_names = encode_labels(argument, y)
    return Target(codes=codes, class_names=class_names)


def numbers_of(argument: str, y: Any) -> NDArray[np.float64]:
    """Return a column of numbers, or of text that is numbers, all of them finite.

    Raises
    ------
    InputError
        If one is missing, no number, or not finite.
    """
    found = named(argument, y, by_size=True)
    found.require_all(argument, _LAW, "Drop those rows first.")
    values = [number_of(name) for name in found.names]
    for name, value in zip(found.names, values, strict=True):
        if value is None:
            raise InputError(argument, _LAW, Said(repr(name)))
    numbers: NDArray[np.float64] = np.array(values, float)[found.codes]
    return numbers


def is_quantity(argument: str, y: Any, task: AskedTask | None, column: str | None) -> bool:
    """Return whether a target is a quantity, as the user says or else as its values do."""
    if task is not None:
        return task == "regression"
    found = named(argument, y, by_size=True)
    finite = [name for name in found.names if name not in _INFINITE]
    numbers = [number for name in finite if (number := number_of(name)) is not None]
    if not numbers or len(numbers) < len(finite):
        return False
    real = len(found.names) > 2 and (found.fraction is not None or any(number % 1 != 0 for number in numbers))
    return real or (column is not None and looks_like_quantity(finite))


def _require_squares(argument: str, numbers: NDArray[np.float64]) -> None:
    """Refuse numbers whose squares no double holds: errors are told in units of their variance."""
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        variance = float(numbers.var()) if len(numbers) else 1.0
    if not np.finfo(float).tiny <= variance < np.inf:
        law, span = "have a variance that is a number", Said(f"numbers from {numbers.min():g} to {numbers.max():g}")
        raise InputError(argument, law, span, "Give them in another unit.")


def _note(name: str, n_different: int) -> str:
    return (
        f"{name} is taken for a quantity, which a regression predicts: it has {n_different:,} different numbers. "
        "Say that the task is classification if they are classes."
    )
