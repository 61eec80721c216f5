"""The theorem table: what each statement says, how far it holds, which function computes it, which test checks it.

Labels follow [Feldman2020]_; "new" marks what is proven here. It is data: the command line prints it,
:func:`as_markdown` writes the page of the docs, and a test asserts that every function, test and page named exists.
"""

from longtail.theory.statement import Statement

__all__ = ["STATEMENTS", "as_markdown"]

_FREQUENCIES = (
    Statement(
        label="Theorem 2.1",
        says="tau_l, the posterior mean frequency of a point seen l times, is a ratio of two moments",
        status="exact",
        condition="given the point's own count; given the whole sample only for Dirichlet and equal priors",
        function="theory.model.LongTailModel.tau",
        test="theory/test_model.py::test_normalized_model_agrees_with_mpmath",
        page="tau.md",
    ),
    Statement(
        label="section 2",
        says="expected numbers and masses of points seen l times, and the unseen mass",
        status="exact",
        function="theory.model.LongTailModel.mass_seen",
        test="theory/test_model.py::test_tiny_problems_agree_with_exact_fractions",
        page="mellin-barnes.md",
    ),
    Statement(
        label="section 2, Dirichlet",
        says="under a Dirichlet prior tau_l = (a + l) / (N a + n), for every sample",
        status="exact",
        function="frequencies.priors.Dirichlet",
        test="theory/test_model.py::test_dirichlet_prior_gives_laplace_smoothing",
        page="tau.md",
    ),
    Statement(
        label="new",
        says="the posterior mean frequency given all counts is one integral",
        status="exact",
        function="frequencies.posterior_frequency.posterior_frequencies",
        test="frequencies/test_posterior_frequency.py::test_posterior_frequencies_are_those_of_enumeration",
        page="posterior-frequency.md",
    ),
    Statement(
        label="new",
        says="the posterior mean frequency after any sample is at least its least value over sizes of the normalizer",
        status="bound",
        function="theory.worst_sample.least_tau",
        test="theory/test_worst_sample.py::test_least_tau_is_below_every_sample",
        page="posterior-frequency.md",
    ),
)

_NOT_FITTING = (
    Statement(
        label="Theorem 2.3, sharpened",
        says="excess error = posterior frequencies of misfitted points + regret on unseen ones, for each sample",
        status="exact",
        function="theory.enumeration.exact_excess_error",
        test="theory/test_enumeration.py::test_the_identity_and_the_averaged_bound_hold_in_every_random_problem",
        page="excess-error.md",
    ),
    Statement(
        label="Theorem 2.3",
        says="excess error >= sum over l of tau_l times the expected number of points seen l times and misfitted",
        status="holds under a condition",
        condition="on average, for errors that do not depend on the frequency; as quoted, for every sample, it fails",
        function="theory.excess_error.averaged_excess_error",
        test="theory/test_excess_error.py::test_the_averaged_bound_is_an_equality_for_a_learner_that_looks_at_counts_alone",
        page="excess-error.md",
    ),
    Statement(
        label="Theorem 2.3, one sample",
        says="excess error after one sample >= the posterior frequencies of what is misfitted",
        status="exact",
        function="theory.excess_error.sample_excess_error",
        test="theory/test_excess_error.py::test_the_sample_bound_is_exact_and_the_always_valid_one_below_it",
        page="excess-error.md",
    ),
    Statement(
        label="Theorem 2.3, by sampling",
        says="the expected excess error of a learner that looks at all counts, with an interval",
        status="exact",
        condition="up to the Monte Carlo error over samples; each is scored by the identity",
        function="theory.sampled_excess.sampled_excess_error",
        test="theory/test_sampled_excess.py::test_the_interval_covers_the_exact_excess",
        page="excess-error.md",
    ),
    Statement(
        label="Theorem 2.3, any learner",
        says="excess error >= the same sum with the least posterior mean that any sample gives",
        status="bound",
        function="theory.excess_error.always_valid_excess_error",
        test="theory/test_excess_error.py::test_the_sample_bound_is_exact_and_the_always_valid_one_below_it",
        page="excess-error.md",
    ),
    Statement(
        label="new",
        says="two learners differ by the sum over l of tau_l times the difference of their misfits",
        status="holds under a condition",
        condition="errors that do not depend on the frequency, and equal guesses at unseen points",
        function="theory.excess_error.predicted_difference",
        test="theory/test_excess_error.py::test_the_averaged_bound_is_an_equality_for_a_learner_that_looks_at_counts_alone",
        page="excess-error.md",
    ),
    Statement(
        label="Theorem 2.3, simulated",
        says="measured excess error agrees with the identity and with the averaged sum, at any scale",
        status="exact",
        function="simulators.excess_measurement.measure_excess",
        test="simulators/test_excess_measurement.py::test_measured_excess_covers_identity_and_expectation",
        page="excess-error.md",
    ),
    Statement(
        label="Theorem 2.4",
        says="with noisy labels each misfitted singleton costs tau_1 times the confidence in its label",
        status="holds under a condition",
        condition="as Theorem 2.3; points seen once only",
        function="theory.label_noise.noisy_excess_error",
        test="theory/test_label_noise.py::test_misfitting_costs_at_least_the_confidence_on_random_posteriors",
        page="label-noise.md",
    ),
    Statement(
        label="Corollary 4.6",
        says="a gamma-limited learner pays singleton mass x least confidence x (1 - max posterior - gamma)",
        status="holds under a condition",
        condition="as Theorem 2.3; as quoted, with the confidence inside the expectation, it fails",
        function="theory.label_noise.noisy_cost_of_memorization_limit",
        test="theory/test_label_noise.py::test_the_quoted_corollary_is_refuted_and_the_safe_form_is_not",
        page="label-noise.md",
    ),
)

