"""Customers with several rows: see :mod:`longtail.tail.clustered`."""

import numpy as np

from longtail.experiments.after_2020.comparison import Comparison, compared
from longtail.randomness import generator
from longtail.tail.clustered import clustered_tail

__all__ = ["unseen_by_further_units"]

_KINDS, _FURTHER, _DRAWS = 300, 150, 40


def unseen_by_further_units(seed: int = 0) -> list[Comparison]:
    """Predict what further customers buy that none of these did, less what they buy: 0 in the mean."""
    found = []
    for n_units in (20, 60, 180):
        randomness = generator(seed, "clustered rows", n_units)
        away = []
        for _ in range(_DRAWS):
            frequencies = randomness.permutation(1 / np.arange(1, _KINDS + 1))
            rows = _customers(randomness, n_units + _FURTHER, frequencies / frequencies.sum())
            here, further = rows[:n_units], np.concatenate(rows[n_units:])
            labels, units = np.concatenate(here), np.repeat(np.arange(n_units), [len(own) for own in here])
            unseen = 1 - np.isin(further, labels).mean()
            away.append(clustered_tail(labels, units).unseen_mass.value - unseen)
        found.append(compared(f"{n_units} units", 0.0, away))
    return found


def _customers(randomness: np.random.Generator, n_units: int, frequencies: np.ndarray) -> list[np.ndarray]:
    """Draw for each customer three favorites, and of them one to fifteen rows."""
    return [
        randomness.choice(randomness.choice(len(frequencies), size=3, p=frequencies), size=randomness.integers(1, 16))
        for _ in range(n_units)
    ]
