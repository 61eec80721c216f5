"""How often intervals by unit hold with few and unequal units: shares, and differences of paired models.

    OMP_NUM_THREADS=1 python benchmarks/units_coverage.py [WORLDS]

Units of one size, of 1 to 50 rows, and of a Pareto law's sizes; 6 to 60 of them; rows of a unit independent (0), alike
by a beta-binomial law of correlation 0.3, or the same (1). One model, or two that are paired. The same numbers by
``longtail.scores``' own functions, 400 worlds each, beside draws that are the units whatever their sizes (before).
"""

import sys

import numpy as np

from longtail.outcomes import Outcomes
from longtail.scores.new_examples import NewExamples
from longtail.scores.subgroup_cost import group_accuracy

SIZES = {
    "10": lambda _, units: np.full(units, 10),
    "1 to 50": lambda rng, units: rng.integers(1, 51, units),
    "Pareto": lambda rng, units: np.ceil(np.minimum(rng.pareto(1.2, units) + 1, 200)).astype(int),
}
SHARES = ((0.5, 0.4), (0.9, 0.6), (0.99, 0.95))


def rates(rng, units, share, correlation):
    if correlation == 0:
        return np.full(units, share)
    if correlation == 1:
        return (rng.random(units) < share).astype(float)
    rest = 1 / correlation - 1
    return rng.beta(share * rest, (1 - share) * rest, units)


def held(seed, sizes, units, shares, correlation):
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(units), SIZES[sizes](rng, units))
    right = [rng.random((1, len(unit))) < rates(rng, units, share, correlation)[unit] for share in shares]
    alone = group_accuracy(right[0], 0.95, unit=unit)
    inside = np.array([[True, False]])
    first, second = (Outcomes.from_arrays(inside, inside, test_correct=each) for each in right)
    cost = NewExamples(plain=first, limited=second, level=0.95, left_out=False, test_unit=unit).cost()
    return [
        alone.low <= shares[0] <= alone.high,
        cost.low <= shares[0] - shares[1] <= cost.high,
        alone.high - alone.low,
        cost.high - cost.low,
    ]


def main() -> None:
    worlds = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    print("sizes, units, correlation, shares: share held, difference held, mean widths")
    for sizes in SIZES:
        for units in (6, 25, 60):
            for correlation in (0, 0.3, 1):
                for shares in SHARES:
                    found = [held(seed, sizes, units, shares, correlation) for seed in range(worlds)]
                    print(sizes, units, correlation, shares, np.round(np.mean(found, axis=0), 3), flush=True)


if __name__ == "__main__":
    main()