_TAILS = (
    Statement(
        label="Lemma 2.5",
        says="tau_1 >= weight([1/3n, 2/n]) / 5n, with the sharp constant beside the 1/5",
        status="bound",
        condition="n = 1 or n >= 3; at n = 2 it fails for general priors",
        function="theory.tail_bounds.tau_1_lower_bound",
        test="theory/test_tail_bounds.py::test_long_tail_lemma_holds_in_every_random_law",
        page="tail-lemmas.md",
    ),
    Statement(
        label="Lemma 2.6",
        says="tau_1 <= 2 theta where no mass lies between theta and t/n; proven here with 1.0187 for the 2",
        status="bound",
        condition="theta <= 1/2n and some mass below theta",
        function="theory.tail_bounds.tau_1_upper_bound",
        test="theory/test_tail_bounds.py::test_two_scale_lemma_holds_in_every_random_law_and_two_is_loose",
        page="tail-lemmas.md",
    ),
    Statement(
        label="section 2.3",
        says="whether a prior is long-tailed at this n, and which lemma says so",
        status="definition",
        function="theory.tail_bounds.explain_tail",
        test="theory/test_tail_bounds.py::test_explanation_names_the_tail",
        page="tail-lemmas.md",
    ),
    Statement(
        label="section 2.3, Zipf",
        says="for Zipf with N = n, n tau_1 falls like 1 / ln ln N and the singletons' mass like 1 / ln N",
        status="asymptotic",
        condition="so n tau_1 is of order one only up to logarithms",
        function="theory.power_laws.zipf_tau_1_asymptote",
        test="theory/test_power_laws.py::test_zipf_asymptotes_come_closer_with_scale",
        page="tail-lemmas.md",
    ),
)

_MIXTURES = (
    Statement(
        label="Theorem 3.1",
        says="errors on examples carry over to their subpopulations as far as predictions are coupled",
        status="holds under a condition",
        condition="coupled for each hypothesis, or deterministic; total variation alone gives the safe form",
        function="theory.mixtures.coupled_excess_bound",
        test="theory/test_mixtures.py::test_both_forms_hold_in_every_random_toy_and_the_naive_one_fails",
        page="mixtures.md",
    ),
    Statement(
        label="section 3, nearest neighbors",
        says="a nearest-neighbor classifier is coupled where subpopulations are closer within than between",
        status="exact",
        function="theory.mixtures.nearest_neighbor_coupling",
        test="theory/test_mixtures.py::test_nearest_neighbor_check_certifies_separated_clusters",
        page="mixtures.md",
    ),
    Statement(
        label="Theorems 3.3 to 3.5",
        says="a large-margin linear classifier is coupled on points independent of the others' span",
        status="holds under a condition",
        condition="a normal in the span of the points; pairwise independence is not enough",
        function="theory.linear_classifiers.linear_coupling",
        test="theory/test_linear_classifiers.py::test_certified_points_never_flip_under_an_adversarial_classifier",
        page="linear-classifiers.md",
    ),
)

