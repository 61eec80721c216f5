"""``longtail paper``: the published numbers beside ours, and the theorem table."""

from dataclasses import asdict
from typing import Annotated

import typer

from longtail.cli.one_thread import one_thread
from longtail.cli.options import Json
from longtail.cli.paper_after import print_after
from longtail.cli.printing import out, print_json, print_table

__all__ = ["paper_command"]


def paper_command(
    after: Annotated[
        bool, typer.Option("--after", help="What came after 2020 instead: each statement beside a simulation of it.")
    ] = False,
    json: Json = False,
) -> None:
    """Print the published numbers beside ours, and all theorems.

    Every number of the paper's examples, and each theorem with its status, function and test. With --after, the
    questions that were asked since: what is derived here beside simulations, and what is stated elsewhere alone. Writes
    nothing.

    Example: longtail paper --after
    """
    one_thread()
    from longtail.theory.privacy_levels import explain_equivalence
    from longtail.theory.published import published_numbers
    from longtail.theory.statements import STATEMENTS

    if after:
        print_after(json)
        return
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
    out.print("\nIn brackets, where we know of no printed value: as computed without this library.")
    out.print()
    for number in numbers:
        if number.reason:
            out.print(f"{number.name}: {number.reason}.")
    out.print(f"\n{explain_equivalence()}\n")
    out.print("Statements", style="bold")
    for s in STATEMENTS:
        out.print(f"\n{s.label} ({s.status}): {s.says}.")
        if s.condition:
            out.print(f"  {s.condition}")
        if s.function:
            out.print(f"  longtail.{s.function}  ·  tests/{s.test}")
