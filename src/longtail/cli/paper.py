"""``longtail paper``: the published numbers beside ours, and the theorem table."""

from dataclasses import asdict

import typer

from longtail.cli.printing import out, print_json, print_table

__all__ = ["paper_command"]


def paper_command(
    json: bool = typer.Option(False, "--json", help="One JSON document instead of tables."),
) -> None:
    """Print every number of the paper's examples beside ours, and each theorem with its status, function and test."""
    from longtail.theory.privacy_levels import explain_equivalence
    from longtail.theory.published import published_numbers
    from longtail.theory.statements import STATEMENTS

    numbers = published_numbers()
    if json:
        print_json(
            {
                "numbers": [number.to_json() for number in numbers],
                "equivalence": explain_equivalence(),
                "statements": [asdict(statement) for statement in STATEMENTS],
            }
        )
        return
    print_table(
        "Published numbers (Feldman 2020) beside ours",
        ["", "quoted", "ours", "diff."],
        [
            (
                n.name,
                n.quoted or (f"({n.computed_apart})" if n.computed_apart else "–"),
                f"{n.value:.6f}",
                "" if n.difference is None else f"{n.difference:+.4f}",
            )
            for n in numbers
        ],
    )
    out.print("\nIn brackets, where we know of no printed value: as computed without this library, in 28 digits.")
    out.print()
    for number in numbers:
        if number.reason:
            out.print(f"{number.name}: {number.reason}.", soft_wrap=True, markup=False)
    out.print(f"\n{explain_equivalence()}\n", soft_wrap=True, markup=False)
    out.print("Statements", style="bold")
    for s in STATEMENTS:
        out.print(f"\n{s.label} ({s.status}): {s.says}.", soft_wrap=True, markup=False)
        if s.condition:
            out.print(f"  {s.condition}", soft_wrap=True, markup=False)
        out.print(f"  longtail.{s.function}  ·  tests/{s.test}", soft_wrap=True, markup=False)
