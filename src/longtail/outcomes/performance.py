r"""Performance: how well a model does on one example, as a number with a name, a direction, a range and a unit.

Right or wrong is the performance of [FeldmanZhang2020]_; a language model's is the share of a document's tokens that it
predicts, or its loss a token [Zhang2021]_; a regression's is the squared error. Whatever it is, memorization is what an
example's own performance *gains* from its presence, so that more is always better for the example:

.. math:: \mathrm{mem}_i = s\,\big(E[M(h, x_i) \mid i \in S] - E[M(h, x_i) \mid i \notin S]\big),

with the sign :math:`s = 1` where higher performance is better, and -1 for a loss.
"""

import difflib
import math
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.errors import InputError, Said

__all__ = ["ACCURACY", "PERFORMANCES", "Performance", "Task", "known_performance"]

Task = Literal["classification", "regression", "language"]
"""Kinds of what is learned: a class, a number, or the text itself."""

_ROUNDING = 1e-6
"""How far a stored single-precision number may lie outside its range, relative to the range or to 1."""


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """A kind of performance.

    Parameters
    ----------
    name : str
        For files and commands: lower case, words joined by ``_``.
    direction : {"higher", "lower"}
        Which is better.
    low, high : float
        The least and the greatest value that there can be; infinite where there is none.
    unit : str
        What a difference of two is counted in, for people: "of tokens", "nats a token".
    title : str
        The same as words of a sentence; the name with blanks where it is empty.

    Raises
    ------
    InputError
        If there is no name, or the range is empty.

    Examples
    --------
    >>> loss = Performance(name="log_loss", direction="lower", low=0, high=float("inf"), unit="nats")
    >>> loss.sign, loss.is_loss
    (-1, True)
    """

    name: str
    direction: Literal["higher", "lower"]
    low: float
    high: float
    unit: str
    title: str = ""

    def __post_init__(self) -> None:
        if not self.name or not self.name.replace("_", "").isalnum():
            raise InputError("performance_name", "be a word of letters, digits and _", self.name)
        if not self.low < self.high:
            raise InputError("low", f"lie below high = {self.high}", self.low)
        if not self.title:
            object.__setattr__(self, "title", self.name.replace("_", " "))

    @property
    def sign(self) -> Literal[-1, 1]:
        """The sign of a gain: 1 where higher is better, -1 where lower is."""
        return 1 if self.direction == "higher" else -1

    @property
    def is_loss(self) -> bool:
        """Return whether it is a loss: lower is better, and nothing is below 0."""
        return self.direction == "lower" and self.low == 0

    @property
    def is_right_or_wrong(self) -> bool:
        """Return whether it is accuracy, a share of right answers."""
        return self.name == "accuracy"

    @property
    def span(self) -> float:
        """Largest difference of two performances, infinite where the range is."""
        return self.high - self.low

    def describe(self) -> dict[str, Any]:
        """Return it as plain data, with None for an end that there is not."""
        return {key: None if isinstance(x, float) and math.isinf(x) else x for key, x in asdict(self).items()}

    @classmethod
    def of_description(cls, described: dict[str, Any]) -> "Performance":
        """Return the performance that :meth:`describe` described."""
        low = -math.inf if described["low"] is None else float(described["low"])
        high = math.inf if described["high"] is None else float(described["high"])
        rest = {key: described[key] for key in ("name", "direction", "unit", "title")}
        return cls(low=low, high=high, **rest)

    def require(self, argument: str, values: NDArray[np.floating], first: int = 0) -> None:
        """Refuse numbers that are not finite, or outside the range.

        Parameters
        ----------
        argument : str
            The name to use in an error.
        values : array
            With trials in rows, or of one trial.
        first : int
            Number of the first row, for errors.

        Raises
        ------
        InputError
            Naming the first such number and its place.
        """
        room = _ROUNDING * (self.span if math.isfinite(self.span) else 1.0)
        finite = np.isfinite(values)
        strange = ~finite | (values < self.low - room) | (values > self.high + room)
        if not strange.any():
            return
        place = np.argwhere(strange)[0].tolist()
        where = f"example {place[-1]}" if len(place) == 1 else f"trial {first + place[0]}, example {place[1]}"
        law = "hold finite numbers" if not finite[tuple(place)] else f"lie in {self.range} where it is {self.title}"
        raise InputError(argument, law, Said(f"{values[tuple(place)]} in {where}"))

    @property
    def range(self) -> str:
        """Its range, in words."""
        if math.isinf(self.low) and math.isinf(self.high):
            return "all numbers"
        left = "(-infinity" if math.isinf(self.low) else f"[{self.low:g}"
        return f"{left}, {'infinity)' if math.isinf(self.high) else f'{self.high:g}]'}"


def _loss(name: str, unit: str, title: str = "") -> Performance:
    return Performance(name=name, direction="lower", low=0.0, high=math.inf, unit=unit, title=title)


def _share(name: str, unit: str, title: str = "") -> Performance:
    return Performance(name=name, direction="higher", low=0.0, high=1.0, unit=unit, title=title)


ACCURACY = _share("accuracy", "of models")
"""Right or wrong, 1 or 0: what a table of correctness holds."""

PERFORMANCES: dict[str, Performance] = {
    each.name: each
    for each in (
        ACCURACY,
        _share("token_accuracy", "of tokens"),
        _share("probability", "of probability", "probability of the truth"),
        _loss("log_loss", "nats"),
        _loss("squared_error", "of the target's variance"),
        _loss("absolute_error", "of the target's standard deviation"),
    )
}
"""Name -> kinds that are known. Errors of a regression are in units of the target's own spread over the training
examples, so that 1 is what the mean achieves."""


def known_performance(performance: str | Performance | None, argument: str = "performance_name") -> Performance:
    """Return a performance as it is, or the known one of a name.

    Raises
    ------
    InputError
        If there is no known performance of this name: which direction is better cannot be guessed.

    Examples
    --------
    >>> known_performance("log_loss").direction
    'lower'
    """
    if isinstance(performance, Performance):
        return performance
    if performance in PERFORMANCES:
        return PERFORMANCES[performance]
    near = difflib.get_close_matches(performance or "", PERFORMANCES, n=1)
    remedy = f"Did you mean {near[0]!r}? " if near else ""
    remedy += "Of another kind say which direction is better: Performance(name, direction, low, high, unit)."
    law = f"be one of {', '.join(PERFORMANCES)}, or a Performance"
    raise InputError(argument, law, Said("none") if performance is None else performance, remedy)
