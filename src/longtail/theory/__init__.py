"""The theory: what must be memorized, from a frequency prior.

A map, one line a file:

- ``laws``: what the arguments must satisfy.
- ``enumeration``: the model on tiny domains, in rational arithmetic; the oracle of everything else.
- ``posterior_frequency``: what a whole sample says about a frequency, exactly, at any scale.
- ``excess_error``: the cost of not fitting, from how many points were misfitted at each count.
- ``randomized_response``: how often a label-private prediction can be right, and the channel that attains it.
- ``privacy``: the least probability of misfitting a point under a promise to memorize little.
"""

from longtail.theory.enumeration import (
    ExcessError,
    Sample,
    SmallProblem,
    exact_excess_error,
    exact_expected_misfits,
    exact_least_tau,
    exact_posterior_frequencies,
    exact_tau,
    expected_excess_error,
)
from longtail.theory.excess_error import (
    always_valid_excess_error,
    averaged_excess_error,
    predicted_difference,
    sample_excess_error,
    sample_optimal_error,
)
from longtail.theory.posterior_frequency import least_tau, posterior_frequencies
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
    "ExcessError",
    "Sample",
    "SmallProblem",
    "always_valid_excess_error",
    "averaged_excess_error",
    "exact_excess_error",
    "exact_expected_misfits",
    "exact_least_tau",
    "exact_posterior_frequencies",
    "exact_tau",
    "expected_excess_error",
    "group_privacy",
    "label_private_accuracy",
    "label_private_accuracy_paper",
    "least_error_label_private",
    "least_error_memorization_limited",
    "least_error_private",
    "least_error_private_sharp",
    "least_tau",
    "memorization_cap",
    "memorization_cap_paper",
    "posterior_frequencies",
    "predicted_difference",
    "privacy_of_stability",
    "randomized_response",
    "sample_excess_error",
    "sample_optimal_error",
]
