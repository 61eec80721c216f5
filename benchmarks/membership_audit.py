"""Lower bounds on epsilon: false alarms where nothing leaks, and tightness where the truth is known.

    python benchmarks/membership_audit.py

2,000 audits where members and non-members score alike: how often is a positive bound reported, at confidence 95 %?
Then 500 audits of mechanisms with a known epsilon, 5,000 canaries each: how often is the bound above the truth, and
where is its median?
"""

from functools import partial

import numpy as np
from scipy.optimize import brentq

from longtail.membership import epsilon_lower_bound, f_dp_epsilon_lower_bound, one_run_epsilon_lower_bound
from longtail.privacy_accounting import GaussianRelease
from longtail.scores.proportions import wilson_interval

N_NULL, N_KNOWN, DELTA = 2_000, 500, 1e-5
GAUSSIAN = {"delta": DELTA, "mechanism": "gaussian"}
one_run = partial(one_run_epsilon_lower_bound, design="independent")
f_dp = partial(f_dp_epsilon_lower_bound, design="independent", delta=1e-5)


def responses(rng, inside, epsilon):
    """Randomized response: whether each canary is said to be in."""
    return inside ^ (rng.random(len(inside)) > 1 / (1 + np.exp(-epsilon)))


def null_many_runs(rng, n_scores, **settings):
    return epsilon_lower_bound(rng.normal(size=n_scores), rng.normal(size=n_scores), **settings).value


def null_one_run(rng, n_canaries):
    return one_run(rng.normal(size=n_canaries), rng.random(n_canaries) < 0.5).value


def known_many_runs(rng, epsilon):
    yes, no = np.ones(2_500, bool), np.zeros(2_500, bool)
    return epsilon_lower_bound(responses(rng, yes, epsilon), responses(rng, no, epsilon)).value


def null_f_dp(rng, n_canaries, mechanism):
    scores, inside = rng.normal(size=n_canaries), rng.random(n_canaries) < 0.5
    return f_dp(scores, inside, mechanism=mechanism).value


def known_one_run(rng, epsilon):
    inside = rng.random(5_000) < 0.5
    return one_run(responses(rng, inside, epsilon), inside).value


def known_gaussian(rng, mu, mechanism):
    members, others = rng.normal(mu, 1, 2_500), rng.normal(size=2_500)
    return epsilon_lower_bound(members, others, DELTA, mechanism=mechanism).value


def main() -> None:
    rng = np.random.default_rng(0)
    print(f"Nothing leaks, {N_NULL:,} audits at confidence 95 %\n{'design':32} {'positive':>9}  95 % interval")
    for name, audit in {
        "many runs, 2 x 100 scores": partial(null_many_runs, n_scores=100),
        "many runs, 2 x 2,500 scores": partial(null_many_runs, n_scores=2_500),
        "many runs, Gaussian, 2 x 100 scores": partial(null_many_runs, n_scores=100, **GAUSSIAN),
        "many runs, Gaussian, 2 x 2,500 scores": partial(null_many_runs, n_scores=2_500, **GAUSSIAN),
        "one run, 200 canaries": partial(null_one_run, n_canaries=200),
        "one run, 5,000 canaries": partial(null_one_run, n_canaries=5_000),
        "one run, f-DP, 200 canaries": partial(null_f_dp, n_canaries=200, mechanism="any"),
        "one run, f-DP, Gaussian, 2,000 canaries": partial(null_f_dp, n_canaries=2_000, mechanism="gaussian"),
    }.items():
        positive = sum(audit(rng) > 0 for _ in range(N_NULL))
        low, high = wilson_interval(positive, N_NULL, 0.95)
        print(f"{name:32} {positive / N_NULL:9.2%}  [{low:.2%}, {high:.2%}]")
    mu = brentq(lambda each: GaussianRelease(mu=each).epsilon_at(DELTA) - 2, 0.1, 2)
    print(f"\nKnown epsilon, 5,000 canaries, {N_KNOWN} audits")
    print(f"{'mechanism and design':46} {'above truth':>11} {'median / truth':>14} {'within 25 %':>11}")
    for name, epsilon, audit in (
        *((f"randomized response {e:g}, many runs", e, partial(known_many_runs, epsilon=e)) for e in (1, 2, 4)),
        *((f"randomized response {e:g}, one run", e, partial(known_one_run, epsilon=e)) for e in (1, 2, 4)),
        ("Gaussian 2, known to be one", 2, partial(known_gaussian, mu=mu, mechanism="gaussian")),
        ("Gaussian 2, nothing assumed", 2, partial(known_gaussian, mu=mu, mechanism="any")),
    ):
        bounds = np.array([audit(rng) for _ in range(N_KNOWN)])
        above, near = (bounds > epsilon).mean(), (bounds >= 0.75 * epsilon).mean()
        print(f"{name:46} {above:11.1%} {np.median(bounds) / epsilon:14.2f} {near:11.1%}")


if __name__ == "__main__":
    main()
