"""The theorem table: what each statement says, how far it holds, which function computes it, which test checks it.

Labels follow [Feldman2020]_, and "new" marks what is proven here. It is data: the command line prints it,
:func:`as_markdown` writes the page of the docs, and a test asserts that every function, test and page named exists.

- ``frequencies``: how often points are seen, and how frequent they then are.
- ``not_fitting``: the cost of leaving points unfitted.
- ``tails``: how large tau_1 is.
- ``mixtures``: subpopulations of many points.
- ``memorization``: its definition and its budget.
- ``privacy``: guarantees, and who pays for them.
- ``after_capacity``: after the paper, clustered rows and room for few labels.
- ``after_2020``: further questions that were asked after the paper, answered here.
- ``stated_there``: answers of others that are not computed here, and why.
"""

from longtail.theory.statement import Statement
from longtail.theory.statements.after_2020 import DERIVED
from longtail.theory.statements.after_capacity import CAPACITY
from longtail.theory.statements.frequencies import FREQUENCIES
from longtail.theory.statements.memorization import MEMORIZATION
from longtail.theory.statements.mixtures import MIXTURES
from longtail.theory.statements.not_fitting import NOT_FITTING
from longtail.theory.statements.privacy import PRIVACY
from longtail.theory.statements.stated_there import STATED_THERE
from longtail.theory.statements.tails import TAILS

__all__ = ["AFTER_2020", "STATEMENTS", "as_markdown"]

AFTER_2020 = (*CAPACITY, *DERIVED, *STATED_THERE)
"""Questions that were asked after the paper: what is derived here first, then what is stated elsewhere alone."""

STATEMENTS = (
    *FREQUENCIES,
    *NOT_FITTING,
    *TAILS,
    *MIXTURES,
    *MEMORIZATION,
    *PRIVACY,
    *AFTER_2020,
)
"""Every statement that the package relies on, in the order of the paper, then what came after it."""


def as_markdown() -> str:
    """Write the theorem table as ``docs/statements.md`` holds it, with links to the derivations."""
    return "\n".join(
        [_HEADING, "| where | statement | status | function | |", "| --- | --- | --- | --- | --- |"]
        + [_row(statement) for statement in STATEMENTS]
        + [""]
    )


def _row(s: Statement) -> str:
    says = (
        s.says + (f"; *{s.condition}*" if s.condition else "") + (f". Read of the source: {s.read}" if s.read else "")
    )
    function = f"`{s.function}`" if s.function else ""
    page = f"[derivation](derivations/{s.page})" if s.page else ""
    return f"| {s.label} | {says} | {s.status} | {function} | {page} |"


_HEADING = """# Statements

Every statement that the package relies on. Labels follow Feldman, "Does Learning Require Memorization?" (2020); "new"
marks what is proven here. `longtail paper` prints the same table with the test of each, and
[After 2020](guide-after-2020.md) shows its last part beside simulations. This page is written by
`longtail.theory.statements.as_markdown`.
"""