_MEMORIZATION = (
    Statement(
        label="Definition 4.1",
        says="memorization: the chance of predicting an example's label with it, minus without it",
        status="definition",
        function="theory.memorization.leave_one_out_memorization",
        test="theory/test_memorization.py::test_memorization_may_be_negative",
        page="memorization.md",
    ),
    Statement(
        label="Lemma 4.2",
        says="mean memorization = expected error of one example fewer - expected training error",
        status="exact",
        condition="with this sign; it is sometimes quoted reversed",
        function="theory.memorization.generalization_gap",
        test="theory/test_memorization.py::test_the_generalization_gap_is_mean_memorization_with_its_sign",
        page="memorization.md",
    ),
    Statement(
        label="Lemma 4.3",
        says="misfits = what is not guessed without the example - memorization",
        status="exact",
        function="theory.memorization.misfits_from_memorization",
        test="theory/test_memorization.py::test_misfits_are_what_memorization_leaves",
        page="memorization.md",
    ),
    Statement(
        label="new, from Lemma 4.3",
        says="an excess error of e needs memorization of at least (1 - g) E #singletons - e / tau_1",
        status="holds under a condition",
        condition="as Theorem 2.3",
        function="theory.memorization.least_total_memorization",
        test="theory/test_memorization.py::test_the_budget_is_attained",
        page="memorization.md",
    ),
    Statement(
        label="Lemma 4.4",
        says="a label drawn from a posterior is misfitted with probability >= 1 - max posterior - mean memorization",
        status="sharp bound",
        function="theory.memorization.least_error_by_uncertainty",
        test="theory/test_memorization.py::test_no_channel_beats_the_uncertainty_lemma",
        page="memorization.md",
    ),
)

_PRIVACY = (
    Statement(
        label="Corollary 4.6, true labels",
        says="a gamma-limited learner misfits a point seen l times with probability >= (1 - g - l gamma)+",
        status="sharp bound",
        function="theory.privacy.least_error_memorization_limited",
        test="theory/test_privacy.py::test_limits",
        page="privacy.md",
    ),
    Statement(
        label="Definition 4.7",
        says="privacy of predictions limits memorization to (e^eps - 1 + 2 delta) / (e^eps + 1)",
        status="sharp bound",
        condition="for adding or removing an example; label privacy alone implies no limit",
        function="theory.privacy.memorization_cap",
        test="theory/test_privacy.py::test_the_memorization_cap_is_attained_and_not_exceeded",
        page="privacy.md",
    ),
    Statement(
        label="Definition 4.7, for a known guess (new)",
        says="a private prediction is right with probability at most min(e^eps g + delta, 1 - e^-eps (1 - g - delta))",
        status="sharp bound",
        condition="for adding or removing an example; attained at delta = 0 and uniform labels",
        function="theory.privacy.least_error_private_sharp",
        test="theory/test_privacy.py::test_sharp_private_error_is_attained_by_a_channel_on_uniform_labels",
        page="privacy.md",
    ),
    Statement(
        label="Theorem 4.8",
        says="a label-private prediction is right with probability at most e^eps max posterior + delta",
        status="bound",
        function="theory.randomized_response.label_private_accuracy_paper",
        test="theory/test_randomized_response.py::test_the_bound_is_the_optimum_over_all_channels",
        page="label-privacy.md",
    ),
    Statement(
        label="Theorem 4.8, sharp (new)",
        says="at most delta + (1 - delta) max over k of (sum of top k) e^eps / (e^eps + k - 1)",
        status="sharp bound",
        function="theory.randomized_response.label_private_accuracy",
        test="theory/test_randomized_response.py::test_the_bound_is_the_optimum_over_all_channels",
        page="label-privacy.md",
    ),
    Statement(
        label="Theorem 4.8, attained (new)",
        says="randomized response on the likeliest labels is right so often",
        status="exact",
        function="theory.randomized_response.randomized_response",
        test="theory/test_randomized_response.py::test_the_channel_is_private_and_attains_the_bound",
        page="label-privacy.md",
    ),
    Statement(
        label="Theorem 4.8, l copies",
        says="l examples changed together: (l eps, delta (e^(l eps) - 1) / (e^eps - 1))",
        status="exact",
        condition="needs copies whose labels agree; some quotes drop eps from the exponent",
        function="theory.privacy.group_privacy",
        test="theory/test_privacy.py::test_group_privacy_is_the_composition_step_by_step",
        page="privacy.md",
    ),
    Statement(
        label="section 4, stability",
        says="predictions that move by at most gamma are (0, gamma)-private and gamma-limited",
        status="exact",
        condition='where "moves" includes removing the example',
        function="theory.privacy.privacy_of_stability",
        test="theory/test_privacy.py::test_limits",
        page="privacy.md",
    ),
    Statement(
        label="section 4, inverse",
        says="the least gamma or epsilon at which an error is possible; why gamma = 1/2 is not epsilon = ln 6",
        status="exact",
        function="theory.privacy_levels.explain_equivalence",
        test="theory/test_privacy_levels.py::test_the_mistaken_equivalence_is_explained_with_both_numbers",
        page="privacy.md",
    ),
    Statement(
        label="section 4.3",
        says="the same limit costs a subgroup more, the longer its tail and the smaller its share",
        status="exact",
        condition="with a normalizer and a fixed number of examples for each subgroup",
        function="theory.disparity.subgroup_costs",
        test="theory/test_disparity.py::test_both_published_mixtures",
        page="disparity.md",
    ),
    Statement(
        label="section 4.3, inverse (new)",
        says="the level of a limit that costs every subgroup the same",
        status="exact",
        function="theory.disparity.equalizing_gammas",
        test="theory/test_disparity.py::test_equalizing_levels_cost_every_subgroup_the_same",
        page="disparity.md",
    ),
)

