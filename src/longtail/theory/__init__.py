"""The theory: what must be memorized, from a frequency prior. Its engine stands in ``longtail.frequencies``.

A map, one line a file:

- ``model``: the long-tail model, all that follows from a prior and a sample size.
- ``enumeration``: the model on tiny domains, in rational arithmetic; the oracle of everything else.
- ``worst_sample``: the least that a misfit can cost, whatever the sample.
- ``excess_error``: the cost of not fitting, from how many points were misfitted at each count.
- ``sampled_excess``: the same for learners that look at the whole sample, by Monte Carlo with an interval.
- ``label_noise``: the same under label noise: an example is worth fitting as far as its label can be trusted.
- ``memorization``: its definition, the generalization gap, and why rare examples need it.
- ``randomized_response``: how often a label-private prediction can be right, and the channel that attains it.
- ``privacy``: the least probability of misfitting a point under a guarantee to memorize little.
- ``privacy_levels``: how weak the guarantee must be for a wanted accuracy; what is not equivalent.
- ``limited_capacity``: room for few labels, which to keep and what it costs to forget the others.
- ``disparity``: who pays when memorization is limited: subgroups with tails of their own.
- ``tail_bounds``: tau_1 from where the mass sits relative to 1/n, both ways, and the tail explained in words.
- ``power_laws``: what becomes of the tail of a power law at scale.
- ``mixtures``: coupling, which carries errors on examples over to their subpopulations; nearest neighbors.
- ``linear_classifiers``: when a large-margin classifier is coupled, checked on data.
- ``private_fairness``: private and accurate, hence unfair; what a point of fairness costs.
- ``gaussian_clusters``: bits of its examples that an accurate learner keeps; ``boolean_clusters``: of one example.
- ``interpolation``: what it costs a linear regression not to interpolate.
- ``composition``: what singletons are worth where a test example combines several points.
- ``published``: the paper's numbers beside ours; ``statements`` (a folder), of ``statement``: the theorem table.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

# A function of its module's name cannot wait: whoever imports the module first would leave the module in its place.
from longtail.theory.randomized_response import randomized_response

if TYPE_CHECKING:
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
    from longtail.theory.boolean_clusters import SingletonInformation, singleton_information
    from longtail.theory.composition import CompositionCost, composition_cost
    from longtail.theory.disparity import (
        Population,
        Subgroup,
        SubgroupCost,
        equalizing_epsilons_label_private,
        equalizing_epsilons_private,
        equalizing_gammas,
        subgroup_costs,
    )
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
    from longtail.theory.gaussian_clusters import (
        CountMemorization,
        ExcessMemorization,
        MixtureMemorization,
        excess_memorization,
        mixture_excess_memorization,
        noise_of_mean,
        noisy_mean,
    )
    from longtail.theory.interpolation import InterpolationCost, best_training_error, interpolation_cost
    from longtail.theory.label_noise import (
        confidence,
        confidences,
        least_confidence,
        noisy_cost_of_memorization_limit,
        noisy_excess_error,
        observed_labels,
        random_classification_noise,
    )
    from longtail.theory.limited_capacity import (
        CapacityCost,
        SubgroupCapacity,
        capacity_by_subgroup,
        capacity_cost,
    )
    from longtail.theory.linear_classifiers import (
        Independence,
        LinearCoupling,
        independence,
        linear_coupling,
        max_margin,
    )
    from longtail.theory.memorization import (
        generalization_gap,
        least_error_by_uncertainty,
        least_total_memorization,
        leave_one_out_memorization,
        mean_memorization,
        misfits_from_memorization,
    )
    from longtail.theory.mixtures import (
        NearestNeighborCoupling,
        coupled_excess_bound,
        nearest_neighbor_coupling,
        subpopulation_errors,
        total_variation_coupling,
    )
    from longtail.theory.model import (
        LongTailModel,
    )
    from longtail.theory.power_laws import (
        power_law_tau_limit,
        zipf_singleton_mass_asymptote,
        zipf_tau_1_asymptote,
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
    from longtail.theory.privacy_levels import (
        affordable_error,
        explain_equivalence,
        smallest_epsilon_label_private,
        smallest_epsilon_private,
        smallest_gamma,
    )
    from longtail.theory.private_fairness import FairnessTradeOff, fairness_trade_off
    from longtail.theory.randomized_response import label_private_accuracy, label_private_accuracy_paper
    from longtail.theory.sampled_excess import sampled_excess_error
    from longtail.theory.tail_bounds import (
        TailExplanation,
        explain_tail,
        gap_end,
        long_tail_constant,
        tau_1_lower_bound,
        tau_1_upper_bound,
    )
    from longtail.theory.worst_sample import least_tau
__all__ = [
    "CapacityCost",
    "CompositionCost",
    "CountMemorization",
    "Dirichlet",
    "EstimatedPrior",
    "ExcessError",
    "ExcessMemorization",
    "FairnessTradeOff",
    "FrequencyList",
    "Geometric",
    "Independence",
    "InterpolationCost",
    "LinearCoupling",
    "Lognormal",
    "LongTailModel",
    "MixtureMemorization",
    "NearestNeighborCoupling",
    "Pareto",
    "PitmanYor",
    "Population",
    "Prior",
    "Sample",
    "ScipyPrior",
    "SingletonInformation",
    "SmallProblem",
    "Subgroup",
    "SubgroupCapacity",
    "SubgroupCost",
    "TailExplanation",
    "TwoPoint",
    "Uniform",
    "Zipf",
    "affordable_error",
    "always_valid_excess_error",
    "averaged_excess_error",
    "best_training_error",
    "capacity_by_subgroup",
    "capacity_cost",
    "composition_cost",
    "confidence",
    "confidences",
    "coupled_excess_bound",
    "equalizing_epsilons_label_private",
    "equalizing_epsilons_private",
    "equalizing_gammas",
    "exact_excess_error",
    "exact_expected_misfits",
    "exact_least_tau",
    "exact_posterior_frequencies",
    "exact_tau",
    "excess_memorization",
    "expected_excess_error",
    "explain_equivalence",
    "explain_tail",
    "fairness_trade_off",
    "gap_end",
    "generalization_gap",
    "group_privacy",
    "independence",
    "interpolation_cost",
    "label_private_accuracy",
    "label_private_accuracy_paper",
    "least_confidence",
    "least_error_by_uncertainty",
    "least_error_label_private",
    "least_error_memorization_limited",
    "least_error_private",
    "least_error_private_sharp",
    "least_tau",
    "least_total_memorization",
    "leave_one_out_memorization",
    "linear_coupling",
    "long_tail_constant",
    "max_margin",
    "mean_memorization",
    "memorization_cap",
    "memorization_cap_paper",
    "misfits_from_memorization",
    "mixture_excess_memorization",
    "nearest_neighbor_coupling",
    "noise_of_mean",
    "noisy_cost_of_memorization_limit",
    "noisy_excess_error",
    "noisy_mean",
    "observed_labels",
    "posterior_frequencies",
    "power_law_tau_limit",
    "predicted_difference",
    "privacy_of_stability",
    "random_classification_noise",
    "randomized_response",
    "sample_excess_error",
    "sample_optimal_error",
    "sampled_excess_error",
    "singleton_information",
    "smallest_epsilon_label_private",
    "smallest_epsilon_private",
    "smallest_gamma",
    "subgroup_costs",
    "subpopulation_errors",
    "tau_1_lower_bound",
    "tau_1_upper_bound",
    "total_variation_coupling",
    "zipf_singleton_mass_asymptote",
    "zipf_tau_1_asymptote",
]

_HOMES = {
    "longtail.frequencies.posterior_frequency": ("posterior_frequencies",),
    "longtail.frequencies.priors": (
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
    ),
    "longtail.theory.boolean_clusters": (
        "SingletonInformation",
        "singleton_information",
    ),
    "longtail.theory.composition": (
        "CompositionCost",
        "composition_cost",
    ),
    "longtail.theory.disparity": (
        "Population",
        "Subgroup",
        "SubgroupCost",
        "equalizing_epsilons_label_private",
        "equalizing_epsilons_private",
        "equalizing_gammas",
        "subgroup_costs",
    ),
    "longtail.theory.enumeration": (
        "ExcessError",
        "Sample",
        "SmallProblem",
        "exact_excess_error",
        "exact_expected_misfits",
        "exact_least_tau",
        "exact_posterior_frequencies",
        "exact_tau",
        "expected_excess_error",
    ),
    "longtail.theory.excess_error": (
        "always_valid_excess_error",
        "averaged_excess_error",
        "predicted_difference",
        "sample_excess_error",
        "sample_optimal_error",
    ),
    "longtail.theory.gaussian_clusters": (
        "CountMemorization",
        "ExcessMemorization",
        "MixtureMemorization",
        "excess_memorization",
        "mixture_excess_memorization",
        "noise_of_mean",
        "noisy_mean",
    ),
    "longtail.theory.interpolation": (
        "InterpolationCost",
        "best_training_error",
        "interpolation_cost",
    ),
    "longtail.theory.label_noise": (
        "confidence",
        "confidences",
        "least_confidence",
        "noisy_cost_of_memorization_limit",
        "noisy_excess_error",
        "observed_labels",
        "random_classification_noise",
    ),
    "longtail.theory.limited_capacity": (
        "CapacityCost",
        "SubgroupCapacity",
        "capacity_by_subgroup",
        "capacity_cost",
    ),
    "longtail.theory.linear_classifiers": (
        "Independence",
        "LinearCoupling",
        "independence",
        "linear_coupling",
        "max_margin",
    ),
    "longtail.theory.memorization": (
        "generalization_gap",
        "least_error_by_uncertainty",
        "least_total_memorization",
        "leave_one_out_memorization",
        "mean_memorization",
        "misfits_from_memorization",
    ),
    "longtail.theory.mixtures": (
        "NearestNeighborCoupling",
        "coupled_excess_bound",
        "nearest_neighbor_coupling",
        "subpopulation_errors",
        "total_variation_coupling",
    ),
    "longtail.theory.model": ("LongTailModel",),
    "longtail.theory.power_laws": (
        "power_law_tau_limit",
        "zipf_singleton_mass_asymptote",
        "zipf_tau_1_asymptote",
    ),
    "longtail.theory.privacy": (
        "group_privacy",
        "least_error_label_private",
        "least_error_memorization_limited",
        "least_error_private",
        "least_error_private_sharp",
        "memorization_cap",
        "memorization_cap_paper",
        "privacy_of_stability",
    ),
    "longtail.theory.privacy_levels": (
        "affordable_error",
        "explain_equivalence",
        "smallest_epsilon_label_private",
        "smallest_epsilon_private",
        "smallest_gamma",
    ),
    "longtail.theory.private_fairness": (
        "FairnessTradeOff",
        "fairness_trade_off",
    ),
    "longtail.theory.randomized_response": (
        "label_private_accuracy",
        "label_private_accuracy_paper",
    ),
    "longtail.theory.sampled_excess": ("sampled_excess_error",),
    "longtail.theory.tail_bounds": (
        "TailExplanation",
        "explain_tail",
        "gap_end",
        "long_tail_constant",
        "tau_1_lower_bound",
        "tau_1_upper_bound",
    ),
    "longtail.theory.worst_sample": ("least_tau",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import what is asked for, when it is: whoever estimates a tail needs little of the theory."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
