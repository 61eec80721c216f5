"""Statements after 2020 on the tail of clustered rows, and on room for few labels."""

from longtail.theory.statement import Statement

__all__ = ["CAPACITY"]

CAPACITY = (
    Statement(
        label="new, Good-Turing for clustered rows",
        says="leaving out one unit at a time predicts the mass that no other unit has, with its mean square error",
        equation="M_0 = sum of rows of kinds that no other unit has / rows",
        status="exact",
        condition="units are independent draws; up to terms of relative order 1 / units",
        function="tail.clustered.clustered_tail",
        test="tail/test_clustered.py::test_intervals_hold_the_truth_where_those_of_independent_rows_do_not",
        simulation="clustered_rows.unseen_by_further_units",
        page="clustered-rows.md",
    ),
    Statement(
        label="new, on the question of Ye, Feldman and Talwar (2026)",
        says="with room for k labels, keep the points seen most often: the excess error is a knapsack over tau_l",
        equation="cost = (1 - g) sum_l tau_l f_l, sum_l f_l = #seen - k, filled from l = 1 upward",
        status="holds under a condition",
        condition="a capacity that holds on average; choices by own count; for every learner under a Dirichlet prior",
        function="theory.limited_capacity.capacity_cost",
        test="theory/test_limited_capacity.py::test_no_choice_by_counts_costs_less",
        simulation="capacity.best_choice",
        page="limited-capacity.md",
        source="YeFeldmanTalwar2026",
        read="the abstract and published summaries",
    ),
    Statement(
        label="new, on the question of Ye, Feldman and Talwar (2026)",
        says="a random part of the examples keeps the labels of a smaller sample: it costs what is unseen there",
        equation="cost = (1 - g) (unseen(m) - unseen(n)), #seen(m) = k",
        status="exact",
        function="theory.limited_capacity.capacity_cost",
        test="theory/test_limited_capacity.py::test_simulated_learners_pay_what_is_computed",
        simulation="capacity.random_examples",
        page="limited-capacity.md",
        source="YeFeldmanTalwar2026",
        read="the abstract and published summaries",
    ),
    Statement(
        label="section 4.3 with a capacity (new)",
        says="one capacity for a whole population forgets first where tau_l times the share is least",
        equation="worth of a label = share (1 - g) tau_l, the least worth forgotten first",
        status="holds under a condition",
        condition="as above, within subgroups of a fixed number of examples",
        function="theory.limited_capacity.capacity_by_subgroup",
        test="theory/test_limited_capacity.py::test_subgroups_share_a_capacity_as_a_linear_program_does",
        simulation="capacity.by_subgroup",
        page="limited-capacity.md",
        source="YeFeldmanTalwar2026",
        read="the abstract and published summaries",
    ),
)
