"""A world of kinds with one label each, and the learner that remembers: on a kind it has not seen it guesses.

Everything about it is known: after a random subset of m of the N examples, a kind with c examples in the pool is unseen
with the hypergeometric probability h_c(m), so the expected error on fresh examples is (1 - g) sum_k D_k h_{c_k}(m).
"""

import numpy as np
from scipy.special import digamma
from scipy.stats import hypergeom

from longtail.outcomes import Outcomes

CLASSES = 10


def unseen(n, counts, m):
    """Chance that none of ``counts`` is among m of n, elementwise."""
    values, where = np.unique(counts, return_inverse=True)
    return hypergeom(n, values, m).pmf(0)[where]


class World:
    """Frequencies D of Zipf's law with a random order of magnitude for each kind, a pool and a test set."""

    def __init__(self, seed, *, kinds=1500, pool=1200, test=400, power=1.0):
        self.rng = np.random.default_rng(seed)
        weights = self.rng.choice(np.arange(1, kinds + 1.0) ** -power, kinds)
        self.D = weights / weights.sum()
        self.pool, self.test = self.rng.choice(kinds, pool, p=self.D), self.rng.choice(kinds, test, p=self.D)

    def trials(self, fraction, n_trials):
        n, kept = len(self.pool), round(fraction * len(self.pool))
        inclusion = np.zeros((n_trials, n), bool)
        for row in inclusion:
            row[self.rng.permutation(n)[:kept]] = True
        seen = np.zeros((n_trials, len(self.D)), bool)
        np.logical_or.at(seen, (np.arange(n_trials)[:, None], self.pool), inclusion)
        guess, guess_test = (self.rng.random((n_trials, size)) < 1 / CLASSES for size in (n, len(self.test)))
        right = seen[:, self.pool] | guess
        return Outcomes.from_arrays(inclusion, right | inclusion, test_correct=seen[:, self.test] | guess_test)

    def left_out_errors(self, m):
        """Of every pool example, over all subsets of m others."""
        others = np.bincount(self.pool)[self.pool] - 1
        return (1 - 1 / CLASSES) * unseen(len(self.pool) - 1, others, m)

    def error(self, m):
        counts = np.bincount(self.pool, minlength=len(self.D))
        return float((1 - 1 / CLASSES) * (self.D * unseen(len(self.pool), counts, m)).sum())

    def truth(self, low, high):
        """M_1 averaged with weights 1/m, and the exponent, between two sizes."""
        errors = self.error(low), self.error(high)
        return (errors[0] - errors[1]) / (digamma(high + 1) - digamma(low + 1)), np.log(errors[0] / errors[1]) / np.log(
            high / low
        )
