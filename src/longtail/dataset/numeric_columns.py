"""Numbers, dates and times of a table as features in single precision; gaps as the median and a column that says where.

Whole numbers, instants and decimals are brought to single precision from their own exact type, see
:mod:`longtail.dataset.narrowing`: what differs stays different, or it is said how many values fall together.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from longtail.dataset.feature_arrays import require_finite
from longtail.dataset.gaps import Column, nan_is_null
from longtail.dataset.narrowing import Narrowed, narrowed

__all__ = ["ALL_MISSING_IN_TRAINING", "Numeric", "dates", "exact_numbers", "times_of_day"]

ALL_MISSING_IN_TRAINING = "Columns without a value in any training row are left out: {}."

_LOST_SHARE = 0.01
"""Of real numbers that fall together, fewer are rounding; of whole numbers and dates all are told."""

_SECONDS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


@dataclass(frozen=True, slots=True, kw_only=True)
class Numeric:
    """Features made of one column of numbers.

    Parameters
    ----------
    values : (n, 1 or 2) float32 array or None
        The numbers, and where one was missing in a training row, 1 where it was. None if no training row has any.
    says_missing : bool
        Whether there is that second column.
    choices : tuple of (str, str)
        See :class:`~longtail.dataset.columns.EncodedColumn`.
    with_gaps : (n,) float32 array or None
        The numbers, NaN where one is missing; None where none is.
    """

    values: NDArray[np.float32] | None
    says_missing: bool
    choices: tuple[tuple[str, str], ...]
    with_gaps: NDArray[np.float32] | None = None


def exact_numbers(name: str, column: Column, training: NDArray[np.intp]) -> Numeric:
    """Return numbers and truth values as they are."""
    if pa.types.is_decimal(column.type):
        return _decimals(name, column, training)
    whole = pa.types.is_integer(column.type)
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.uint8())
    return _features(name, nan_is_null(column), training, all_told=whole)


def dates(name: str, column: Column, training: NDArray[np.intp]) -> Numeric:
    """Dates and instants as days since 1970-01-01, the time of the day as the fraction."""
    kind: Any = column.type
    if pa.types.is_date32(kind):
        count, per_day = column.cast(pa.int32()).cast(pa.int64()), 1
    elif pa.types.is_date64(kind):
        count, per_day = column.cast(pa.int64()), 86_400_000
    else:
        count, per_day = column.cast(pa.int64()), 86_400 * _SECONDS[kind.unit]
    found = _features(name, count, training, per_day)
    said = ("Dates became days since 1970-01-01: {}.", repr(name))
    return replace(found, choices=(said, *found.choices))


def times_of_day(name: str, column: Column, training: NDArray[np.intp]) -> Numeric:
    """Times of the day as hours since midnight."""
    kind: Any = column.type
    count = column.cast(pa.int32()).cast(pa.int64()) if pa.types.is_time32(kind) else column.cast(pa.int64())
    found = _features(name, count, training, 3_600 * _SECONDS[kind.unit])
    said = ("Times of the day became hours since midnight: {}.", repr(name))
    return replace(found, choices=(said, *found.choices))


def _features(name: str, column: Column, training: NDArray[np.intp], unit: float = 1, all_told: bool = True) -> Numeric:
    missing = np.asarray(column.is_null().to_numpy())
    known = np.asarray(column.drop_null().to_numpy())
    place = np.cumsum(~missing) - 1
    at_hand = training[~missing[training]]
    if missing.any() and len(at_hand) == 0:
        return _never_seen(name)
    if known.dtype.kind == "f" and not (abs(known) <= np.finfo(np.float32).max).all():
        full = np.zeros(len(missing))
        full[~missing] = known
        require_finite("data", full[:, None], [name])
    single = narrowed(known, place[at_hand], unit)
    return _filled(name, single, known, missing, training, unit, all_told=all_told)


def _never_seen(name: str) -> Numeric:
    return Numeric(values=None, says_missing=False, choices=((ALL_MISSING_IN_TRAINING, repr(name)),))


def _filled(
    name: str,
    single: Narrowed,
    known: NDArray[Any],
    missing: NDArray[np.bool_],
    training: NDArray[np.intp],
    unit: float,
    *,
    all_told: bool,
) -> Numeric:
    """Fill missing numbers with the median of the training rows, and return where they were missing."""
    choices = _said_of_precision(name, single, all_told)
    if not missing.any():
        return Numeric(values=single.values[:, None], says_missing=False, choices=choices)
    place = np.cumsum(~missing) - 1
    at_hand = place[training[~missing[training]]]
    middle = np.median(known[at_hand]) / unit - (single.center or 0.0)
    with np.errstate(over="ignore"):
        filled = np.full(len(missing), middle).astype(np.float32)
    filled[~missing] = single.values
    with_gaps = np.where(missing, np.float32(np.nan), filled)
    said = (
        "Missing numbers became the median of the training rows, and a column of 0 and 1 says where: {}.",
        f"{name!r} (in {_rows(int(missing.sum()))})",
    )
    if not missing[training].any():
        return Numeric(values=filled[:, None], says_missing=False, choices=(*choices, said), with_gaps=with_gaps)
    both = np.column_stack([filled, missing.astype(np.float32)])
    return Numeric(values=both, says_missing=True, choices=(*choices, said), with_gaps=with_gaps)


def _said_of_precision(name: str, single: Narrowed, all_told: bool) -> tuple[tuple[str, str], ...]:
    said = []
    if single.center is not None:
        law = "Subtracted, so that single precision tells values far from zero apart: {}."
        said.append((law, f"{single.center:.10g} from {name!r}"))
    if single.n_lost and (all_told or single.n_lost >= _LOST_SHARE * single.n_different):
        law = "Values that differ became equal, for single precision cannot tell them apart: {}."
        said.append((law, f"{single.n_lost:,} of {single.n_different:,} in {name!r}"))
    return tuple(said)


def _decimals(name: str, column: Column, training: NDArray[np.intp]) -> Numeric:
    """Decimals by way of double precision, unless that makes some of them equal: then less their middle, exactly."""
    doubles = column.cast(pa.float64())
    known = column.drop_null()
    if len(doubles.drop_null().unique()) == len(known.unique()) or not len(known):
        return _features(name, doubles, training)
    middle: Any = (pc.min(known).as_py() + pc.max(known).as_py()) / 2
    less = pa.chunked_array(
        [pa.array([None if value is None else float(value - middle) for value in column.to_pylist()], pa.float64())]
    )
    found = _features(name, less, training)
    n_lost = len(known.unique()) - len(less.drop_null().unique())
    said = _said_of_precision(
        name,
        Narrowed(values=np.empty(0, np.float32), center=float(middle), n_different=len(known.unique()), n_lost=n_lost),
        all_told=True,
    )
    return replace(found, choices=(*said, *found.choices))


def _rows(n: int) -> str:
    return "1 row" if n == 1 else f"{n:,} rows"
