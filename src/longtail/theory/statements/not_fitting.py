"""Statements on the cost of leaving points unfitted, with true labels and with noisy ones."""

from longtail.theory.statement import Statement

__all__ = ["NOT_FITTING"]

NOT_FITTING = (
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
