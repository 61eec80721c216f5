"""Losses of a training run whose memorization is known: planted, on top of what everybody learns."""

import numpy as np

from longtail.profiles import Losses

CHECKPOINTS = np.array([0, 10, 20, 30, 40, 50])


def planted(rng, *, effect, n=20, n_controls=40, noise=1.0, drift=0.0):
    """``effect(g, c)`` is the memorization of the cohort met before checkpoint g, at checkpoint c.

    Each of five cohorts has n examples. All losses fall along one curve; an example has a level of its own and noise
    at each checkpoint. ``drift`` breaks parallel trends: cohorts then fall by it at every checkpoint.
    """
    cohort = np.concatenate([np.repeat(np.arange(1, 6), n), np.full(n_controls, 6)])
    loss = 5 - np.sqrt(np.arange(6)) + rng.normal(0, 2, (len(cohort), 1)) + rng.normal(0, noise, (len(cohort), 6))
    for row, g in enumerate(cohort):
        if g < 6:
            loss[row] -= [effect(g, c) if c >= g else 0 for c in range(6)]
            loss[row] -= drift * np.arange(6)
    step = np.where(cohort < 6, 10 * cohort - 3, -1)
    return Losses(loss=loss, checkpoints=CHECKPOINTS, step=step, names=tuple(map(str, range(len(cohort)))))


def fading(g, c):
    """Memorized by 1 at once, more in later cohorts, and half as much with each checkpoint."""
    return (1 + 0.2 * g) * 0.5 ** (c - g)
