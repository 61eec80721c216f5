"""Worlds whose answers are known: ground truth for every estimate, and the first example at once.

- ``discrete_domain``: the model itself, N points with random frequencies and labels, at any scale.
- ``frequency_draws``, ``multinomial``: its frequencies and its counts.
- ``learners``: learners whose accuracy is a known function of the count; ``plurality``: that of their votes.
- ``gaussian_mixture``: subpopulations on a sphere, where the coupling of real classifiers holds or fails.
- ``clusters``: clusters that look like noise one by one, and learners that keep noisy copies of their examples.
- ``excess_measurement``: a learner's excess error, measured, beside the identity and its average.
"""

from longtail.simulators.clusters import (
    SimulatedMemorization,
    simulate_flipped_bits,
    simulate_noisy_mean,
    simulate_noisy_means,
)
from longtail.simulators.discrete_domain import DiscreteDomain, DomainSample
from longtail.simulators.excess_measurement import ExcessMeasurement, expected_excess, measure_excess
from longtail.simulators.frequency_draws import draw_frequencies
from longtail.simulators.gaussian_mixture import (
    CouplingCell,
    GaussianMixture,
    MixtureSample,
    coupling_cell,
    coupling_grid,
)
from longtail.simulators.learners import (
    CountLearner,
    GammaLimited,
    LabelPrivateVote,
    MajorityVote,
    Memorizer,
    NeverFits,
)
from longtail.simulators.plurality import plurality_accuracy

__all__ = [
    "CountLearner",
    "CouplingCell",
    "DiscreteDomain",
    "DomainSample",
    "ExcessMeasurement",
    "GammaLimited",
    "GaussianMixture",
    "LabelPrivateVote",
    "MajorityVote",
    "Memorizer",
    "MixtureSample",
    "NeverFits",
    "SimulatedMemorization",
    "coupling_cell",
    "coupling_grid",
    "draw_frequencies",
    "expected_excess",
    "measure_excess",
    "plurality_accuracy",
    "simulate_flipped_bits",
    "simulate_noisy_mean",
    "simulate_noisy_means",
]
