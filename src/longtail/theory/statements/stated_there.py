"""Statements after 2020 that are not computed here, and why."""

from longtail.theory.statement import Statement

__all__ = ["STATED_THERE"]

STATED_THERE = (
    Statement(
        label="Attias et al. (2024)",
        says=(
            "in convex optimization, learners of excess error e reveal of order 1 / e^2 of conditional "
            "information, or 1 / e"
        ),
        status="stated there",
        condition=(
            "not computed here: the abstract gives orders without constants, and we did not derive a bound for "
            "all learners; 1 / e^2 for Lipschitz losses, 1 / e under strong convexity"
        ),
        source="AttiasEtAl2024",
        read="the abstract",
    ),
    Statement(
        label="Voitovych et al. (2025)",
        says=(
            "below a threshold of excess risk, a constant fraction of the training examples can be traced in the output"
        ),
        status="stated there",
        condition=(
            "not computed here: the threshold is known to order only, that of the best private learner for p at "
            "most 2; the sparse fingerprinting lemma behind it was not derived. What an attack traces is "
            "measured: longtail membership"
        ),
        source="VoitovychEtAl2025",
        read="the abstract",
    ),
    Statement(
        label="Cohen et al. (2024)",
        says="a model is safe from reconstruction if an attack succeeds no more often on its data than on fresh data",
        status="stated there",
        condition=(
            "not computed here: a definition, for a relation of success that the user must choose, without a "
            "number that follows from a prior"
        ),
        source="CohenEtAl2024",
        read="the abstract and a published summary",
    ),
    Statement(
        label="Kaplan et al. (2025)",
        says=(
            "fingerprinting attacks infer membership and do not reconstruct, so that reconstruction alone may be "
            "prevented"
        ),
        status="stated there",
        condition=(
            "not computed here: a definition with a prior of the attacker, shown for examples; membership, which "
            "longtail measures, does not stand for reconstruction"
        ),
        source="KaplanEtAl2025",
        read="the abstract and a published summary",
    ),
    Statement(
        label="Ravikumar et al. (2024)",
        says="memorization is bounded by privacy and the curvature of the loss in the input together",
        status="stated there",
        condition=(
            "not computed here: the bound needs constants of smoothness that no prior gives. The part of privacy "
            "alone is sharp here: theory.privacy.memorization_cap. Curvature as a stand-in: longtail proxies"
        ),
        source="RavikumarEtAl2024",
        read="the abstract, the beginning of the introduction and a published summary",
    ),
)
