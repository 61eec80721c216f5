"""Draws of every prior against the exact marginal of the same prior."""

import numpy as np
import pytest
import scipy.stats

from longtail.errors import InputError
from longtail.simulators.frequency_draws import draw_frequencies
from longtail.theory import (
    Dirichlet,
    EstimatedPrior,
    FrequencyList,
    Geometric,
    Lognormal,
    LongTailModel,
    Pareto,
    PitmanYor,
    ScipyPrior,
    TwoPoint,
    Uniform,
    Zipf,
)

N, N_SAMPLES, N_DRAWS = 200, 150, 400

PRIORS = [
    Zipf(N),
    Zipf(N, exponent=1.5),
    Geometric(N, ratio=0.98),
    Uniform(N),
    TwoPoint(n_heads=20, n_outliers=N - 20),
    Lognormal(N, sigma=1.2),
    Pareto(N, shape=1.5),
    Dirichlet(N, concentration=0.3),
    FrequencyList([1.0, 0.5, 0.1, 0.1] * (N // 4)),
    FrequencyList([3.0, 1.0, 0.2], counts=[10, 40, N - 50]),
    EstimatedPrior([0.02, 0.001], [20.0, N - 20.0], N),
    ScipyPrior(N, scipy.stats.weibull_min(0.7)),
]


@pytest.mark.parametrize("prior", PRIORS, ids=repr)
def test_unseen_and_singleton_mass_have_the_models_mean(prior):
    """400 draws, seeds 0 to 399; 5 standard errors, 12 priors by 2 masses: a false alarm in 7e4."""
    model = LongTailModel(prior=prior, n_samples=N_SAMPLES)
    frequencies = np.array([draw_frequencies(prior, seed) for seed in range(N_DRAWS)])
    np.testing.assert_allclose(frequencies.sum(axis=1), 1, rtol=1e-12)
    for count, exact in ((0, model.unseen_mass), (1, model.singleton_mass)):
        mass = (frequencies * scipy.stats.binom.pmf(count, N_SAMPLES, frequencies)).sum(axis=1)
        assert abs(mass.mean() - exact) < 5 * mass.std() / np.sqrt(N_DRAWS) + 1e-9 * exact


def test_a_draw_is_a_function_of_its_seed():
    assert (draw_frequencies(Zipf(1000), 3) == draw_frequencies(Zipf(1000), 3)).all()
    assert (draw_frequencies(Zipf(1000), 3) != draw_frequencies(Zipf(1000), 4)).any()


def test_draws_of_zeros_alone_are_drawn_again():
    """Four entries of which three are zero: a third of all draws holds nothing (theory sheet, trap 8)."""
    totals = [draw_frequencies(FrequencyList([1.0, 0.0, 0.0, 0.0]), seed).sum() for seed in range(50)]
    np.testing.assert_allclose(totals, 1)


def test_what_cannot_be_simulated_is_said():
    with pytest.raises(InputError, match="finitely many"):
        draw_frequencies(PitmanYor(1.0, 0.5), 0)
    with pytest.raises(InputError, match="below 2\\*\\*31"):
        draw_frequencies(Zipf(10**12), 0)
