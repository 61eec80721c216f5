"""Statements on memorization, and on why rare examples need it."""

from longtail.theory.statement import Statement

__all__ = ["MEMORIZATION"]

MEMORIZATION = (
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
