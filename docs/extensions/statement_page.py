"""The theorem table for the site: as ``docs/statements.md``, with its functions linked and the test of each."""

from longtail.theory.statement import Statement
from longtail.theory.statements import STATEMENTS, as_markdown


def statement_page() -> str:
    """The heading of the written page, and a table with a column more."""
    heading = as_markdown().partition("| where |")[0]
    columns = "{.statements}\n| where | statement | status | computed by, tested by |\n| --- | --- | --- | --- |"
    return "\n".join([heading.rstrip("\n"), "", columns, *(_row(statement) for statement in STATEMENTS), ""])


def _row(statement: Statement) -> str:
    says = statement.says + (f"; *{statement.condition}*" if statement.condition else "")
    says += f". Read of the source: {statement.read}" if statement.read else ""
    proof = f" ([derivation](derivations/{statement.page}))" if statement.page else ""
    if not statement.function:
        return f"| {statement.label} | {says}{proof} | {statement.status} | |"
    name = statement.function.rpartition(".")[2]
    function = f"{{py:obj}}`{name} <longtail.{statement.function}>`"
    file, _, test = statement.test.partition("::")
    return f"| {statement.label} | {says}{proof} | {statement.status} | {function} `{file}` `{test}` |"
