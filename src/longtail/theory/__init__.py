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
- ``tail_bounds``: tau_1 from where the mass sits relative to 1/n, both ways, and the tail explained in words.
- ``power_laws``: what becomes of the tail of a power law at scale.
- ``mixtures``: coupling, which carries errors on examples over to their subpopulations; nearest neighbors.
- ``linear_classifiers``: when a large-margin classifier is coupled, checked on data.
"""

from longtail.theory.linear_classifiers import Independence, LinearCoupling, independence, linear_coupling, max_margin
from longtail.theory.mixtures import (
    NearestNeighborCoupling,
    coupled_excess_bound,
    nearest_neighbor_coupling,
    subpopulation_errors,
    total_variation_coupling,
)
from longtail.theory.model import LongTailModel
from longtail.theory.power_laws import power_law_tau_limit, zipf_singleton_mass_asymptote, zipf_tau_1_asymptote
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
from longtail.theory.tail_bounds import (
    TailExplanation,
    explain_tail,
    gap_end,
    long_tail_constant,
    tau_1_lower_bound,
    tau_1_upper_bound,
)

__all__ = [
    "Dirichlet",
    "EstimatedPrior",
    "FrequencyList",
    "Geometric",
    "Independence",
    "LinearCoupling",
    "Lognormal",
    "LongTailModel",
    "NearestNeighborCoupling",
    "Pareto",
    "PitmanYor",
    "Prior",
    "ScipyPrior",
    "TailExplanation",
    "TwoPoint",
    "Uniform",
    "Zipf",
    "coupled_excess_bound",
    "explain_tail",
    "gap_end",
    "group_privacy",
    "independence",
    "label_private_accuracy",
    "label_private_accuracy_paper",
    "least_error_label_private",
    "least_error_memorization_limited",
    "least_error_private",
    "least_error_private_sharp",
    "linear_coupling",
    "long_tail_constant",
    "max_margin",
    "memorization_cap",
    "memorization_cap_paper",
    "nearest_neighbor_coupling",
    "power_law_tau_limit",
    "privacy_of_stability",
    "randomized_response",
    "subpopulation_errors",
    "tau_1_lower_bound",
    "tau_1_upper_bound",
    "total_variation_coupling",
    "zipf_singleton_mass_asymptote",
    "zipf_tau_1_asymptote",
]
