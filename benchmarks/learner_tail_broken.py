"""What breaks the worth of single examples and the exponent, planted: `python benchmarks/learner_tail_broken.py 20`.

Each world has 1,200 training examples of Zipf's kinds, 400 test examples, and 2,000 fresh ones that tell the truth. The
number is that of worlds, whose seeds are 0, 1, 2, ...
"""

import sys

import numpy as np
from scipy.special import digamma
from sklearn.metrics import pairwise_distances

from longtail.outcomes import Outcomes
from longtail.scores import learner_tail

POOL, TEST, FRESH, KINDS, DIMENSION, CLASSES, TRIALS, NEAR = 1200, 400, 2000, 1500, 60, 10, 30, 90
FRACTIONS = (0.5, 0.7)
CASES = {
    "as it should be": {},
    "test examples of rarer kinds": {"shift": 0.3},
    "each example twice": {"copies": True},
    "the same, copies tied": {"copies": True, "tied": True},
    "three neighbors vote, no fit": {"votes": 3},
    "a class for each kind": {"own_class": True},
}


def world(seed, *, shift=1.0, copies=False, tied=False, votes=1, own_class=False):
    """Tables of trials by fraction, units, and the errors on fresh examples that are drawn like training examples."""
    rng = np.random.default_rng(seed)
    weights = rng.choice(np.arange(1, KINDS + 1.0) ** -1, KINDS)
    label = np.arange(KINDS) if own_class else rng.integers(CLASSES, size=KINDS)
    centers = rng.normal(size=(KINDS, DIMENSION))
    centers /= np.linalg.norm(centers, axis=1, keepdims=True)
    kind = np.concatenate(
        [
            rng.choice(KINDS, size, p=part / part.sum())
            for size, part in ((POOL, weights), (TEST, weights**shift), (FRESH, weights))
        ]
    )
    X = centers[kind] + 0.4 * rng.normal(size=(len(kind), DIMENSION)) / DIMENSION**0.5
    if copies:
        half = POOL // 2
        kind[half:POOL], X[half:POOL] = kind[:half], X[:half] + 1e-6
    y = label[kind]
    unit = np.arange(POOL) % (POOL // 2) if tied else np.arange(POOL)
    distance = pairwise_distances(X, X[:POOL])
    near = np.argpartition(distance, NEAR, axis=1)[:, :NEAR]
    nearest = np.take_along_axis(near, np.argsort(np.take_along_axis(distance, near, axis=1), axis=1), axis=1)
    tables, fresh = {}, []
    for fraction in FRACTIONS:
        units = unit.max() + 1
        inclusion = np.array([(rng.permutation(units) < round(fraction * units))[unit] for _ in range(TRIALS)])
        right = np.array([said(row[nearest], y[nearest], votes) == y for row in inclusion])
        tables[fraction] = Outcomes.from_arrays(inclusion, right[:, :POOL], test_correct=right[:, POOL : POOL + TEST])
        fresh.append(1 - right[:, POOL + TEST :].mean())
    return tables, unit if tied else None, fresh


def said(there, labels, votes):
    """Labels by the nearest included example, or by two of the nearest three if they agree against it."""
    ranked = [labels[np.arange(len(labels)), (there.cumsum(axis=1) == k).argmax(axis=1)] for k in range(1, votes + 1)]
    return ranked[0] if votes == 1 else np.where(ranked[1] == ranked[2], ranked[1], ranked[0])


if __name__ == "__main__":
    seeds = range(int(sys.argv[1]))
    print(f"{'case':32}{'M_1':>8}{'fresh':>8}{'cover':>7}{'exponent':>10}{'fresh':>7}{'refused':>9}{'noted':>7}")
    for name, options in CASES.items():
        rows = []
        for seed in seeds:
            tables, units, (low, high) = world(seed, **options)
            found = learner_tail(tables, together=units)
            worth = (low - high) / (digamma(found.sizes[1] + 1) - digamma(found.sizes[0] + 1))
            alpha, planted = found.exponent.value, np.log(low / high) / np.log(FRACTIONS[1] / FRACTIONS[0])
            m = found.singleton_worth
            rows.append([m.value, worth, m.low <= worth <= m.high, alpha, planted, np.isnan(alpha), bool(found.notes)])
        rows = np.array(rows, float)
        mean, known = rows.mean(axis=0), rows[~np.isnan(rows[:, 3]), 3]
        exponent = f"{known.mean():10.2f}" if len(known) else f"{'-':>10}"
        print(
            f"{name:32}{mean[0]:8.4f}{mean[1]:8.4f}{mean[2]:7.2f}{exponent}{mean[4]:7.2f}{mean[5]:9.2f}{mean[6]:7.2f}",
            flush=True,
        )
