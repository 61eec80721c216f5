"""How long the theory takes, against Monte Carlo and against its targets; and a simulation of N = n = 10^8.

python benchmarks/theory_speed.py
"""

import resource
import time
from collections.abc import Callable
from itertools import pairwise

import numpy as np

from longtail.randomness import generator
from longtail.simulators import DiscreteDomain
from longtail.theory import FrequencyList, Lognormal, LongTailModel, Pareto, Zipf

ACCURACY = 1e-4


def cpu_seconds(work: Callable[[], object]) -> float:
    """Of the processor, all threads together: the same on a busy machine."""
    start = time.process_time()
    work()
    return time.process_time() - start


def monte_carlo_seconds(size: int, draws: int) -> float:
    """CPU seconds until tau_1 has the relative standard error ACCURACY, extrapolated from ``draws`` normalizers.

    Each draw is used as well as it can be: the sums over all N frequencies of a (1 - a)^(n-1) and a^2 (1 - a)^(n-1).
    """
    frequencies, random = 1 / np.arange(1, size + 1), generator(0, "monte carlo")
    start, sums = time.process_time(), np.empty((draws, 2))
    for row in sums:
        a = random.choice(frequencies, size)
        a /= a.sum()
        once = a * np.exp((size - 1) * np.log1p(-a))
        row[:] = once.sum(), (a * once).sum()
    spent = time.process_time() - start
    mean = sums.mean(axis=0)
    error = np.std(sums[:, 1] / mean[1] - sums[:, 0] / mean[0]) / draws**0.5
    return spent * (error / ACCURACY) ** 2


def headline(model: LongTailModel) -> tuple[float, float, float]:
    """tau_1, unseen mass and singletons."""
    return model.tau(1), model.unseen_mass, model.singleton_fraction


def ten_more(model: LongTailModel) -> list[float]:
    """Ten further quantities of the same model."""
    return [quantity(count) for quantity in (model.mass_seen, model.expected_number_seen) for count in range(2, 7)]


def all_bands(model: LongTailModel) -> list[float]:
    """What ``longtail theory`` prints of where the mass sits."""
    n = model.n_samples
    return [model.weight(*band) for band in pairwise([0, 0.01 / n, 1 / (3 * n), 2 / n, 100 / n, 1])]


if __name__ == "__main__":
    huge = [cpu_seconds(lambda: headline(LongTailModel(prior=Zipf(10**12), n_samples=10**12))) for _ in range(4)]
    print("tau_1, unseen mass and singletons, Zipf, N = n = 10^12:", end=" ")
    print(f"{huge[0] * 1e3:.0f} ms in a fresh process, then {min(huge[1:]) * 1e3:.1f} ms")
    exact = min(cpu_seconds(lambda: LongTailModel(prior=Zipf(50_000), n_samples=50_000).tau(1)) for _ in range(3))
    sampled = monte_carlo_seconds(50_000, 2000)
    print(
        f"tau_1, Zipf, N = n = 50,000: {exact * 1e3:.1f} ms; by Monte Carlo to {ACCURACY:g}: {sampled:.0f} s,", end=" "
    )
    print(f"{sampled / exact:,.0f} times as long")
    values = generator(0, "list").pareto(1.2, 10**6) + 0.01
    start = time.process_time()
    model = LongTailModel(prior=FrequencyList(values), n_samples=10**6)
    headline(model)
    first = time.process_time() - start
    print(f"a list of 10^6: {first:.2f} s; ten further quantities: {cpu_seconds(lambda: ten_more(model)) * 1e3:.0f} ms")
    n = 50_000
    for prior in (Zipf(n), Lognormal(n), Pareto(n, 0.8), Pareto(n, 1.5)):
        bands = cpu_seconds(lambda prior=prior: all_bands(LongTailModel(prior=prior, n_samples=n)))  # type: ignore[misc]
        print(f"all five bands, {prior}: {bands:.2f} s")
    domain = DiscreteDomain(prior=Zipf(10**8), n_samples=10**8, n_classes=10)
    drawn = cpu_seconds(lambda: domain.draw(seed=0))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"one sample of N = n = 10^8: {drawn:.0f} s, {peak:.1f} GB at most")
