"""Frequencies of subpopulations: priors, and the exact law of one frequency; the engine of the theory.

A map, one line a file:

- ``priors``: descriptions of how frequent subpopulations are.
- ``tau``: numbers, masses and posterior means of the points seen so many times.
- ``marginal``: the law of one frequency, and which engine computes it: ``mellin_barnes``, ``fixed_list``,
  ``closed_forms``, or an enumeration.
- ``normalizer/``: the law of the sum that turns weights into frequencies.
- ``trapezoid``: what an integral's sum still owes.
- ``compressed_measure``, ``gauss_rules``: a prior of any size as a few hundred positive weights.
- ``band_weight``, ``frequency_band``: the weight of a band of frequencies; ``rank_curve``: the picture of a prior.
- ``posterior_frequency``: what a whole sample says about a frequency, exactly, at any scale.
- ``log_value``, ``gamma_ratio``: logarithms that keep their digits and claim their error.
- ``checks``: what the arguments must satisfy.
"""

from longtail.frequencies.posterior_frequency import posterior_frequencies
from longtail.frequencies.priors import (
    Dirichlet,
    EstimatedPrior,
    FrequencyList,
    Geometric,
    Lognormal,
    Pareto,
    PitmanYor,
    Prior,
    ScipyPrior,
    TwoPoint,
    Uniform,
    Zipf,
)

__all__ = [
    "Dirichlet",
    "EstimatedPrior",
    "FrequencyList",
    "Geometric",
    "Lognormal",
    "Pareto",
    "PitmanYor",
    "Prior",
    "ScipyPrior",
    "TwoPoint",
    "Uniform",
    "Zipf",
    "posterior_frequencies",
]
