"""Noisy means of Gaussian clusters and noisy copies of Boolean examples: see :mod:`longtail.theory.gaussian_clusters`
and :mod:`longtail.theory.boolean_clusters`.
"""

from longtail.estimate import Estimate
from longtail.experiments.after_2020.comparison import Comparison
from longtail.frequencies.priors import Zipf
from longtail.randomness import integer_seed
from longtail.sampling_laws import normal_half_width
from longtail.simulators.clusters import simulate_flipped_bits, simulate_noisy_mean, simulate_noisy_means
from longtail.theory.boolean_clusters import singleton_information
from longtail.theory.gaussian_clusters import excess_memorization, mixture_excess_memorization, noise_of_mean
from longtail.theory.model import LongTailModel

__all__ = ["boolean_singletons", "gaussian_clusters", "gaussian_mixtures"]

_ERROR = 0.1
_SIZES = ((1, 100, 0.3), (4, 400, 0.2), (16, 1_000, 0.12))


def gaussian_clusters(seed: int = 0) -> list[Comparison]:
    """Bits of the noisy mean that errs one time in ten, and how often it errs."""
    return [row for size in _SIZES for row in _gaussian(*size, seed)]


def _gaussian(n: int, d: int, similarity: float, seed: int) -> tuple[Comparison, Comparison]:
    noise = noise_of_mean(_ERROR, n_examples=n, dimension=d, similarity=similarity)
    computed = excess_memorization(_ERROR, n_examples=n, dimension=d, similarity=similarity)
    draws = 1_000
    found = simulate_noisy_mean(
        noise,
        n_examples=n,
        dimension=d,
        similarity=similarity,
        n_draws=draws,
        seed=integer_seed(seed, "gaussian clusters", n),
    )
    size = f"n = {n}, d = {d:,}"
    return (
        _beside(f"{size}: bits ({computed.needed:.0f} needed)", computed.attained, found.bits, draws),
        _beside(f"{size}: error", _ERROR, found.error, draws),
    )


def gaussian_mixtures(seed: int = 0) -> list[Comparison]:
    """Bits of such means of every cluster that a sample meets."""
    found = []
    for n_points, n_samples in ((20, 10), (60, 20), (200, 40)):
        model = LongTailModel(prior=Zipf(n_points), n_samples=n_samples, n_classes=2)
        computed = mixture_excess_memorization(model, _ERROR, dimension=100, similarity=0.3)
        simulated = simulate_noisy_means(
            Zipf(n_points),
            _ERROR,
            n_samples=n_samples,
            dimension=100,
            similarity=0.3,
            n_draws=300,
            seed=integer_seed(seed, "gaussian mixtures", n_points),
        )
        size = f"Zipf({n_points}), n = {n_samples}: bits ({computed.needed:.0f} needed)"
        found.append(_beside(size, computed.attained, simulated.bits, 300))
    return found


def boolean_singletons(seed: int = 0) -> list[Comparison]:
    """Irrelevant bits of an example whose bits are flipped as the bound allows."""
    found = []
    for d, similarity in ((100, 0.4), (400, 0.2), (1_000, 0.12)):
        kept = singleton_information(_ERROR, dimension=d, similarity=similarity)
        simulated = simulate_flipped_bits(
            kept.flip_probability,
            dimension=d,
            similarity=similarity,
            n_draws=400,
            seed=integer_seed(seed, "boolean singletons", d),
        )
        found.append(_beside(f"d = {d:,}: irrelevant bits", kept.irrelevant_bits, simulated.bits, 400))
    return found


def _beside(size: str, computed: float, simulated: Estimate, n_draws: int) -> Comparison:
    error = (simulated.high - simulated.low) / 2 / normal_half_width(simulated.level)
    return Comparison(size=size, computed=computed, simulated=simulated.value, standard_error=error, n_draws=n_draws)
