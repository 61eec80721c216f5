"""How often 95 % intervals of the tail of units hold the truth, beside those that take rows for independent draws.

    python benchmarks/clustered_tails.py 400 20,50,200

Planted worlds, whose masses are known: customers with a few kinds of a Zipf law, each several times; of a steeper law;
with three favorites and lognormal numbers of rows; with one kind each; of types that have kinds of their own; and with
rare kinds where there are many rows. Prints the share of draws in which each interval held.
"""

import sys

import numpy as np

from longtail.tail import FrequencyCounts, clustered_tail, estimate_tail


def _law(n_kinds, exponent=1.0):
    p = np.arange(1, n_kinds + 1) ** -exponent
    return p / p.sum()


def _some_kinds(draws, p):
    chosen = draws.choice(len(p), 1 + draws.poisson(3), p=p)
    return np.repeat(chosen, draws.geometric(1 / 6, size=len(chosen)))


def _favorites(draws, p):
    return draws.choice(draws.choice(len(p), 3, p=p), int(np.ceil(np.exp(draws.normal(1, 1.5)))))


def _one_kind(draws, p):
    return np.repeat(draws.choice(len(p), p=p), draws.geometric(0.2))


_TYPES = np.kron(np.eye(10), _law(30))  # Ten types, each with thirty kinds of its own.
_MANY = (_law(400), np.full(400, 1 / 400))


def _typed(draws, _):
    return _some_kinds(draws, _TYPES[draws.choice(10, p=_law(10))])


def _many_rare(draws, _):
    large = draws.random() < 0.2
    return np.repeat(draws.choice(400, 10, p=_MANY[1]), 3) if large else draws.choice(400, 5, p=_MANY[0])


WORLDS = {
    "Zipf": (_some_kinds, _law(400)),
    "steep": (_some_kinds, _law(1_000, 1.5)),
    "favorites": (_favorites, _law(300)),
    "one kind": (_one_kind, _law(300)),
    "types": (_typed, _law(10) @ _TYPES),
    "rare in large": (_many_rare, (0.2 * 30 * _MANY[1] + 0.8 * 5 * _MANY[0]) / (0.2 * 30 + 0.8 * 5)),
}
"""How a unit draws its rows, and the share of all rows that each kind has."""


def held(world, n_units, seed):
    """Whether the intervals of the unseen mass, of the mass of one unit, and of the unseen mass by rows hold."""
    rows_of, share = WORLDS[world]
    draws = np.random.default_rng(seed)
    rows = [rows_of(draws, share) for _ in range(n_units)]
    labels, units = np.concatenate(rows), np.repeat(np.arange(n_units), [len(own) for own in rows])
    having = np.bincount(np.concatenate([np.unique(own) for own in rows]), minlength=len(share))
    found = clustered_tail(labels, units)
    by_rows = estimate_tail(FrequencyCounts.from_labels(labels)).unseen_mass
    unseen, single = share[having == 0].sum(), share[having == 1].sum()
    pairs = ((found.unseen_mass, unseen), (found.one_unit_mass, single), (by_rows, unseen))
    return [estimate.low <= truth <= estimate.high for estimate, truth in pairs]


def main(n_draws, sizes):
    """Print a line for each world and number of units."""
    print("world            units   unseen   of one   by rows")
    for n_units in sizes:
        for world in WORLDS:
            share = np.mean([held(world, n_units, seed) for seed in range(n_draws)], axis=0)
            print(f"{world:15} {n_units:6} " + " ".join(f"{each:8.1%}" for each in share), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), [int(size) for size in sys.argv[2].split(",")])
