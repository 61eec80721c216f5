"""Groups and units of examples: names as given, made into codes, and what is said of them."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.dataset.names import Named, look_alikes, named
from longtail.errors import InputError, Said

__all__ = [
    "codes_among",
    "given_groups",
    "given_units",
    "names_left",
    "said_of_names",
    "said_of_spanning",
    "said_of_whole",
    "whole_groups",
]


def whole_groups(units: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return codes without gaps, of at least two groups: with one group, no example could be left out."""
    groups, codes = np.unique(units, return_inverse=True)
    if len(groups) < 2:
        raise InputError("together", "tell at least two groups of training examples apart", Said("one"))
    return codes.astype(np.int64)


def given_groups(argument: str, group: ArrayLike, n: int) -> Named:
    """Return the groups of n examples, each of which has one."""
    found = named(argument, group)
    _check_shape(argument, found, n)
    found.require_all(argument, "name a group for every example", "Drop those rows first.")
    if isinstance(found.fraction, float) and math.isinf(found.fraction):
        raise InputError(argument, "name a group for every example", found.fraction)
    return found


def names_left(names: tuple[str, ...], units: NDArray[np.int64]) -> tuple[str, ...]:
    """Return the names of the units that are left, by their new codes."""
    return tuple(names[unit] for unit in np.unique(units)) if names else ()


def said_of_spanning(aside: NDArray[np.int64], kept: NDArray[np.int64]) -> list[str]:
    """Say how many test examples are of units that are trained on as well."""
    spanning = int(np.isin(aside, kept).sum())
    if not spanning:
        return []
    return [
        f"{spanning} of {len(aside)} test examples are of units that training examples are of, too: accuracy on them "
        "is that on units already known."
    ]


def said_of_whole(aside: NDArray[np.int64], kept: NDArray[np.int64]) -> str:
    """Say of how many units test examples are all the rows. Empty where they are not, or each is a unit of its own."""
    n = len(np.unique(aside))
    return f", all rows of {n:,} units" if n < len(aside) and not np.isin(aside, kept).any() else ""


def given_units(
    together: ArrayLike, n: int, argument: str = "together"
) -> tuple[NDArray[np.int64], int, tuple[str, ...]]:
    """Return the codes of the units that examples belong to, how many examples belong to none, and the units' names.

    Each of those examples is a unit of its own.
    """
    found = named(argument, together)
    _check_shape(argument, found, n)
    alone = int(found.missing.sum())
    units = found.codes.copy()
    units[found.missing] = len(found.names) + np.arange(alone)
    return units, alone, (*found.names, *[""] * alone)


def codes_among(argument: str, values: ArrayLike, names: tuple[str, ...], n: int) -> NDArray[np.int64]:
    """Return positions of test examples' groups among those of the training examples."""
    found = named(argument, values)
    _check_shape(argument, found, n)
    found.require_all(argument, "name a group for every example", "Drop those rows first.")
    strange = sorted(set(found.names).difference(names))
    if strange:
        raise InputError(argument, "hold only groups of training examples", strange[0])
    place = {name: code for code, name in enumerate(names)}
    return np.array([place[name] for name in found.names], np.int64)[found.codes]


def _check_shape(argument: str, found: Named, n: int) -> None:
    if len(found.codes) != n:
        raise InputError(argument, f"have shape ({n},), one entry an example", found.codes.shape)


def said_of_names(what: str, found: Named) -> list[str]:
    """Say which names were joined, and which were not although they look alike."""
    joined = f"{what} that differ in the blanks around them alone are one ({found.n_joined:,} were joined)."
    kin = ", ".join(look_alikes(found.names))
    apart = f"{what} that nearly agree are kept apart: {kin}; replace one by the other if they are the same."
    return [*([joined] if found.n_joined else []), *([apart] if kin else [])]
