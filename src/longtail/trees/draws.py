"""Compiled: the rows and the features that a tree is grown on, drawn by SplitMix64 [Steele2014]_."""

from typing import Any

import numpy as np

from longtail.compilation import compiled_without_checks, part_without_checks
from longtail.trees.arrays import Array

__all__ = ["choose_columns", "choose_rows"]


@compiled_without_checks
def choose_rows(n: int, n_taken: int, state: Any, index: Array) -> Any:
    """Take rows without replacement, each set as likely, in order."""
    if n_taken == n:
        for i in range(n):
            index[i] = i
        return state
    taken = 0
    for i in range(n):
        state, draw = _next(state)
        if draw * (n - i) < n_taken - taken:
            index[taken] = i
            taken += 1
    return state


@part_without_checks
def choose_columns(share: float, state: Any, allowed: Array) -> Any:
    """Take features without replacement for the next tree."""
    d = len(allowed)
    n_taken = max(1, int(np.floor(share * d + 0.5)))
    if n_taken == d:
        return state
    taken = 0
    for f in range(d):
        state, draw = _next(state)
        allowed[f] = draw * (d - f) < n_taken - taken
        taken += allowed[f]
    return state


@part_without_checks
def _next(state: Any) -> Any:
    """Return the next state of SplitMix64, and a number in [0, 1)."""
    state += np.uint64(0x9E3779B97F4A7C15)
    z = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return state, np.float64((z ^ (z >> np.uint64(31))) >> np.uint64(11)) * 2.0**-53
