"""Statements on subpopulations of many points: coupling."""

from longtail.theory.statement import Statement

__all__ = ["MIXTURES"]

MIXTURES = (
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
