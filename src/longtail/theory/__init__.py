"""The theory: what must be memorized, from a frequency prior.

A map, one line a file:

- ``laws``: what the arguments must satisfy.
- ``randomized_response``: how often a label-private prediction can be right, and the channel that attains it.
- ``privacy``: the least probability of misfitting a point under a promise to memorize little.
"""

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
