r"""Losses of examples at checkpoints of one training run in which each example is met once.

A checkpoint c is the model after step c, so it has met the examples of all steps up to c. Examples whose steps lie
between the same two checkpoints are a *cohort*; those that are never trained on, or only after the last checkpoint, are
the *controls*.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import checked
from longtail.errors import InputError, Said

__all__ = ["Losses"]


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """A table of losses. Make one with :meth:`from_rows`.

    Parameters
    ----------
    loss : (examples, checkpoints) float array
        Of each example at each checkpoint.
    checkpoints : (checkpoints,) int64 array
        Their steps, rising.
    step : (examples,) int64 array
        When each example was trained on; -1: never.
    names : tuple of str
        Of the examples.
    """

    loss: NDArray[np.float64]
    checkpoints: NDArray[np.int64]
    step: NDArray[np.int64]
    names: tuple[str, ...]

    @property
    def cohort(self) -> NDArray[np.int64]:
        """Position of the first checkpoint that has met each example, or the number of checkpoints where none has."""
        first = np.searchsorted(self.checkpoints, self.step, side="left")
        return np.where(self.step < 0, len(self.checkpoints), first).astype(np.int64)

    @classmethod
    def from_rows(cls, example: ArrayLike, step: ArrayLike, checkpoint: ArrayLike, loss: ArrayLike) -> "Losses":
        """Make the table of rows, one for each example and checkpoint, in any order.

        Parameters
        ----------
        example : (rows,) array
            Names or numbers of the examples.
        step : (rows,) array of numbers
            The step at which the example was trained on, the same in all its rows; NaN for one that never was.
        checkpoint : (rows,) array of whole numbers
            The step after which the model was kept.
        loss : (rows,) array of numbers
            The model's loss on the example.

        Raises
        ------
        InputError
            If a number is not finite or not whole, an example was trained on at two steps, or an example and a
            checkpoint have no row, or two.

        Examples
        --------
        >>> table = Losses.from_rows(["a", "b"] * 2, [5, np.nan] * 2, [0, 0, 10, 10], [3.0, 3.0, 1.0, 2.0])
        >>> table.step.tolist(), table.cohort.tolist(), table.loss.tolist()
        ([5, -1], [1, 2], [[3.0, 1.0], [3.0, 2.0]])
        """
        values, marks = np.asarray(loss, np.float64), _whole("checkpoint", checkpoint)
        names, row = np.unique(np.asarray(example).astype(str), return_inverse=True)
        if not len(values):
            raise InputError("loss", "have at least one row", Said("none"))
        for argument, column in (("example", row), ("step", np.asarray(step)), ("checkpoint", marks)):
            if column.shape != values.shape:
                raise InputError(argument, f"have one entry for each of {len(values)} losses", column.shape)
        if not np.isfinite(values).all():
            bad = int(np.flatnonzero(~np.isfinite(values))[0])
            what = Said(f"{values[bad]} of example {str(names[row[bad]])!r} at checkpoint {marks[bad]}")
            raise InputError("loss", "hold finite numbers only", what, "Leave that example out.")
        checkpoints, place = np.unique(marks, return_inverse=True)
        cells = row * len(checkpoints) + place
        times = np.bincount(cells, minlength=len(names) * len(checkpoints))
        if (times != 1).any():
            bad, last = divmod(int(np.flatnonzero(times != 1)[0]), len(checkpoints))
            many = int(times[bad * len(checkpoints) + last])
            what = Said(f"{many} of example {str(names[bad])!r} at checkpoint {checkpoints[last]}")
            raise InputError("loss", "be one for each example and checkpoint", what)
        table = np.empty(len(names) * len(checkpoints))
        table[cells] = values
        return cls(
            loss=table.reshape(len(names), -1),
            checkpoints=checkpoints,
            step=_one_step(step, row, names),
            names=tuple(names.tolist()),
        )


def _whole(argument: str, values: ArrayLike) -> NDArray[np.int64]:
    numbers = np.asarray(values, np.float64)
    wrong = ~((numbers >= 0) & (numbers == np.floor(numbers)) & (numbers < 2.0**53))
    if wrong.any():
        remedy = "Leave the step of an example that is never trained on empty." if argument == "step" else ""
        raise InputError(argument, "hold whole numbers of at least 0", float(numbers[wrong][0]), remedy)
    return numbers.astype(np.int64)


def _one_step(step: ArrayLike, row: NDArray[np.intp], names: NDArray[np.str_]) -> NDArray[np.int64]:
    """Return the step of each example. Refuse an example that has several."""
    numbers = np.asarray(step, np.float64)
    never = np.isnan(numbers)
    steps = np.full(len(numbers), -1, np.int64)
    steps[~never] = _whole("step", numbers[~never])
    of_example = np.full(len(names), -1, np.int64)
    of_example[row] = steps
    other = of_example[row] != steps
    if other.any():
        bad = str(names[row[int(np.flatnonzero(other)[0])]])
        raise InputError(
            "step",
            "be one for each example, trained on once",
            Said(f"two for example {bad!r}"),
            "Keep the checkpoints of the first pass over the data.",
        )
    return of_example
