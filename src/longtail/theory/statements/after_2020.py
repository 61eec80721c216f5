"""Statements on questions that were asked after the paper."""

from longtail.theory.statement import Statement

__all__ = ["AFTER_2020"]

AFTER_2020 = (
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
