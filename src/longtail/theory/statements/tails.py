"""Statements on the size of tau_1, from where the mass sits."""

from longtail.theory.statement import Statement

__all__ = ["TAILS"]

TAILS = (
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
