"""The most that any audit of one run can show of a Gaussian release where nothing is assumed, beside what is shown.

    OMP_NUM_THREADS=1 python benchmarks/one_run_ceiling.py [500 2000 10000]

The canaries' coins given what is released are compared with those of a mechanism that is epsilon-differentially private
and nearest to it: the same but for chances cut to what epsilon allows. Where the most powerful test between the two has
power one half, the median of every valid lower bound ends (docs/derivations/one-run-audit.md).
"""

import sys

import numpy as np
from scipy.special import expit

from longtail.membership import f_dp_epsilon_lower_bound, one_run_epsilon_lower_bound

MU, LEVEL = 0.925, 0.95  # epsilon 4 at delta 1e-5


def log_ratio(x, inside, strength):
    chance = expit(MU * (x - MU / 2))
    cut = np.clip(chance, 1 - expit(strength), expit(strength))
    return np.where(inside, np.log(chance / cut), np.log((1 - chance) / (1 - cut))).sum(axis=-1)


def power(x, inside, other, uniform, strength):
    """Of the most powerful test at error 1 - LEVEL against the mechanism that is private with this epsilon."""
    cut = np.clip(expit(MU * (other - MU / 2)), 1 - expit(strength), expit(strength))
    threshold = np.quantile(log_ratio(other, uniform < cut, strength), LEVEL)
    return (log_ratio(x, inside, strength) > threshold).mean()


def released(rng, shape):
    inside = rng.random(shape) < 0.5
    return rng.normal(size=shape) + MU * inside, inside


def main() -> None:
    rng = np.random.default_rng(0)
    for n_canaries in [int(word) for word in sys.argv[1:]] or [500, 2_000, 10_000]:
        shape = max(200, 2_000_000 // n_canaries), n_canaries
        (x, inside), (other, _), uniform = released(rng, shape), released(rng, shape), rng.random(shape)
        low, high = 0.5, 5.0
        for _ in range(14):
            middle = (low + high) / 2
            low, high = (middle, high) if power(x, inside, other, uniform, middle) > 0.5 else (low, middle)
        design = {"design": "independent", "delta": 1e-5}
        shown = [
            np.median([bound(x[k], inside[k], **design, **more).value for k in range(20)])
            for bound, more in (
                (one_run_epsilon_lower_bound, {}),
                (f_dp_epsilon_lower_bound, {}),
                (f_dp_epsilon_lower_bound, {"mechanism": "gaussian"}),
            )
        ]
        print(
            f"{n_canaries:6,} canaries: at most {low:.2f}; Steinke and others, f-DP, f-DP Gaussian:", np.round(shown, 2)
        )


if __name__ == "__main__":
    main()
