"""Statements on frequencies: how often points are seen, and how frequent they then are."""

from longtail.theory.statement import Statement

__all__ = ["FREQUENCIES"]

FREQUENCIES = (
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
