"""How fast the theory answers: the quadrature at 10^12, arbitrary lists, and Monte Carlo to the same accuracy.

Monte Carlo draws the N frequencies, normalizes them and averages over points, the best that a direct simulation can do;
how many draws a relative standard error of 1e-4 in tau_1 takes is extrapolated from the scatter of 400.
CPU seconds of one thread.
"""

import time

import numpy as np

from longtail.theory import FrequencyList, LongTailModel, Zipf

_N, _DRAWS, _WANTED = 50_000, 400, 1e-4


def main() -> None:
    """Print the table."""
    LongTailModel(prior=Zipf(10), n_samples=10).tau(1)  # imports and compiled rules, once a process
    start = time.process_time()
    large = LongTailModel(prior=Zipf(10**12), n_samples=10**12)
    _ = large.tau(1), large.unseen_mass, large.singleton_fraction
    print(f"Zipf, N = n = 10^12: tau_1, unseen, singletons   {1e3 * (time.process_time() - start):8.1f} ms")

    frequencies = np.random.default_rng(0).lognormal(size=10**6)
    start = time.process_time()
    listed = LongTailModel(prior=FrequencyList(frequencies), n_samples=10**6)
    listed.tau(1)
    print(f"arbitrary list of 10^6 entries: tau_1            {1e3 * (time.process_time() - start):8.1f} ms")
    start = time.process_time()
    for count in range(2, 7):
        _ = listed.tau(count), listed.mass_seen(count)
    print(f"10 further quantities                            {1e3 * (time.process_time() - start):8.1f} ms")

    start = time.process_time()
    tau = LongTailModel(prior=Zipf(_N), n_samples=_N).tau(1)
    exact = time.process_time() - start
    start = time.process_time()
    numerators, denominators = _monte_carlo(np.random.default_rng(0))
    per_draw = (time.process_time() - start) / _DRAWS
    estimate = numerators.mean() / denominators.mean()
    scatter = float(np.std(numerators - estimate * denominators) / numerators.mean())
    needed = (scatter / _WANTED) ** 2
    print(f"Zipf, N = n = 50,000: tau_1 by quadrature        {1e3 * exact:8.1f} ms")
    print(f"the same by Monte Carlo to {_WANTED:g}, {needed:,.0f} draws: {needed * per_draw:8.0f} s")
    print(f"times faster                                     {needed * per_draw / exact:8,.0f}")
    print(f"({_DRAWS} draws differ by {(estimate / tau - 1) / (scatter / _DRAWS**0.5):+.1f} standard errors)")


def _monte_carlo(stream: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Of each draw of all frequencies, the sums whose means' ratio is tau_1."""
    entries = 1 / np.arange(1, _N + 1)
    numerators, denominators = np.empty(_DRAWS), np.empty(_DRAWS)
    for draw in range(_DRAWS):
        p = stream.choice(entries, _N)
        p /= p.sum()
        once = p * np.exp((_N - 1) * np.log1p(-p))
        numerators[draw], denominators[draw] = p @ once, once.sum()
    return numerators, denominators


if __name__ == "__main__":
    main()
