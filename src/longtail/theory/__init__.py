"""The theory: what must be memorized, from a frequency prior.

A map, one line a file:

- ``priors``: descriptions of how frequent subpopulations are.
- ``model``: the long-tail model, all that follows from a prior and a sample size.
- ``tau``: numbers, masses and posterior means of the points seen so many times.
- ``marginal``: the law of one frequency, and which engine computes it: ``mellin_barnes`` (with
  ``normalizer_quadrature``), ``enumerated_normalizer``, ``fixed_list`` or ``closed_forms``.
- ``compressed_measure``, ``gauss_rules``: a prior of any size as a few hundred positive weights.
- ``log_value``, ``gamma_ratio``: logarithms that keep their digits and claim their error.
- ``laws``: what the arguments must satisfy.
- ``randomized_response``: how often a label-private prediction can be right, and the channel that attains it.
- ``privacy``: the least probability of misfitting a point under a promise to memorize little.
"""

from longtail.theory.model import LongTailModel
from longtail.theory.priors import (
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
from longtail.theory.privacy import (
    group_privacy,
    least_error_label_private,
    least_error_memorization_limited,
    least_error_private,
    least_error_private_sharp,
    memorization_cap,
    memorization_cap_paper,
    privacy_of_stability,
)
from longtail.theory.randomized_response import (
    label_private_accuracy,
    label_private_accuracy_paper,
    randomized_response,
)

__all__ = [
    "Dirichlet",
    "EstimatedPrior",
    "FrequencyList",
    "Geometric",
    "Lognormal",
    "LongTailModel",
    "Pareto",
    "PitmanYor",
    "Prior",
    "ScipyPrior",
    "TwoPoint",
    "Uniform",
    "Zipf",
    "group_privacy",
    "label_private_accuracy",
    "label_private_accuracy_paper",
    "least_error_label_private",
    "least_error_memorization_limited",
    "least_error_private",
    "least_error_private_sharp",
    "memorization_cap",
    "memorization_cap_paper",
    "privacy_of_stability",
    "randomized_response",
]
