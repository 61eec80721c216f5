"""Numbers that travel with their uncertainty and their provenance."""

import math
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from longtail.arguments import checked
from longtail.errors import InputError

__all__ = ["Bound", "Estimate", "require_level"]


def require_level(level: float) -> None:
    """Refuse a nominal coverage outside (0, 1).

    Raises
    ------
    InputError
        If ``level`` is outside (0, 1).
    """
    if not 0 < level < 1:
        raise InputError("level", "lie strictly between 0 and 1", level)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A number estimated from data, with a two-sided confidence interval.

    Parameters
    ----------
    value, low, high : float
        The point estimate and the ends of its interval, in the same unit. NaN where undetermined.
    level : float
        The nominal coverage of ``[low, high]``, in (0, 1).
    method : str
        How value and interval were made, in a few words.
    warning : str, optional
        When to distrust it; empty when there is no reason known to.

    Raises
    ------
    InputError
        If ``level`` is outside (0, 1) or ``low > high``.

    Examples
    --------
    >>> print(Estimate(value=0.25, low=0.1, high=0.4, level=0.95, method="Newcombe"))
    0.25 [0.1, 0.4]
    """

    value: float
    low: float
    high: float
    level: float
    method: str
    warning: str = ""

    def __post_init__(self) -> None:
        require_level(self.level)
        if self.low > self.high:
            raise InputError("low", f"not exceed high = {self.high}", self.low)

    @classmethod
    @checked
    def at(
        cls, place: int, value: ArrayLike, low: ArrayLike, high: ArrayLike, *, level: float, method: str
    ) -> "Estimate":
        """Return one entry of three arrays, of values and of the ends of their intervals, as an estimate.

        Examples
        --------
        >>> print(Estimate.at(1, [0.0, 0.5], [0.0, 0.4], [0.1, 0.6], level=0.9, method="of another"))
        0.5 [0.4, 0.6]
        """
        ends = [np.asarray(array, float) for array in (value, low, high)]
        if any(array.ndim != 1 or not -len(array) <= place < len(array) for array in ends):
            raise InputError("place", "be one of each of three arrays of one axis", place)
        middle, least, most = (float(array[place]) for array in ends)
        return cls(value=middle, low=least, high=most, level=level, method=method)

    def scaled(self, factor: float) -> "Estimate":
        """Return the same estimate in another unit: value and interval multiplied by ``factor`` >= 0."""
        if not factor >= 0:
            raise InputError("factor", "be at least 0", factor)
        return Estimate(
            value=self.value * factor,
            low=self.low * factor,
            high=self.high * factor,
            level=self.level,
            method=self.method,
            warning=self.warning,
        )

    def to_json(self) -> dict[str, Any]:
        """Return a plain dictionary.

        ``None`` stands for undetermined numbers, and ``warning`` is left out when empty.
        """
        out: dict[str, Any] = {}
        for name in self.__slots__:
            part = getattr(self, name)
            if name != "warning" or part:
                out[name] = None if isinstance(part, float) and math.isnan(part) else part
        return out

    def __str__(self) -> str:
        return f"{self.value:.3g} [{self.low:.3g}, {self.high:.3g}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A proven bound on a number, which it does not cross.

    Parameters
    ----------
    value : float
        The bound itself; a vacuous one is an infinity, or 0 where that is what vacuous means.
    side : {"lower", "upper"}
        Which side of the quantity it stands on.
    reference : str
        The statement that proves it, as a key of ``references.bib`` with the theorem's number.
    condition : str, optional
        What it assumes beyond its arguments; empty when it always holds.
    """

    value: float
    side: Literal["lower", "upper"]
    reference: str
    condition: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return a plain dictionary."""
        return asdict(self)

    def __str__(self) -> str:
        sign = {"lower": "≥", "upper": "≤"}[self.side]
        return f"{sign} {self.value:.3g}"