_AFTER_2020 = (
    Statement(
        label="new, Good-Turing for clustered rows",
        says="leaving out one unit at a time predicts the mass that no other unit has, with its mean square error",
        status="exact",
        condition="units are independent draws; up to terms of relative order 1 / units",
        function="tail.clustered.clustered_tail",
        test="tail/test_clustered.py::test_intervals_hold_the_truth_where_those_of_independent_rows_do_not",
        page="clustered-rows.md",
    ),
    Statement(
        label="new, on the question of Ye, Feldman and Talwar (2026)",
        says="with room for k labels, keep the points seen most often: the excess error is a knapsack over tau_l",
        status="holds under a condition",
        condition="a capacity that holds on average; choices by own count; for every learner under a Dirichlet prior",
        function="theory.limited_capacity.capacity_cost",
        test="theory/test_limited_capacity.py::test_no_choice_by_counts_costs_less",
        page="limited-capacity.md",
    ),
    Statement(
        label="new, on the question of Ye, Feldman and Talwar (2026)",
        says="a random part of the examples keeps the labels of a smaller sample: it costs what is unseen there",
        status="exact",
        function="theory.limited_capacity.capacity_cost",
        test="theory/test_limited_capacity.py::test_simulated_learners_pay_what_is_computed",
        page="limited-capacity.md",
    ),
    Statement(
        label="new, on the law of Tobaben et al. (2025)",
        says="the mean of S embeddings gives one of them away with advantage Phi((r - z sqrt S) / sqrt(S - 1)) - alpha",
        status="exact",
        condition="normal embeddings, a threshold on the projection; falls like S^(-1/2) for large S only",
        function="membership.size_law.mean_embedding_advantage",
        test="membership/test_size_law.py::test_the_mean_of_embeddings_is_that_of_a_simulation",
        page="exposure-law.md",
    ),
    Statement(
        label="section 4.3 with a capacity (new)",
        says="one capacity for a whole population forgets first where tau_l times the share is least",
        status="holds under a condition",
        condition="as above, within subgroups of a fixed number of examples",
        function="theory.limited_capacity.capacity_by_subgroup",
        test="theory/test_limited_capacity.py::test_subgroups_share_a_capacity_as_a_linear_program_does",
        page="limited-capacity.md",
    ),
)

STATEMENTS: tuple[Statement, ...] = (
    *_FREQUENCIES,
    *_NOT_FITTING,
    *_TAILS,
    *_MIXTURES,
    *_MEMORIZATION,
    *_PRIVACY,
    *_AFTER_2020,
)
"""Every statement that the package relies on, in the order of the paper, then what came after it."""


def as_markdown() -> str:
    """Write the theorem table as ``docs/statements.md`` holds it, with links to the derivations."""
    rows = [
        f"| {s.label} | {s.says}{f'; *{s.condition}*' if s.condition else ''} | {s.status} "
        f"| `{s.function}` | {f'[derivation](derivations/{s.page})' if s.page else ''} |"
        for s in STATEMENTS
    ]
    return "\n".join(
        [_HEADING, "| where | statement | status | function | |", "| --- | --- | --- | --- | --- |", *rows, ""]
    )


_HEADING = """# Statements

Every statement that the package relies on. Labels follow Feldman, "Does Learning Require Memorization?" (2020); "new"
marks what is proven here. `longtail paper` prints the same table with the test of each. This page is written by
`longtail.theory.statements.as_markdown`.
"""
