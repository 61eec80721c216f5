"""The theorem table: what each statement says, how far it holds, which function computes it, which test checks it.

Labels follow [Feldman2020]_, and "new" marks what is proven here. It is data: the command line prints it,
:func:`as_markdown` writes the page of the docs, and a test asserts that every function, test and page named exists.

- ``frequencies``: how often points are seen, and how frequent they then are.
- ``not_fitting``: the cost of leaving points unfitted.
- ``tails``: how large tau_1 is.
- ``mixtures``: subpopulations of many points.
- ``memorization``: its definition and its budget.
- ``privacy``: guarantees, and who pays for them.
- ``after_2020``: questions that were asked after the paper.
"""

from longtail.theory.statements.after_2020 import AFTER_2020
from longtail.theory.statements.frequencies import FREQUENCIES
from longtail.theory.statements.memorization import MEMORIZATION
from longtail.theory.statements.mixtures import MIXTURES
from longtail.theory.statements.not_fitting import NOT_FITTING
from longtail.theory.statements.privacy import PRIVACY
from longtail.theory.statements.tails import TAILS

__all__ = ["STATEMENTS", "as_markdown"]

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
