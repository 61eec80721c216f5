r"""Numbers in single precision, so that what differs stays different.

Features are float32, whose 24 bits tell about 16.7 million steps apart: 200 seconds of the year 2023, written as
seconds since 1970, would become 3 values. Where different values of a column would become equal, and it lies far from
zero for its width, a constant in the middle of its training rows is subtracted first, exactly. What is equal even then
is counted.

Values that differ by rounding alone (:math:`2^{-44}` of their size) are not counted as different, unless they are whole
numbers below :math:`2^{63}`: nanoseconds since 1970 are, though doubles hold them.
"""

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import Axes, checked

__all__ = ["Narrowed", "centered_columns", "is_exact", "narrowed", "tell_apart"]

_NOISE = 2.0**-44
_LONG = 2.0**63
_FAR = 4
"""A column is moved if that makes the largest value smaller by this factor at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """A column in single precision.

    Parameters
    ----------
    values : (n,) float32 array
    center : float or None
        What was subtracted, in the unit of the column; None if nothing was.
    n_different : int
        How many different values there were; 0 where nothing could be lost.
    n_lost : int
        How many of them are now equal to another.
    """

    values: NDArray[np.float32]
    center: float | None
    n_different: int
    n_lost: int


@checked
def narrowed(exact: Annotated[NDArray[Any], Axes(1)], training: NDArray[np.intp], unit: float = 1) -> Narrowed:
    """Return one column of numbers in single precision.

    Parameters
    ----------
    exact : (n,) array of integers or floats
        NaN stays NaN.
    training : int array
        The rows in whose middle the constant lies.
    unit : float
        Values are divided by it, after the constant is subtracted.

    Examples
    --------
    >>> seconds = 1_700_000_000 + np.arange(200)
    >>> found = narrowed(seconds, np.arange(200))
    >>> len(np.unique(found.values)), found.center
    (200, 1700000099.0)
    """
    plain = _single(exact / unit if unit != 1 else exact)
    if is_exact(exact):
        return Narrowed(values=plain, center=None, n_different=0, n_lost=0)
    n_different, n_lost = _lost(exact, plain)
    if not n_lost:
        return Narrowed(values=plain, center=None, n_different=n_different, n_lost=0)
    seen = exact[training]
    center = _middle(seen) if _lost(seen, plain[training])[1] else None  # No test row takes part in this decision.
    if center is None or not _is_far(seen, center):
        return Narrowed(values=plain, center=None, n_different=n_different, n_lost=n_lost)
    moved = _single(_minus(exact, center) / unit)
    return Narrowed(values=moved, center=float(center) / unit, n_different=n_different, n_lost=_lost(exact, moved)[1])


def centered_columns(X: NDArray[Any], training: NDArray[np.intp]) -> tuple[NDArray[np.float32], dict[int, Narrowed]]:
    """Return a table of numbers in single precision, and its columns that were moved, or in which much is lost.

    A table that is in single precision already is returned itself.

    Only columns that lie far from zero are looked at one by one.
    """
    if is_exact(X):
        return X.astype(np.float32, copy=False), {}
    single = _single(X)
    if not len(training):
        return single, {}
    seen = X[training]
    low, high = seen.min(axis=0), seen.max(axis=0)
    with np.errstate(invalid="ignore", over="ignore"):
        width = np.where((low < 0) & (high > 0), high.astype(np.float64) - low, high - low)
        far = np.maximum(abs(low.astype(np.float64)), abs(high.astype(np.float64))) >= _FAR * width / 2
    looked_at = np.flatnonzero(far & np.isfinite(low) & np.isfinite(high) & (low < high))
    found = {}
    for column in looked_at.tolist():
        one = narrowed(X[:, column], training)
        if one.center is not None or one.n_lost:
            found[column] = one
            single[:, column] = one.values
    return single, found


def is_exact(values: NDArray[Any]) -> bool:
    """Return whether single precision holds every value of this type."""
    return values.dtype.kind == "b" or values.dtype.itemsize <= 2 or values.dtype == np.float32


def tell_apart(one: NDArray[Any], other: NDArray[Any]) -> NDArray[np.bool_]:
    """Mark the places where numbers differ by more than rounding."""
    apart: NDArray[np.bool_] = one != other
    if one.dtype.kind == "f":
        size = np.maximum(abs(one), abs(other))
        apart &= (abs(one - other) > _NOISE * size) | ((size < _LONG) & (one % 1 == 0) & (other % 1 == 0))
    return apart


def _single(values: NDArray[Any]) -> NDArray[np.float32]:
    with np.errstate(over="ignore"):  # A number that overflows becomes infinite, and is refused with its place.
        return values.astype(np.float32)


def _lost(exact: NDArray[Any], single: NDArray[np.float32]) -> tuple[int, int]:
    """Count the different values, and those of them that become equal to the next smaller one."""
    known = exact if exact.dtype.kind in "iu" else exact[np.isfinite(exact)]
    order = np.argsort(exact, kind="stable")[: len(known)] if exact.dtype.kind in "iu" else _finite_order(exact)
    held, now = exact[order], single[order]
    step = tell_apart(held[1:], held[:-1])
    return int(step.sum()) + bool(len(held)), int((step & (now[1:] == now[:-1])).sum())


def _finite_order(exact: NDArray[Any]) -> NDArray[np.intp]:
    finite = np.flatnonzero(np.isfinite(exact))
    return finite[np.argsort(exact[finite], kind="stable")]


def _middle(exact: NDArray[Any]) -> Any:
    """Return the middle between the least and the largest number.

    For integers it is an integer, so that differences are exact.
    """
    known = exact if exact.dtype.kind in "iu" else exact[np.isfinite(exact)]
    if not len(known):
        return None
    low, high = known.min(), known.max()
    if exact.dtype.kind in "iu":
        return exact.dtype.type((int(low) + int(high)) // 2)
    return low + (high - low) / 2


def _is_far(exact: NDArray[Any], center: Any) -> bool:
    known = exact if exact.dtype.kind in "iu" else exact[np.isfinite(exact)]
    least, most = float(known.min()), float(known.max())
    around = max(most - float(center), float(center) - least)
    return max(abs(least), abs(most)) >= _FAR * around


def _minus(exact: NDArray[Any], center: Any) -> NDArray[np.float64]:
    if exact.dtype.kind == "f":
        return exact.astype(np.float64) - float(center)
    with np.errstate(over="ignore"):  # Unsigned numbers wrap around, and come back as signed ones.
        difference = exact - center
    signed: NDArray[np.float64] = difference.view(f"i{exact.dtype.itemsize}").astype(np.float64)
    return signed
